"""What taking in a shop platform's webhook is, whichever the platform.

Only a database that is away is answered as a failure: platforms stop sending altogether after a few failures in a
row, so an order that cannot be used is acknowledged, told in the answer, and logged by number and reason.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Final, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from bot.core.errors import StoreError
from bot.core.order_events import OrderEvent
from bot.service.keep_orders import KeepOrders
from handlers.web.bodies import bounded_body
from handlers.web.field_problems import field_problems
from handlers.web.platform_fields import NotUsable
from handlers.web.signature import signed_by_platform
from handlers.web.strict_json import NotJson

log = logging.getLogger(__name__)

#: Orders of hundreds of lines stay below.
MAX_BODY_BYTES: Final = 3_000_000


class PlatformHook(ABC):
    """One route; None for ``secret``: it is off and says so."""

    source: ClassVar[str]
    signature_header: ClassVar[str]
    #: Environment variable that holds the secret.
    variable: ClassVar[str]

    def __init__(
        self, keep: KeepOrders, secret: str | None, currency: str = "CNY", max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._keep = keep
        self._secret = secret
        self._currency = currency
        self._max_body_bytes = max_body_bytes

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1/webhooks", include_in_schema=False)
        router.add_api_route(f"/{self.source}", self.receive, methods=["POST"])
        return router

    async def receive(self, request: Request) -> Response:
        if not self._secret:
            return _answer(503, "ignored", f"this webhook is off: set {self.variable} in the environment")
        body = await bounded_body(request, self._max_body_bytes)
        if body is None:
            return _answer(413, "ignored", f"the body is larger than {self._max_body_bytes:,} bytes")
        if self.is_ping(request.headers, body):
            return _answer(200, "ignored", "this address works")
        if not signed_by_platform(request.headers.get(self.signature_header, ""), self._secret, body):
            return _answer(401, "refused", f"the signature does not fit the body and {self.variable}")
        return await self._taken(request.headers, body)

    async def _taken(self, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            report = await self.report(headers, body)
            (result,) = await self._keep.take([report])
        except NotJson as error:
            return _answer(422, "refused", str(error))
        except ValidationError as error:
            reason = "; ".join(map(str, field_problems(error)))
            log.error("%s: an order cannot be understood: %s", self.source, reason)
            return _answer(200, "refused", reason)
        except NotUsable as error:
            log.info("%s: %s", self.source, error)
            return _answer(200, "ignored", str(error))
        except StoreError as error:
            log.error("%s: %s", self.source, type(error).__name__)
            return _answer(503, "refused", "the database cannot be reached; send it again")
        if result.state == "refused":
            log.warning("%s: order %s: %s", self.source, result.order_no, result.reason)
        return _answer(200, result.state, result.reason, result.order_no)

    def is_ping(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the platform only asks if somebody is here."""
        return False

    @abstractmethod
    async def report(self, headers: Mapping[str, str], body: bytes) -> OrderEvent:
        """What the message reports. Raises NotJson, ValidationError, NotUsable or StoreError."""


def _answer(
    status: int, state: Literal["stored", "ignored", "refused"], reason: str = "", order_no: str | None = None
) -> Response:
    return JSONResponse({"state": state, "order_no": order_no, "reason": reason}, status)
