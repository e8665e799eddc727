from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.core.errors import StoreError
from handlers.loops.metrics import Metrics
from handlers.web.app import build_web
from handlers.web.health import Health
from tests.fakes import MemoryStore
from tests.queued import queue_replies, updates


class Hanging(MemoryStore):
    async def ready(self) -> bool:
        await asyncio.sleep(60)
        return True


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def client(store: MemoryStore, metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    async with _client(store, metrics) as client:
        yield client


def _client(store: MemoryStore, metrics: Metrics) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(build_web([Health(store, metrics, ready_seconds=0.05).router()]))
    return httpx.AsyncClient(transport=transport, base_url="http://shop")


async def test_alive_asks_nobody(client: httpx.AsyncClient, store: MemoryStore) -> None:
    store.fail_with = StoreError()
    assert (await client.get("/healthz")).json() == {"status": "alive"}


async def test_ready_while_the_store_takes_writes(client: httpx.AsyncClient, store: MemoryStore) -> None:
    assert (await client.get("/readyz")).status_code == 200
    store.fail_with = StoreError()
    assert (await client.get("/readyz")).status_code == 503


async def test_not_ready_when_the_store_hangs(metrics: Metrics) -> None:
    async with _client(Hanging(), metrics) as client:
        assert (await client.get("/readyz")).status_code == 503


async def test_metrics_count_rows_and_messages(client: httpx.AsyncClient, store: MemoryStore, metrics: Metrics) -> None:
    await store.take_in(updates(1, 2))
    await queue_replies(store, 1, "a")
    metrics.handled.labels("telegram", "handled").inc()
    metrics.answer_seconds.labels("telegram").observe(0.02)
    samples = await _samples(client)
    assert samples["xiaoer_rows", ("inbox", "waiting")] == 2
    assert samples["xiaoer_rows", ("outbox", "waiting")] == 1
    assert samples["xiaoer_messages_handled_total", ("telegram", "handled")] == 1
    assert samples["xiaoer_answer_seconds_count", ("telegram",)] == 1


async def test_a_state_without_rows_any_more_disappears(client: httpx.AsyncClient, store: MemoryStore) -> None:
    await store.take_in(updates(1))
    assert ("xiaoer_rows", ("inbox", "waiting")) in await _samples(client)
    await store.claim_inbox("t", updates(1)[0].received_at, 60, 1)
    assert ("xiaoer_rows", ("inbox", "waiting")) not in await _samples(client)


async def test_metrics_are_told_even_while_the_store_is_away(
    client: httpx.AsyncClient, store: MemoryStore, metrics: Metrics
) -> None:
    metrics.handled.labels("telegram", "handled").inc()
    store.fail_with = StoreError()
    assert (await _samples(client))["xiaoer_messages_handled_total", ("telegram", "handled")] == 1


def test_two_processes_worth_of_metrics_share_nothing() -> None:
    first, second = Metrics(), Metrics()
    first.handled.labels("telegram", "handled").inc()
    assert b"handled_total{" not in second.text({})


async def test_there_is_no_page_of_docs_that_loads_foreign_scripts(client: httpx.AsyncClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert (await client.get(path)).status_code == 404


async def _samples(client: httpx.AsyncClient) -> dict[tuple[str, tuple[str, ...]], float]:
    """By name and the values of its labels, in a fixed order."""
    samples = {}
    for family in text_string_to_metric_families((await client.get("/metrics")).text):
        for sample in family.samples:
            labels = [key for key in ("table", "state", "channel", "outcome") if key in sample.labels]
            samples[sample.name, tuple(sample.labels[key] for key in labels)] = sample.value
    return samples
