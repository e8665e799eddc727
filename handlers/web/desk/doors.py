"""Who may come in: the cookie, the token every form carries, and where plain http is good enough."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request, Response

from bot.service.log_in import Entered, LogIn, Opened
from handlers.web.bodies import bounded_body

#: Of a form: an answer of 4,096 characters, all of them escaped, and some fields.
_MAX_FORM_BYTES: Final = 65_536
_MAX_FIELDS: Final = 50
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Form = Mapping[str, str]


class Doors:
    """``base_url``: where the shop is reached from outside; https there makes cookies that only https sends."""

    def __init__(self, log_in: LogIn, secret: bytes, base_url: str = "", *, plain_http: bool = False) -> None:
        self.log_in = log_in
        self._secret = secret
        self._https = base_url.startswith("https://")
        self._plain_http = plain_http
        front = "__Host-" if self._https else ""
        self.cookie = f"{front}xiaoer_desk"
        #: Before anybody is logged in: what the log-in form's token is made from.
        self._form_cookie = f"{front}xiaoer_desk_form"

    def reachable(self, request: Request) -> bool:
        """Without https only on this very machine, unless the shop said otherwise."""
        if self._https or self._plain_http:
            return True
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        return host in _LOCAL_NAMES and _is_loopback(request.client.host if request.client else "")

    async def who(self, request: Request) -> Entered | None:
        return await self.log_in.session(request.cookies.get(self.cookie, ""))

    def let_in(self, response: Response, opened: Opened) -> None:
        self._set(response, self.cookie, opened.token)
        response.delete_cookie(self._form_cookie, path="/", secure=self._https, httponly=True, samesite="strict")

    def let_out(self, response: Response) -> None:
        response.delete_cookie(self.cookie, path="/", secure=self._https, httponly=True, samesite="strict")

    # --- tokens of forms ---

    def form_token(self, request: Request, response_cookies: dict[str, str]) -> str:
        """For a form of somebody who is not logged in; ``response_cookies`` is told what to set."""
        nonce = request.cookies.get(self._form_cookie, "")
        if not 20 <= len(nonce) <= 64:
            nonce = secrets.token_urlsafe(24)
            response_cookies[self._form_cookie] = nonce
        return self._proof(nonce)

    def set_cookies(self, response: Response, cookies: Mapping[str, str]) -> None:
        for name, value in cookies.items():
            self._set(response, name, value)

    def form_fits(self, request: Request, form: Form) -> bool:
        nonce = request.cookies.get(self._form_cookie, "")
        return bool(nonce) and self._same_site(request) and _equal(form.get("csrf", ""), self._proof(nonce))

    def fits(self, request: Request, entered: Entered, form: Form) -> bool:
        """Whether the form is one that we showed to this very session."""
        sent = request.headers.get("x-csrf", "") or form.get("csrf", "")
        return self._same_site(request) and _equal(sent, entered.csrf)

    def _same_site(self, request: Request) -> bool:
        """What browsers tell of where a form stood; the token is what counts."""
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")

    def _proof(self, nonce: str) -> str:
        return hmac.new(self._secret, b"form:" + nonce.encode(), hashlib.sha256).hexdigest()

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, path="/", secure=self._https, httponly=True, samesite="strict")


async def read_form(request: Request) -> Form | None:
    """None when it is too large or no form; of a field that comes twice the last one counts."""
    body = await bounded_body(request, _MAX_FORM_BYTES)
    if body is None:
        return None
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except (ValueError, UnicodeDecodeError):
        return None
    return dict(pairs)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
