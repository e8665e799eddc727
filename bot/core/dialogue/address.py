"""Where the order goes: the parts of the address as they come, and by whom it is sent."""

from __future__ import annotations

import re

from bot.core import events as e
from bot.core.dialogue import basket, lines
from bot.core.dialogue.cards import Card, place_name, variant_words
from bot.core.dialogue.scene import Scene
from bot.core.places import Place, narrowest, split_address

_RENAMED = re.compile(
    r"(?:名字|姓名|收[件货]人)(?:写错|打错|填错|错|不对)?了?[\s,，:：]*(?:应该|要|是|叫|改成|改为|换成|写)+[\s:：]*"
    r"([\u4e00-\u9fff·]{2,5}?)(?:吧|哈|啊|[\s,，。!！]|$)"
    r"|\b(?:name|recipient)(?: should be| is|:| to)\s+([A-Za-z][A-Za-z.' -]{1,30})$",
    re.IGNORECASE,
)

#: Longer words are no name.
_MAX_NAME = 20


def take(scene: Scene) -> None:
    """Any part of an address found in the words, and a courier named."""
    given = _given(scene)
    if _moves(scene, given):
        _forget_street(scene)
    if given != e.AddressGiven():
        scene.happen(given)
    courier = scene.meaning.entities.courier_id
    if courier in scene.shop.courier_by_id:
        scene.happen(e.CourierChosen(str(courier)))


def _given(scene: Scene) -> e.AddressGiven:
    said, known = scene.meaning.entities, scene.conversation
    parts = split_address(scene.wording)
    region, province = said.region or parts.region, said.province or parts.province
    detail = parts.detail or said.address
    if detail and not province and not known.address.province:
        region, province = known.region, known.province  # the place talked about before; it is read back anyway
    if _inside_known_city(scene, region):
        region = None
    return e.AddressGiven(
        region=region,
        province=province,
        detail=detail,
        name=_name(scene, parts.name),
        phone=said.phone or parts.phone,
    )


def _name(scene: Scene, found: str | None) -> str | None:
    """The recipient's name, where one is waited for or stands beside a phone number."""
    said = scene.meaning.entities
    if is_bare_name(scene):
        return scene.wording.strip()
    return (found or said.person) if scene.before.awaiting in ("address", "change") or said.phone else None


def is_bare_name(scene: Scene) -> bool:
    """Only the name is missing, and a few words come that are nothing else: that is the name."""
    words, meaning = scene.wording.strip(), scene.meaning
    waits = scene.before.awaiting == "address" and missing(scene) == ("name",)
    plain = 1 < len(words) <= _MAX_NAME and not any(c.isdigit() or c in "?？!！<>{}" for c in words)
    return waits and plain and not (meaning.sure or meaning.act or scene.is_question or meaning.entities.tags)


def renamed(scene: Scene) -> str | None:
    """The recipient's right name, where it is said to be another ("名字写错了 是李四", "the name is Li Si")."""
    found = _RENAMED.search(scene.wording.strip())
    name = next((g.strip() for g in found.groups() if g), "") if found else ""
    return name if 1 < len(name) <= _MAX_NAME else None


def _inside_known_city(scene: Scene, region: str | None) -> bool:
    """A district of the city known already stands in the street address; it is no other place."""
    where, known = narrowest(region or ""), narrowest(scene.conversation.address.region or "")
    return where is not None and known is not None and where.kind == "county" and where.city == known.name


def _moves(scene: Scene, given: e.AddressGiven) -> bool:
    """Another place without a street of its own: the street known belongs to the old one."""
    known = scene.conversation.address
    if given.province is None or given.detail is not None or known.detail is None:
        return False
    where, before = narrowest(given.region or given.province), narrowest(known.region or known.province or "")
    return where is not None and before is not None and _city(where) != _city(before)


def _city(place: Place) -> str:
    return place.city or place.name


def _forget_street(scene: Scene) -> None:
    known = scene.conversation.address
    scene.happen(e.DraftForgotten(("address",)), e.AddressGiven(name=known.name, phone=known.phone))


def missing(scene: Scene) -> tuple[str, ...]:
    """``name phone region detail``, as far as they are not known."""
    known = scene.conversation.address
    parts = (("name", known.name), ("phone", known.phone), ("region", known.province), ("detail", known.detail))
    return tuple(name for name, value in parts if not value)


def ask(scene: Scene) -> None:
    """Ask for what is missing, and tell what was just put into the basket."""
    known = scene.conversation.address
    where = narrowest(known.region or known.province or "")
    scene.say(
        "ask_address",
        missing=list(missing(scene)),
        known=place_name(where, scene.language) if where else "",
        lines=[
            {
                "name": line.product.name.get(scene.language),
                "variant": variant_words(line.product, line.variant, scene.language),
                "quantity": line.quantity,
            }
            for line in (basket.lines(scene) if lines.added(scene) else ())
        ],
    )


def card(scene: Scene) -> Card:
    """``name phone place`` as they are read back: province, city and street (A11)."""
    known = scene.conversation.address
    detail, where = known.detail or "", narrowest(known.region or "")
    wide = (known.province or "", where.city if where else "", known.region or "")
    if scene.language == "zh":
        place = "".join(p for p in dict.fromkeys(wide) if p and p not in detail) + detail
    else:
        names = [place_name(p, "en") for p in map(narrowest, filter(None, reversed(wide))) if p]
        place = ", ".join([detail, *(n for n in dict.fromkeys(names) if n.casefold() not in detail.casefold())])
    return {"name": known.name or "", "phone": known.phone or "", "place": place}
