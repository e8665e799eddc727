"""Which pages may talk to the chat: our own, and those the shop names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class Origins:
    """Browsers say which page asks; whoever is no browser is bounded by tokens and rates only."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(origin.rstrip("/").lower() for origin in allowed)

    def allow(self, headers: Mapping[str, str]) -> bool:
        """A page that is allowed, our own one, or no page at all."""
        origin = headers.get("origin", "").lower()
        return not origin or origin in self._allowed or _is_own(origin, headers.get("host", ""))

    def answer(self, headers: Mapping[str, str], *, preflight: bool = False) -> dict[str, str]:
        """Headers that let the asking page read the answer; only ``Vary`` for one that may not."""
        origin = headers.get("origin", "")
        if not origin or not self.allow(headers):
            return {"Vary": "Origin"}
        return {"Vary": "Origin", "Access-Control-Allow-Origin": origin} | (_PREFLIGHT if preflight else {})


def _is_own(origin: str, host: str) -> bool:
    return origin in (f"http://{host.lower()}", f"https://{host.lower()}") and bool(host)
