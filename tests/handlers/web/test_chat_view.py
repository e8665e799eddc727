from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.dialogue.cards import product_card
from bot.core.messages import Attachment, Language, RenderedButton, Reply, Say
from bot.core.money import yuan
from bot.core.photos import is_photo_id, photo_id_of
from handlers.web.chat_view import ChatView
from tests.demo import demo_renderer, demo_shop

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHOP = demo_shop()
TEE = SHOP.product_by_id["sy-tee-heavy"]
VIEW = ChatView(SHOP, b"s" * 32, lambda staff_id: {"S1": "小林"}.get(staff_id, ""))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_product_is_shown_as_a_card_and_its_name_is_told_once(language: Language) -> None:
    say = Say("product_card", {"product": product_card(TEE, language), "deals": []}, photo=TEE.photo)
    line = VIEW.told(7, 0, demo_renderer().render(say, language, "web"))
    assert line["product"] == {"id": TEE.id, "name": TEE.name.get(language), "price": yuan(12900)}
    assert line["photo"] == "/photos/sy-tee-heavy.png"
    assert TEE.name.get(language) not in line["text"] and TEE.summary.get(language) in line["text"]


def test_words_that_say_more_than_the_name_in_the_first_line_stay_whole() -> None:
    line = VIEW.told(7, 0, Reply("这款卖得最好", photo=TEE.photo))
    assert line["text"] == "这款卖得最好"


def test_a_button_that_shows_a_product_has_its_picture_and_price() -> None:
    buttons = (
        RenderedButton("1", "p:sy-tee-heavy"),
        RenderedButton("人工客服", "m:human"),
        RenderedButton("x", "p:gone"),
    )
    line = VIEW.told(7, 0, Reply("看看", buttons))
    assert line["buttons"] == [
        {"l": "1", "a": "p:sy-tee-heavy", "photo": "/photos/sy-tee-heavy.png", "price": "¥129"},
        {"l": "人工客服", "a": "m:human"},
        {"l": "x", "a": "p:gone"},
    ]


def test_a_person_is_named_and_staff_ids_and_chats_are_not_told() -> None:
    line = VIEW.told(
        7, 0, Reply("在的", by="S1", ref="telegram:-100123:45", media=(Attachment("voice", "telegram:x"),))
    )
    assert (line["who"], line["name"], line["files"]) == ("person", "小林", ["voice"])
    assert "S1" not in str(line) and "100123" not in str(line)


def test_pictures_are_shown_wherever_they_lie_and_other_files_are_named() -> None:
    sent = (
        Attachment("photo", "web:" + "a" * 32),
        Attachment("photo", "telegram:x"),
        Attachment("voice", "telegram:x"),
    )
    line = VIEW.told(7, 0, Reply("看这张", by="S1", media=sent))
    assert (line["pictures"], line["files"]) == (["a" * 32, photo_id_of("telegram:x")], ["voice"])
    assert is_photo_id(line["pictures"][1])


def test_an_edit_names_the_same_message() -> None:
    first = VIEW.told(7, 0, Reply("在的", by="S1", ref="telegram:-1:45"))
    edit = VIEW.told(8, 0, Reply("在的呢", by="S1", ref="telegram:-1:45", edits=True))
    assert (first["ref"], first["edits"], edit["edits"]) == (edit["ref"], False, True)


def test_an_order_is_laid_out_as_one() -> None:
    assert VIEW.told(7, 0, Reply("帮您核对一下", template="lead_confirm+read_back"))["order"] is True
    assert "order" not in VIEW.told(7, 0, Reply("帮您核对一下", template="text"))
