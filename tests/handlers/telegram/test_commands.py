from __future__ import annotations

import pytest

from handlers.telegram.commands import ACTIONS, MENUS, parse_command, start_payload


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start", ("start", "")),
        ("/start p1", ("start", "p1")),
        ("/START  p1 ", ("start", "p1")),
        ("/help@xiaoer_bot", ("help", "")),
        ("/orders\n123", ("orders", "123")),
        ("/", None),
        ("/帮助", None),
        ("看 /help", None),
        ("1/2", None),
        ("/" + "a" * 40, None),
    ],
)
def test_a_command_is_the_whole_message(text: str, found: tuple[str, str] | None) -> None:
    assert parse_command(text) == found


@pytest.mark.parametrize(
    ("words", "payload"),
    [("p1", "p1"), ("a_B-9", "a_B-9"), ("x" * 65, ""), ("hi there", ""), ("", ""), ("包邮", "")],
)
def test_only_what_a_link_can_carry_is_a_payload(words: str, payload: str) -> None:
    assert start_payload(words) == payload


def test_every_command_of_the_menu_does_something_in_every_language() -> None:
    assert all(set(menu) == {"start", *ACTIONS} for menu in MENUS.values())
