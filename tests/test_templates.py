"""Every template dialogue tells: there in both languages, filled by what it is given, and never impolite (E6)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.core.cases import ROLES
from bot.core.dialogue.sayings import LABELS, SAYINGS
from bot.core.errors import TemplateError
from bot.core.forbidden import FORBIDDEN_EN, FORBIDDEN_ZH
from bot.core.messages import Button, Language, Say
from tests.demo import demo_renderer

LANGUAGES: tuple[Language, ...] = ("zh", "en")

PRODUCT = {
    "id": "sy-tee",
    "name": "Tee",
    "brand": "朔源",
    "price": "¥129",
    "summary": "Thick",
    "material": "Cotton",
    "care": "Cold wash",
    "fit": "Loose",
    "origin": "Foshan",
    "points": ["Thick", "Soft"],
    "colors": ["Black"],
    "sizes": ["M", "L"],
    "discontinued": False,
}
PROMOTION = {
    "id": "p",
    "name": "Offer",
    "kind": "threshold",
    "over": "¥199",
    "off": "¥20",
    "repeat": True,
    "buy": 3,
    "free": 1,
    "gift": "a bag",
    "price": "¥59",
    "per_buyer": 2,
    "goods": ["Tee"],
    "start": {"month": 11, "day": 1},
    "end": {"month": 11, "day": 30},
    "note": "Note",
}
DELIVERY = {
    "place": "Chengdu",
    "courier": "ZTO",
    "fee": "¥8",
    "free": False,
    "days_min": 2,
    "days_max": 4,
    "insurance": "Insured",
}
LINE = {"name": "Tee", "variant": "Black L", "quantity": 2, "sum": "¥258"}
ORDER = {
    "no": "XE1",
    "status": "unpaid",
    "lines": [LINE],
    "discounts": [{"name": "Offer", "off": "¥20"}],
    "gifts": ["a bag"],
    "goods": "¥238",
    "shipping": "¥8",
    "total": "¥246",
    "courier": "ZTO",
    "wishes": ["Wrap it"],
    "address": {"name": "Li", "phone": "13800138000", "place": "Chengdu"},
}
PARCEL = {
    "no": "77",
    "courier": "ZTO",
    "state": "moving",
    "words": "At Foshan",
    "place": "",
    "unit": "hours",
    "count": 3,
}

#: One value for each name in SAYINGS; where a name means two things, see ``SPECIAL``.
TYPICAL: dict[str, Any] = {
    "shop": "Shuoyuan",
    "name": "Li",
    "product": "Tee",
    "brands": ["A", "B"],
    "text": "words",
    "categories": ["T-shirts"],
    "products": [PRODUCT],
    "relaxed": [],
    "budget": "¥200",
    "fact": "material",
    "words": "Cotton",
    "colors": ["Black"],
    "deals": [PROMOTION],
    "color": "Black",
    "size": "L",
    "left": 3,
    "low": True,
    "rows": [],
    "others": ["Black M"],
    "similar": ["Polo"],
    "also": "M",
    "height": 175.0,
    "weight": 70.5,
    "reason": "between",
    "stocked": False,
    "promotions": [{**PROMOTION, "kind": k} for k in ("threshold", "buy_n_get_m", "gift", "limit")],
    "variant": "Black L",
    "standards": [{"over": "¥199", "gift": "socks"}],
    "gift": "socks",
    "over": "¥199",
    "missing": "¥70",
    "delivery": DELIVERY,
    "free_from": "¥99",
    "dispatch_hours": 48,
    "parcel": PARCEL,
    "place": "Chengdu",
    "courier": "ZTO",
    "instead": DELIVERY,
    "couriers": ["ZTO", "SF"],
    "default": "ZTO",
    "sizes": ["M", "L"],
    "advice": "L",
    "known": "Chengdu",
    "lines": [LINE],
    "order": ORDER,
    "payment": "Pay by link.",
    "hours": 48,
    "link": "https://shop.example.com",
    "open": True,
    "until": "23:00",
    "opens": {"days": 1, "month": 11, "day": 24, "time": "08:00"},
    "choices": ["Fee", "Days"],
    "again": False,
    "complete": True,
    "slot": "size",
    "first": "Tee",
    "later": ["Polo"],
    "closed": True,
    "ask": True,
    "role": "finance",
    "when": {"open": True, "until": "23:00", "opens": None},
    "by": {"days": 0, "month": 11, "day": 23, "time": "10:45"},
    "question": "Which title?",
    "label": "title",
    "stage": 1,
}

_AWAY = {"open": False, "until": "", "opens": {"days": 1, "month": 11, "day": 24, "time": "08:00"}}
_NOBODY = {"open": False, "until": "", "opens": None}

#: Template -> further fillings it must survive, beside the typical one.
SPECIAL: dict[str, list[dict[str, Any]]] = {
    "product_card": [
        {"product": PRODUCT},
        {"product": {**PRODUCT, "points": [], "material": "", "colors": []}, "deals": []},
    ],
    "price": [{"product": PRODUCT}],
    "discontinued": [{"product": PRODUCT}],
    "product_fact": [{"fact": "care"}],
    "stock_table": [{"rows": [{"color": "Black", "sizes": ["M"]}, {"color": "White", "sizes": []}]}, {"rows": []}],
    "size_chart": [{"rows": [{"size": "M", "height": [160, 173], "weight": [54, 61]}]}],
    "size_advice": [{"reason": r, "stocked": True, "weight": None} for r in ("fits", "height_only")],
    "size_outside": [{"product": "", "height": None}],
    "bargain_hold": [{"missing": None, "gift": "", "promotions": []}, {"missing": {"name": "Offer", "missing": "¥1"}}],
    "fee_to": [{"delivery": {**DELIVERY, "free": True}}, {"free_from": "", "delivery": {**DELIVERY, "days_min": 4}}],
    "area_not_served": [{"courier": "", "instead": None}],
    "courier": [
        {"courier": {"name": "SF", "site": "sf.com", "phone": "95338", "insurance": "Insured", "note": "Fast"}},
        {"courier": {"name": "SF", "site": "", "phone": "", "insurance": "", "note": ""}, "delivery": None},
    ],
    "ask_product": [{"products": ["Tee", "Polo"]}, {"products": []}],
    "ask_size": [{"advice": ""}],
    "ask_address": [
        {"missing": ["name", "phone", "region", "detail"], "known": "", "lines": []},
        {"missing": ["name"]},
    ],
    "lead_slot": [{"slot": s, "missing": ["name", "phone"]} for s in ("color", "size", "stock", "address", "product")],
    "lead_confirm": [{"complete": False}],
    "lead_order": [{"variant": ""}],
    "read_back": [{"order": {**ORDER, "shipping": "", "discounts": [], "gifts": [], "wishes": []}}],
    "order_placed": [{"payment": ""}],
    "order_state": [
        {"order": {**ORDER, "status": s}}
        for s in ("unpaid", "paid", "shipped", "signed", "confirmed", "closed", "refunded")
    ],
    "parcel_news": [
        {"parcel": {**PARCEL, "state": state, "unit": unit, "count": count, "courier": courier}}
        for state in ("waiting", "moving", "out", "delivered", "returned", "problem", "unknown")
        for unit, count, courier in (("minutes", 0, ""), ("minutes", 5, "ZTO"), ("hours", 3, "ZTO"), ("days", 4, "ZTO"))
    ],
    "parcel_unknown": [{"parcel": {**PARCEL, "courier": ""}}],
    "recommend": [{"relaxed": ["color"], "budget": ""}],
    "recommend_none": [{"budget": ""}],
    "gifts": [{"promotions": [], "standards": [{"over": "¥199", "gift": "socks"}]}],
    "handover": [
        {"reason": r, "open": o}
        for r in ("complaint", "bulk", "gift", "bargain", "media", "misses", "order", "fact", "human", "told")
        for o in (True, False)
    ]
    + [{"open": False, "opens": None}],
    "nudge": [
        {"until": {"month": 11, "day": 26, "time": "10:30"}, "link": "", "others": [], "more": 0},
        {
            "until": None,
            "link": "https://shop.example.com/pay",
            "payment": "",
            "others": [{"no": "XE2", "total": "¥99"}],
            "more": 1,
        },
    ],
    "nudge_closed": [{"closed": True}, {"closed": False}],
    "waiting": [{"again": a, "open": o, "ask": o} for a in (True, False) for o in (True, False)],
    "case_opened": [
        {"reason": r, "role": role} for r in ("bulk", "invoice", "complaint", "x") for role in (*ROLES, "x")
    ],
    "case_again": [
        {"kind": kind, "unread": unread, "again": again, "label": label}
        for kind in ("text", "choice", "photo", "date", "number")
        for unread, again, label in ((True, True, "title"), (True, False, ""), (False, True, ""), (False, False, ""))
    ],
    "case_told": [{"when": when, "by": None} for when in (_AWAY, _NOBODY)],
    "case_known": [{"when": when, "by": None} for when in (_AWAY, _NOBODY)],
    "transferred": [{"role": role, "when": _AWAY} for role in ROLES],
    "still_waiting": [{"stage": 1}, {"stage": 2}],
    "handed_back": [{"silent": True}, {"silent": False}],
    "satisfaction_noted": [{"counted": True}, {"counted": False}],
    "satisfaction_heard": [{"open": False}, {"open": True, "opens": None}],
    "free_shipping_missing": [
        {"missing": "¥20", "remote": False},
        {"missing": "", "remote": True},
        {"missing": "", "remote": False},
    ],
    "welcome": [{"name": "", "brands": []}],
    "welcome_back": [{"name": "", "product": ""}],
}


def fillings() -> list[Any]:
    """Each template with its typical values, and with each further filling."""
    found = []
    for name, variables in SAYINGS.items():
        for number, special in enumerate(SPECIAL.get(name, [{}])):
            values = {v: special.get(v, TYPICAL.get(v, "XE1")) for v in variables}
            found.append(pytest.param(name, values, id=f"{name}-{number}"))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "values"), fillings())
def test_every_saying_can_be_told_and_is_polite(name: str, values: dict[str, Any], language: Language) -> None:
    told = demo_renderer().render(Say(name, values), language, "test").text
    assert told
    assert not [p for p in (*FORBIDDEN_ZH, *FORBIDDEN_EN) if p in told.casefold()]
    assert not re.search(r"\{\{|\{%|None|undefined|  \n|\n\n\n", told), told
    assert not re.search(r"[,;:] *$|，$|、$", told), f"ends in the middle: {told}"


def test_every_template_is_there_in_both_languages_and_uses_only_what_it_is_given() -> None:
    assert [p for p in demo_renderer().problems() if p.file.endswith(".j2")] == []


def test_the_fillings_are_what_dialogue_gives() -> None:
    assert all(set(special) <= SAYINGS[name] for name, specials in SPECIAL.items() for special in specials)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LABELS)
def test_every_button_has_words(name: str, language: Language) -> None:
    (button,) = demo_renderer().render(Say("text", {"text": "x"}, (Button(name, "x"),)), language, "test").buttons
    assert button.label
    assert len(button.label) <= 30


def test_chinese_speaks_politely_and_english_speaks_english() -> None:
    """您, never 你; no Chinese in an English template."""
    for file, line, words in demo_renderer().texts():
        bare = re.sub(r"\{[{%#].*?[}%#]\}", "", words)
        if "/en/" in file:
            assert not re.search("[\u4e00-\u9fff]", bare), f"{file}:{line}"
        else:
            assert "你" not in bare, f"{file}:{line}"


def test_no_reply_is_a_lone_emoji() -> None:
    """A11: warm in words."""
    for file, line, words in demo_renderer().texts():
        assert not re.fullmatch(r"\s*[\U0001f000-\U0001faff\u2600-\u27bf]+\s*", words), f"{file}:{line}"


def test_an_unknown_template_is_an_error_and_not_an_empty_reply() -> None:
    with pytest.raises(TemplateError):
        demo_renderer().render(Say("no_such_saying", {}), "zh", "test")
