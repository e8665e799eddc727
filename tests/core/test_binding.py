"""Proving whose an order is, and telling nothing to whoever cannot."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.binding import (
    MAX_TRIES,
    four_digits,
    is_signed_user,
    judge_phone,
    judge_user,
    last_four,
    order_of_start,
    order_of_token,
    order_token,
    signed_user,
    start_payload,
)
from bot.core.orders import Address, Order, Status

SECRET = b"only for tests"
NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
ORDER = Order(
    order_no="2605230000000000017",
    conversation_id="",
    status=Status.PAID,
    lines=(),
    goods_fen=100,
    shipping_fen=0,
    discounts=(),
    gifts=(),
    address=Address("", "", "", "", "13900001234"),
    courier="",
    created_at=NOW,
    buyer_id="u-7",
)
NUMBERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=10) | st.from_regex(
    r"[A-Za-z0-9_-]{1,40}", fullmatch=True
)


@given(NUMBERS)
def test_a_link_proves_its_own_order_and_fits_into_a_start_command(order_no: str) -> None:
    payload = start_payload(order_no, SECRET)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    assert order_of_start(payload, SECRET) == order_no


@given(NUMBERS, st.data())
def test_a_link_changed_in_any_character_proves_nothing(order_no: str, data: st.DataObject) -> None:
    token = order_token(order_no, SECRET)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("abcXYZ019_-").filter(lambda x: x != token[place]))
    assert order_of_token(token[:place] + letter + token[place + 1 :], SECRET) is None


@given(st.text(max_size=80))
def test_whatever_stands_in_a_link_is_read_without_a_fault(payload: str) -> None:
    assert order_of_start(payload, SECRET) is None
    assert order_of_token(payload, SECRET) is None


def test_a_link_of_another_shop_proves_nothing() -> None:
    assert order_of_start(start_payload("123456", b"another"), SECRET) is None
    assert order_of_start("p_tee-heavy", SECRET) is None


def test_without_a_secret_nothing_is_signed() -> None:
    with pytest.raises(ValueError, match="secret"):
        order_token("123456", b"")
    with pytest.raises(ValueError, match="link"):
        order_token("9" * 60, SECRET)


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("13900001234", "1234"),
        ("+86 139****5678", "5678"),
        ("18400005678-4321", "5678"),
        ("0757-88001122", "1122"),
        ("0757-88001122转803", "1122"),
        ("１３９００００１２３４", "1234"),
        ("***", None),
        ("", None),
        ("***********", None),
    ],
)
def test_the_last_four_digits_are_those_of_the_phone_itself(phone: str, digits: str | None) -> None:
    assert last_four(phone) == digits


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("1234", "1234"),
        ("尾号1234", "1234"),
        ("１２３４", "1234"),
        ("my number is 13900001234", "1234"),
        ("1234 还是 5678", None),
        ("12345", None),
        ("不知道", None),
    ],
)
def test_four_digits_are_read_from_what_she_said(said: str, digits: str | None) -> None:
    assert four_digits(said) == digits


def test_the_right_digits_bind_an_order_that_is_nobodys() -> None:
    assert judge_phone(ORDER, "chat-1", "1234", 1) == "bind"
    assert judge_phone(ORDER, "chat-1", "1234", MAX_TRIES) == "bind"


@pytest.mark.parametrize(
    "order",
    [
        None,
        ORDER,
        replace(ORDER, address=replace(ORDER.address, phone="")),
        replace(ORDER, address=replace(ORDER.address, phone="----")),
        replace(ORDER, conversation_id="chat-2", address=replace(ORDER.address, phone="13900009999")),
    ],
)
def test_every_claim_that_fails_is_answered_alike(order: Order | None) -> None:
    assert judge_phone(order, "chat-1", "9999", 1) == "no"


@pytest.mark.parametrize("try_no", [None, MAX_TRIES + 1])
def test_after_five_tries_the_right_digits_count_for_nothing(try_no: int | None) -> None:
    assert judge_phone(ORDER, "chat-1", "1234", try_no) == "locked"
    assert judge_phone(None, "chat-1", "1234", try_no) == "locked"


def test_her_own_order_needs_no_proof_again() -> None:
    mine = replace(ORDER, conversation_id="chat-1")
    assert judge_phone(mine, "chat-1", "0000", None) == "taken"
    assert judge_user(mine, "chat-1", "") == "taken"


def test_the_pages_user_is_believed_while_the_shops_signature_is_fresh() -> None:
    signature = signed_user("u-7", NOW, SECRET)
    assert is_signed_user("u-7", NOW, signature, SECRET, NOW + timedelta(hours=11))
    assert not is_signed_user("u-8", NOW, signature, SECRET, NOW)
    assert not is_signed_user("u-7", NOW, signature, SECRET, NOW + timedelta(hours=13))
    assert not is_signed_user("u-7", NOW, signature, SECRET, NOW - timedelta(hours=1))
    assert not is_signed_user("u-7", NOW, "é", SECRET, NOW)
    assert not is_signed_user("u-7", NOW, signed_user("u-7", NOW, b""), b"", NOW)


def test_a_user_owns_the_orders_he_placed_and_no_others() -> None:
    assert judge_user(ORDER, "chat-1", "u-7") == "bind"
    assert judge_user(ORDER, "chat-1", "u-8") == "no"
    assert judge_user(replace(ORDER, buyer_id=""), "chat-1", "") == "no"
    assert judge_user(replace(ORDER, conversation_id="chat-2"), "chat-1", "u-7") == "no"
    assert judge_user(None, "chat-1", "u-7") == "no"
