"""What the running process counts, in a registry of its own."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """One per process, made by whoever wires it; nothing here is global."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.handled = Counter(
            "xiaoer_messages_handled",
            "Messages taken from the inbox, by what became of them.",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.answer_seconds = Histogram(
            "xiaoer_answer_seconds",
            "From receiving a message to its answer being stored for sending.",
            ["channel"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.delivered = Counter(
            "xiaoer_deliveries",
            "Replies that left the outbox, by what became of them; postponed ones count each time.",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.delivery_seconds = Histogram(
            "xiaoer_delivery_seconds",
            "From a reply being stored for sending to the platform having it.",
            ["channel"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.platform_writes = Counter(
            "xiaoer_platform_writes",
            "Notes and flags for the shop's platform, by what became of them; postponed ones count each time.",
            ["outcome"],
            registry=self.registry,
        )
        self._rows = Gauge(
            "xiaoer_rows", "Rows of the database by table and state.", ["table", "state"], registry=self.registry
        )

    def text(self, counts: Mapping[str, int]) -> bytes:
        """Prometheus text. ``counts`` are the store's: ``inbox.waiting`` and so on."""
        self._rows.clear()
        for name, count in counts.items():
            table, _, state = name.partition(".")
            self._rows.labels(table=table, state=state).set(count)
        return generate_latest(self.registry)
