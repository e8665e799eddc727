"""The description and the API say the same, tried out by inputs nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.adapters.store_sqlite import SqliteStore
from bot.service.keep_orders import KeepOrders
from handlers.web.openapi import openapi
from handlers.web.orders_api import OrdersApi
from tests.fakes import FakeClock
from tests.handlers.web.signing_server import serving

DESCRIBED = openapi("0")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

schema = schemathesis.openapi.from_dict(DESCRIBED)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("api") / "shop.db", signs=True, clock=FakeClock()) as address:
        yield address


@schema.parametrize()
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_input_breaks_the_api_or_its_description(case: schemathesis.Case[Any], address: str) -> None:
    case.call_and_validate(base_url=address, checks=CHECKS, timeout=10)


def test_every_route_of_the_api_is_described(tmp_path: Path) -> None:
    keep = KeepOrders(SqliteStore(tmp_path / "x.db"), FakeClock(), "XE01")
    routes = {
        (route.path, method.lower())
        for route in OrdersApi(keep, FakeClock(), None).router().routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert routes == {(path, method) for path, methods in DESCRIBED["paths"].items() for method in methods}


def _fields(held: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    for name, model in held.items():
        for field, about in model.get("properties", {}).items():
            yield f"{where}{name}.{field}", about


def test_every_field_and_parameter_says_what_it_means() -> None:
    undescribed = [name for name, about in _fields(DESCRIBED["components"]["schemas"]) if not about.get("description")]
    for path, methods in DESCRIBED["paths"].items():
        for operation in methods.values():
            undescribed += [f"{path} {p['name']}" for p in operation["parameters"] if not p["description"]]
    assert undescribed == []


@pytest.mark.parametrize("unit", ["_fen", "_at"])
def test_every_amount_and_moment_names_its_unit(unit: str) -> None:
    words = {"_fen": "fen", "_at": ("when", "rfc 3339")}[unit]
    for name, about in _fields(DESCRIBED["components"]["schemas"]):
        if name.endswith(unit):
            assert any(word in about["description"].lower() for word in ([words] if isinstance(words, str) else words))
