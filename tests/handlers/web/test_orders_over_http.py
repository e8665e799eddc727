"""What only a real server shows."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx

from tests.fakes import RunningClock
from tests.handlers.web.order_client import OrderClient, event
from tests.handlers.web.signing_server import serving


async def test_fifty_parallel_posts_over_real_connections_make_one_order(tmp_path: Path) -> None:
    clock = RunningClock(datetime.now(UTC))
    limits = httpx.Limits(max_connections=50)
    with serving(tmp_path / "shop.db", signs=False, clock=clock) as address:
        async with httpx.AsyncClient(base_url=address, limits=limits, timeout=30, verify=False) as http:
            api = OrderClient(http, clock)
            told = event(at="2026-07-01T10:00:00Z")
            answers = await asyncio.gather(*(api.events(told, key="created-A-1001") for _ in range(50)))
            page = (await api.get("/api/v1/orders")).json()
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert answers[0].json()["stored"] == 1
    assert [order["order_no"] for order in page["orders"]] == ["A-1001"]


async def test_a_header_no_client_library_would_send_is_refused_and_the_server_lives(tmp_path: Path) -> None:
    clock = RunningClock(datetime.now(UTC))
    with serving(tmp_path / "shop.db", signs=False, clock=clock) as address:
        host, port = address.removeprefix("http://").split(":")
        for header in (b"X-Xiaoer-Key: \xff\xfe", b"X-Xiaoer-Signature: sha256=\xc3\xa9", b"Idempotency-Key: \x80"):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"GET /api/v1/orders HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n" + header + b"\r\n\r\n")
            answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            await writer.wait_closed()
            assert b" 401 " in answer.splitlines()[0]
