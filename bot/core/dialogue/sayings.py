"""Every template dialogue may tell, and exactly the variables it receives.

`xiaoer check` proves that each exists in both languages and uses no other variable. Values are plain: words already in
the shopper's language, numbers, or mappings made by :mod:`bot.core.dialogue.cards` (named there).
"""

from __future__ import annotations

from collections.abc import Iterable

#: Template below ``templates/replies/<language>/`` -> names of its variables.
SAYINGS: dict[str, frozenset[str]] = {
    name: frozenset(variables.split())
    for name, variables in {
        # greet
        "welcome": "shop name brands",
        "welcome_back": "shop name product",
        "help": "shop",
        "text": "text",
        # introduce
        "listening": "",
        "lead_introduce": "categories",
        "not_sold": "categories",
        "product_card": "product deals",
        "recommend": "products relaxed budget",
        "recommend_none": "budget",
        "ask_product": "products",
        "product_fact": "product fact words",
        "colors": "product colors",
        "compare": "products",
        "price": "product deals",
        "discontinued": "product",
        # stock and size
        "stock_variant": "product color size left low",
        "stock_table": "product rows",
        "sold_out": "product color size others similar",
        "wish_noted": "product",
        "size_advice": "product size also height weight reason stocked",
        "size_chart": "product rows",
        "size_outside": "product height weight",
        "ask_body": "",
        # promo
        "promotions": "promotions",
        "no_promotions": "",
        "lead_promo": "promotions",
        "lead_order": "product variant",
        "gifts": "promotions standards",
        "gift_granted": "gift over",
        "gift_missing": "gift over missing",
        "gift_none": "",
        "free_shipping_granted": "",
        "free_shipping_missing": "missing remote",
        "bargain_hold": "promotions missing gift",
        # logistics
        "fee_to": "delivery free_from",
        "duration_to": "delivery dispatch_hours",
        "area_served": "delivery",
        "area_not_served": "place courier instead",
        "courier": "courier delivery",
        "couriers": "couriers default",
        "ask_place": "",
        # order
        "ask_color": "product colors",
        "ask_size": "product sizes advice",
        "ask_quantity": "",
        "ask_address": "missing known lines",
        "read_back": "order",
        "order_changed": "",
        "order_dropped": "",
        "order_placed": "order payment hours",
        "lead_confirm": "order complete",
        "lead_slot": "slot missing",
        "line_removed": "product",
        "one_by_one": "first later",
        "wish_taken": "",
        "too_many": "product color size left",
        "order_state": "order",
        "parcel_news": "parcel",
        "parcel_unknown": "parcel",
        "order_refused": "order reason cancel",
        "order_cancel": "order",
        "order_passed_on": "order cancel said",
        "no_orders": "",
        "order_number_help": "",
        "ask_phone4": "number",
        "phone4_wrong": "",
        "phone4_locked": "",
        "order_proved": "",
        # favourite
        "goes_with": "products",
        "favourite": "link",
        # people
        "handover": "reason open until opens",
        "waiting": "again ask open until opens",
        "case_opened": "reason role",
        "case_again": "question label kind unread again",
        "case_told": "role when by",
        "case_known": "role when by",
        "on_record": "told",
        "case_dropped": "",
        "case_needs_order": "",
        "bulk_small": "pieces",
        "invoice_with_order": "",
        "bot_back": "",
        "still_waiting": "stage",
        "taken": "name",
        "handed_back": "silent",
        "transferred": "role when",
        # how satisfied
        "satisfaction": "",
        "satisfaction_thanks": "",
        "satisfaction_noted": "counted",
        "satisfaction_why": "",
        "satisfaction_heard": "open until opens",
        # reminders
        "nudge": "order until link payment others more",
        "nudge_paid": "order",
        "nudge_closed": "order closed",
        "nudge_stopped": "",
        "nudge_again": "",
        # rounds
        "round_late": "order",
        "round_owed": "order",
        "round_unsigned": "order",
        "round_unconfirmed": "order",
        "round_short": "order goods",
        "round_back": "product variant",
        "round_review": "",
        "sms_review": "shop",
        "sms_renewal": "shop",
        "survey_ask": "",
        "survey_link": "link",
        "survey_no": "",
        # the rest
        "clarify": "choices",
        "miss": "",
        "sticker": "",
        "media_words": "",
        "media_caption": "",
        "outdated": "",
        "acknowledge": "",
        "nothing_to_stop": "",
        "language_set": "",
        "unreadable": "",
    }.items()
}

#: Labels that the renderer's ``_buttons`` file must hold in both languages.
LABELS: tuple[str, ...] = (
    "menu.hot",
    "menu.promo",
    "menu.size",
    "menu.human",
    "menu.courier",
    "order.start",
    "order.confirm",
    "order.edit",
    "order.drop",
    "order.wish",
    "order.cancel",
    "promo.more",
    "favourite.open",
    "bot.back",
    "case.drop",
    "invoice.start",
    "matter.start",
    "mark.5",
    "mark.4",
    "mark.3",
    "mark.2",
    "mark.1",
    "edit.color",
    "edit.size",
    "edit.quantity",
    "edit.address",
    "stock.wish",
    "card.stock",
    "card.size",
    "nudge.paid",
    "nudge.no",
    "nudge.help",
    "nudge.stop",
    "nudge.again",
    "survey.yes",
    "survey.no",
)


def as_declared(template: str, names: Iterable[str]) -> None:
    """Raise ValueError where ``template`` is one of :data:`SAYINGS` and takes other variables than ``names``."""
    declared = SAYINGS.get(template)
    if declared is not None and declared != frozenset(names):
        raise ValueError(f"{template} takes {sorted(declared)}, was given {sorted(names)}")
