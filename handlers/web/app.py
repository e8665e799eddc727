"""The web application: routers put together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException

#: Routes with a smaller need bound themselves.
MAX_BODY_BYTES = 5_000_000

#: Answers somebody who looks for a page that is not there.
Lost = Callable[[Request], Awaitable[Response]]


def build_web(routers: Iterable[APIRouter], max_body_bytes: int = MAX_BODY_BYTES, lost: Lost | None = None) -> FastAPI:
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
    if lost is not None:
        app.add_exception_handler(404, _page_for_people(lost))
    return app


def _page_for_people(lost: Lost) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Programs are told as before, and so is whoever asked for a thing that a route of ours does not have."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if wants_page and "endpoint" not in request.scope:
            return await lost(request)
        return await http_exception_handler(request, error)

    return answer
