"""``/api/docs`` and ``/api/openapi.json``: the API described, from our own files only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, JSONResponse

VENDOR: Final = Path(__file__).parent / "vendor" / "swagger-ui"

#: Swagger UI styles elements by attribute and carries its pictures as data; everything else comes from here.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Xiao'er order API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/ours.css">
</head>
<body>
<noscript>This page needs JavaScript; the same description stands in <a href="openapi.json">openapi.json</a>.</noscript>
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

# Requests are signed, so the page cannot send them itself; docs/orders.md has lines to copy.
_START: Final = """window.addEventListener("load", () => SwaggerUIBundle({
  url: "openapi.json", dom_id: "#api", validatorUrl: null, supportedSubmitMethods: [],
  deepLinking: false, defaultModelsExpandDepth: 2, docExpansion: "list",
}));
"""


# Its own colors are too pale to be read by everybody, and its list of servers, here of one, has no name.
_STYLE: Final = """.swagger-ui .info .title small { background: #4d5563; }
.swagger-ui .info .title small.version-stamp { background: #2c6320; }
.swagger-ui .info .url, .swagger-ui .info a { color: #14539a; }
.swagger-ui .btn.authorize { color: #17603f; border-color: #17603f; }
.swagger-ui .btn.authorize svg { fill: #17603f; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #17603f; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #14539a; }
.swagger-ui .json-schema-2020-12-expand-deep-button { color: #3b4151; }
.swagger-ui .json-schema-2020-12__constraint { background: #4d5563; }
.swagger-ui .json-schema-2020-12__constraint--string { background: #6b4400; }
.swagger-ui .json-schema-2020-12__attribute { color: #4d5563; }
.swagger-ui .json-schema-2020-12__attribute--primary { color: #17603f; }
.swagger-ui .scheme-container .schemes .schemes-server-container { display: none; }
"""


class Docs:
    """Public: it tells how to ask, not what is stored."""

    def __init__(self, openapi: Mapping[str, Any]) -> None:
        self._openapi = dict(openapi)

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api", include_in_schema=False)
        router.add_api_route("/openapi.json", self.openapi, methods=["GET"])
        router.add_api_route("/docs", self.page, methods=["GET"])
        router.add_api_route("/docs/start.js", self.start, methods=["GET"])
        router.add_api_route("/docs/ours.css", self.ours, methods=["GET"])
        router.add_api_route("/docs/swagger-ui.css", self.style, methods=["GET"])
        router.add_api_route("/docs/swagger-ui-bundle.js", self.script, methods=["GET"])
        return router

    async def openapi(self) -> JSONResponse:
        return JSONResponse(self._openapi, headers=_HEADERS)

    async def page(self) -> Response:
        return Response(_PAGE, media_type="text/html", headers={**_HEADERS, "Content-Security-Policy": POLICY})

    async def start(self) -> Response:
        return Response(_START, media_type="text/javascript", headers=_HEADERS)

    async def ours(self) -> Response:
        return Response(_STYLE, media_type="text/css", headers=_HEADERS)

    async def style(self) -> FileResponse:
        return FileResponse(VENDOR / "swagger-ui.css", media_type="text/css", headers=_HEADERS)

    async def script(self) -> FileResponse:
        return FileResponse(VENDOR / "swagger-ui-bundle.js", media_type="text/javascript", headers=_HEADERS)
