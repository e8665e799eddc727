"""Is it alive, can it serve, what does it count."""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from bot.core.errors import StoreError
from bot.core.ports import Store
from handlers.loops.metrics import Metrics

log = logging.getLogger(__name__)


class Health:
    """``/healthz``, ``/readyz`` and ``/metrics``."""

    def __init__(self, store: Store, metrics: Metrics, ready_seconds: float = 2.0) -> None:
        self._store = store
        self._metrics = metrics
        #: A database that takes longer to answer is not ready.
        self._ready_seconds = ready_seconds

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/healthz", self.alive, methods=["GET"], include_in_schema=False)
        router.add_api_route("/readyz", self.ready, methods=["GET"], include_in_schema=False)
        router.add_api_route("/metrics", self.metrics, methods=["GET"], include_in_schema=False)
        return router

    async def alive(self) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def ready(self) -> JSONResponse:
        ready = await self._store_is_ready()
        return JSONResponse({"status": "ready" if ready else "database not reachable"}, 200 if ready else 503)

    async def metrics(self) -> Response:
        try:
            counts = await self._store.counts()
        except StoreError as error:
            log.error("metrics without row counts: %s", type(error).__name__)
            counts = {}
        return Response(self._metrics.text(counts), media_type=CONTENT_TYPE_LATEST)

    async def _store_is_ready(self) -> bool:
        try:
            async with asyncio.timeout(self._ready_seconds):
                return await self._store.ready()
        except (StoreError, TimeoutError):
            return False
