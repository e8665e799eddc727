"""Lines of a conversation as the page shows them. Plain values: the page inserts every text as text."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.core.catalogue import Product, Shop
from bot.core.events import ShopperSpoke
from bot.core.messages import RenderedButton, Reply
from bot.core.money import yuan
from bot.core.photos import photo_id_of
from bot.core.ports import InboxRow
from bot.core.transcript import Line, Spoken
from handlers.web.chat_frames import Act, client_id_of, incoming
from handlers.web.visitors import CHANNEL

Json = dict[str, Any]

#: Templates whose words are laid out as an order.
_ORDER_CARDS = frozenset({"read_back", "order_placed", "order_state", "order_changed"})


class ChatView:
    """``name_of``: what a shopper may call the person behind a staff id; empty when nobody told."""

    def __init__(self, shop: Shop, secret: bytes, name_of: Callable[[str], str] = lambda _: "") -> None:
        self._by_photo = {product.photo: product for product in shop.products if product.photo}
        self._by_id = shop.product_by_id
        self._secret = secret
        self._name_of = name_of

    def line(self, line: Line) -> Json:
        if isinstance(line, Spoken):
            return self._spoken(line.event, _ms(line.at))
        return self.told(line.row_id, _ms(line.at), line.reply)

    def unhandled(self, row: InboxRow) -> Json:
        """Something of hers that nobody has worked on yet."""
        said = incoming(row)
        event = ShopperSpoke(said.message_id, said.kind, said.text, "", said.at.isoformat(), said.media)
        return self._spoken(event, _ms(row.received_at))

    def acted(self, act: Act, at_ms: int) -> Json:
        """Something of hers, for her other tabs."""
        line = {"id": act.client_id, "who": "me", "at": at_ms, "kind": act.kind, "text": act.text}
        return line | ({"upload": act.photo} if act.photo else {})

    def _spoken(self, event: ShopperSpoke, at_ms: int) -> Json:
        line = {"id": client_id_of(event.message_id), "who": "me", "at": at_ms, "kind": event.kind, "text": event.text}
        photos = [handle.partition(":")[2] for handle in event.media if handle.startswith(f"{CHANNEL}:")]
        return line | ({"upload": photos[0]} if photos else {})

    def told(self, row_id: int, at_ms: int, reply: Reply) -> Json:
        product = self._by_photo.get(reply.photo or "")
        line: Json = {"id": f"o{row_id}", "n": row_id, "who": "bot", "at": at_ms, "text": reply.text}
        if reply.by:
            line |= {"who": "person", "by": self._opaque(reply.by), "name": self._name_of(reply.by)}
        if reply.ref:
            # Names a chat of the staff; here it only has to be the same for a message and its edit.
            line |= {"ref": self._opaque(reply.ref), "edits": reply.edits}
        if reply.photo:
            line["photo"] = photo_url(reply.photo)
        if product is not None:
            line |= _card(product, reply.text)
        if reply.buttons:
            line["buttons"] = [self._button(button) for button in reply.buttons]
        if _ORDER_CARDS & set(reply.template.split("+")):
            line["order"] = True
        # A picture sent to her is hers to look at, wherever it lies; files of other kinds are only named.
        pictures = [photo_id_of(file.handle) for file in reply.media if file.kind == "photo"]
        if pictures:
            line["pictures"] = pictures
        if len(pictures) < len(reply.media):
            line["files"] = [file.kind for file in reply.media if file.kind != "photo"]
        return line

    def _button(self, button: RenderedButton) -> Json:
        kind, _, value = button.action.partition(":")
        shown: Json = {"l": button.label, "a": button.action}
        product = self._by_id.get(value) if kind == "p" else None
        if product is not None and product.photo:
            shown |= {"photo": photo_url(product.photo), "price": price_of(product)}
        return shown

    def _opaque(self, name: str) -> str:
        return hmac.new(self._secret, b"shown:" + name.encode(), hashlib.sha256).hexdigest()[:16]


def frame(kind: str, **values: object) -> str:
    """What goes over the socket."""
    return json.dumps({"t": kind, **values}, ensure_ascii=False, separators=(",", ":"))


def photo_url(photo: str) -> str:
    """Of a picture below the knowledge folder."""
    return "/photos/" + quote(photo.removeprefix("photos/"))


def price_of(product: Product) -> str:
    low, high = product.price_range_fen
    return yuan(low) if low == high else f"{yuan(low)}–{yuan(high)}"


def _card(product: Product, text: str) -> Mapping[str, Any]:
    """The product in the language of the words; a first line that only names it is not told twice."""
    name = product.name.zh if product.name.zh and product.name.zh in text else product.name.get("en")
    first, _, rest = text.partition("\n")
    return {
        "product": {"id": product.id, "name": name, "price": price_of(product)},
        "text": rest.strip() if name in first else text,
    }


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
