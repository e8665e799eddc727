from __future__ import annotations

import pytest

from bot.core import events as e
from bot.core.photos import files_said, full_handle, is_photo_id, owner_of, photo_id_of, photos_said

AT = "2026-11-23T10:00:00+00:00"


@pytest.mark.parametrize(
    ("conversation", "owner"), [("web:AAAA", "AAAA"), ("telegram:42", "telegram-42"), ("telegram:-10", "telegram--10")]
)
def test_pictures_lie_with_their_conversation(conversation: str, owner: str) -> None:
    assert owner_of(conversation) == owner


def test_another_channels_name_of_a_picture_is_not_told() -> None:
    assert photo_id_of("web:" + "a" * 32) == "a" * 32
    made = photo_id_of("telegram:AgAC-secret")
    assert is_photo_id(made) and "AgAC" not in made
    assert made == photo_id_of("telegram:AgAC-secret") != photo_id_of("telegram:AgAC-other")
    assert not is_photo_id("../shop.db")


@pytest.mark.parametrize(
    ("handle", "full"), [("AgAC", "telegram:AgAC"), ("web:1", "web:1"), ("telegram:x", "telegram:x"), ("audio:x", "")]
)
def test_shoppers_files_of_telegram_are_named_with_their_channel(handle: str, full: str) -> None:
    assert full_handle(handle, "telegram") == full


def shopper(kind: str, handle: str) -> e.ShopperSpoke:
    return e.ShopperSpoke("1", kind, "", "zh", AT, (handle,))


def test_only_pictures_are_shown_as_such() -> None:
    assert photos_said(shopper("photo", "AgAC"), "telegram") == ("telegram:AgAC",)
    assert photos_said(shopper("voice", "BQAC"), "telegram") == ()
    document = shopper("document", "BQAC")
    assert (photos_said(document, "telegram"), files_said(document, "telegram")) == ((), ("telegram:BQAC",))
    both = ("telegram:a", "telegram:b")
    assert photos_said(e.StaffSpoke("S1", "", AT, media=both, kinds=("photo", "voice")), "web") == ("telegram:a",)
    assert photos_said(e.StaffSpoke("S1", "", AT, media=("web:1", "telegram:b")), "web") == ("web:1",)
    assert photos_said(e.BotSpoke("text", "words"), "web") == ()
