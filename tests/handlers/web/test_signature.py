from __future__ import annotations

import pytest

from handlers.web.signature import Denied, OwnSignature, sign, signed_by_platform
from tests.fakes import FakeClock

BODY = '{"event":"改"}'.encode()


def _headers(signature: OwnSignature | None = None, *, age: int = 0, body: bytes = BODY) -> dict[str, str]:
    at = int(FakeClock().now().timestamp()) - age
    return {"x-xiaoer-key": "key", "x-xiaoer-timestamp": str(at), "x-xiaoer-signature": sign("secret", at, body)}


@pytest.fixture
def signature() -> OwnSignature:
    return OwnSignature("key", "secret", FakeClock())


def test_a_request_signed_by_its_raw_body_passes(signature: OwnSignature) -> None:
    signature.check(_headers(), BODY)


def test_upper_case_digits_are_the_same_signature(signature: OwnSignature) -> None:
    headers = _headers()
    signature.check({**headers, "x-xiaoer-signature": headers["x-xiaoer-signature"].upper()}, BODY)


@pytest.mark.parametrize("age", [300, -300])
def test_five_minutes_either_way_pass(signature: OwnSignature, age: int) -> None:
    signature.check(_headers(age=age), BODY)


@pytest.mark.parametrize("age", [301, -301, 10**9])
def test_an_older_or_future_request_is_denied_by_its_time(signature: OwnSignature, age: int) -> None:
    with pytest.raises(Denied, match="300 s"):
        signature.check_headers(_headers(age=age))


@pytest.mark.parametrize(
    "timestamp", ["", "soon", "1e9", "-5", " 1795428000", "1795428000.5", "１７９５４２８０００", "9" * 13]
)
def test_a_timestamp_is_plain_digits(signature: OwnSignature, timestamp: str) -> None:
    with pytest.raises(Denied, match="whole seconds"):
        signature.check_headers({**_headers(), "x-xiaoer-timestamp": timestamp})


def test_another_body_does_not_fit(signature: OwnSignature) -> None:
    with pytest.raises(Denied, match="does not fit"):
        signature.check(_headers(), BODY + b" ")


@pytest.mark.parametrize("name", ["x-xiaoer-key", "x-xiaoer-signature", "x-xiaoer-timestamp"])
@pytest.mark.parametrize("value", [None, "", "é", "钥", "sha256=", "\udce9"])
def test_a_missing_or_foreign_header_is_denied_and_never_raises_otherwise(
    signature: OwnSignature, name: str, value: str | None
) -> None:
    headers = {key: held for key, held in _headers().items() if key != name}
    with pytest.raises(Denied):
        signature.check(headers if value is None else {**headers, name: value}, BODY)


def test_a_signature_cannot_be_checked_without_key_and_secret() -> None:
    with pytest.raises(ValueError, match="anybody"):
        OwnSignature("key", "", FakeClock())


# The value was worked out with openssl: printf 'payload' | openssl dgst -sha256 -hmac 'hush' -binary | base64
def test_platforms_sign_with_base64_of_the_raw_body() -> None:
    assert signed_by_platform("sOc7TFb/Eh+p5m2RmdJ4zY4yMCqx1gt+UKjTGMP/H5g=", "hush", b"payload")


@pytest.mark.parametrize("given", ["", "é", "x" * 44, "钥"])
def test_any_other_header_is_no_platforms_signature(given: str) -> None:
    assert not signed_by_platform(given, "hush", b"payload")
