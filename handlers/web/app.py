"""The web application: routers put together."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI

#: Routes with a smaller need bound themselves.
MAX_BODY_BYTES = 5_000_000


def build_web(routers: Iterable[APIRouter], max_body_bytes: int = MAX_BODY_BYTES) -> FastAPI:
    """Every router decides its own access; nothing here is public by accident.

    Telemetry is off: it is on by default and may record request data, which here are shoppers' words.
    """
    app = FastAPI(
        title="Xiao'er",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=max_body_bytes,
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    for router in routers:
        app.include_router(router)
    return app
