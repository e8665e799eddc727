"""What the web application must not do, each in a process of its own because both are global to one."""

from __future__ import annotations

import subprocess
import sys

_WITHOUT_TELEGRAM = """
import sys
import handlers.loops.inbox_worker, handlers.loops.outbox_sender
import handlers.web.app, handlers.web.health, handlers.web.telegram_webhook
sys.exit("aiogram" in sys.modules)
"""

_WITH_A_TRACER = """
import asyncio, sys
import httpx
from opentelemetry import trace
from handlers.loops.metrics import Metrics
from handlers.web.app import build_web
from handlers.web.health import Health
from tests.memory_store import MemoryStore

class Recording(trace.TracerProvider):
    spans = 0
    def get_tracer(self, *args, **kwargs):
        Recording.spans += 1
        return trace.NoOpTracer()

async def main():
    trace.set_tracer_provider(Recording())
    app = build_web([Health(MemoryStore(), Metrics()).router()])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        assert (await client.get("/healthz")).status_code == 200
    return Recording.spans

sys.exit(asyncio.run(main()))
"""


def _exit_code(program: str) -> int:
    return subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False, timeout=60).returncode


def test_loops_and_web_do_without_the_telegram_library() -> None:
    assert _exit_code(_WITHOUT_TELEGRAM) == 0


def test_requests_are_not_traced_even_where_a_tracer_is_set_up() -> None:
    assert _exit_code(_WITH_A_TRACER) == 0
