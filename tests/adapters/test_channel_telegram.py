from __future__ import annotations

import io
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from PIL import Image

from bot.adapters.channel_telegram import TelegramChannel, make_bot
from bot.adapters.photo_files import PhotoFiles
from bot.core.errors import ChannelError, ConfigError, Rejected, RetryLater, Uncertain, Unreachable
from bot.core.messages import Attachment, RenderedButton, Reply
from tests.fakes import TOKEN, BotApiServer
from tests.hanging_up import hang_up

CHAT = "telegram:77"


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def bot(api: BotApiServer) -> AsyncIterator[Bot]:
    bot = make_bot(TOKEN, api.base)
    yield bot
    await hang_up(bot)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "polo.png").write_bytes(b"a picture")
    (tmp_path.parent / "outside.png").write_bytes(b"not ours")
    return tmp_path


@pytest.fixture
def channel(bot: Bot, photos: Path) -> TelegramChannel:
    return TelegramChannel(bot, photos)


async def test_text_goes_out_as_it_is_without_markup_or_preview(api: BotApiServer, channel: TelegramChannel) -> None:
    words = "1 < 2 & <b>包邮</b> *_[] https://shop.example.com 😀"
    platform_id = await channel.send(CHAT, Reply(words))
    (call,) = api.sent(77)
    assert call.text == words
    assert "parse_mode" not in call.params
    assert call.params["link_preview_options"] == {"is_disabled": True}
    assert int(platform_id) > 0


async def test_buttons_stand_below_the_text(api: BotApiServer, channel: TelegramChannel) -> None:
    await channel.send(CHAT, Reply("?", (RenderedButton("热销", "m:hot"), RenderedButton("人工", "m:human"))))
    assert api.sent()[0].params["reply_markup"] == {
        "inline_keyboard": [[{"text": "热销", "callback_data": "m:hot"}, {"text": "人工", "callback_data": "m:human"}]]
    }


async def test_a_button_telegram_would_refuse_is_left_out(api: BotApiServer, channel: TelegramChannel) -> None:
    buttons = (RenderedButton("long", "字" * 22), RenderedButton(" ", "x"), RenderedButton("a", ""))
    await channel.send(CHAT, Reply("?", (*buttons, RenderedButton("fine", "f" * 64))))
    assert api.sent()[0].buttons == ["f" * 64]


async def test_a_long_text_goes_out_in_parts_with_the_buttons_under_the_last(
    api: BotApiServer, channel: TelegramChannel
) -> None:
    words = "包邮，不满九十九元的收八元。" * 400
    await channel.send(CHAT, Reply(words, (RenderedButton("ok", "ok"),)))
    assert "".join(api.texts(77)) == words
    assert [call.buttons for call in api.sent(77)] == [[], ["ok"]]


async def test_a_photo_carries_the_words_as_caption(api: BotApiServer, channel: TelegramChannel) -> None:
    await channel.send(CHAT, Reply("纯棉 <polo>", (RenderedButton("买", "o:p1"),), photo="photos/polo.png"))
    (call,) = api.sent(77)
    assert (call.method, call.text, call.buttons) == ("sendPhoto", "纯棉 <polo>", ["o:p1"])
    assert call.params["photo"] == b"a picture"


async def test_words_too_long_for_a_caption_follow_the_photo(api: BotApiServer, channel: TelegramChannel) -> None:
    await channel.send(CHAT, Reply("好" * 1025, (RenderedButton("买", "o:p1"),), photo="photos/polo.png"))
    assert [(c.method, c.text, c.buttons) for c in api.sent(77)] == [
        ("sendPhoto", "", []),
        ("sendMessage", "好" * 1025, ["o:p1"]),
    ]


async def test_a_photo_is_uploaded_once_and_again_when_the_file_changed(
    api: BotApiServer, channel: TelegramChannel, photos: Path
) -> None:
    for _ in range(2):
        await channel.send(CHAT, Reply("polo", photo="photos/polo.png"))
    (photos / "photos" / "polo.png").write_bytes(b"a newer picture")
    await channel.send(CHAT, Reply("polo", photo="photos/polo.png"))
    first, second, third = [call.params["photo"] for call in api.sent(77)]
    assert first == b"a picture"
    assert isinstance(second, str)
    assert third == b"a newer picture"


async def test_a_file_id_telegram_forgot_is_uploaded_again(api: BotApiServer, channel: TelegramChannel) -> None:
    await channel.send(CHAT, Reply("polo", photo="photos/polo.png"))
    api.fail("sendPhoto", status=400, description="Bad Request: wrong file identifier/HTTP URL specified")
    await channel.send(CHAT, Reply("polo", photo="photos/polo.png"))
    assert [call.params["photo"] for call in api.sent(77)] == [b"a picture", b"a picture"]


@pytest.mark.parametrize("photo", ["photos/missing.png", "../outside.png", "/etc/hostname"])
async def test_without_its_picture_the_words_still_go_out(
    api: BotApiServer, channel: TelegramChannel, photo: str
) -> None:
    await channel.send(CHAT, Reply("polo", photo=photo))
    assert [(c.method, c.text) for c in api.sent(77)] == [("sendMessage", "polo")]


@pytest.mark.parametrize("words", ["polo", "好" * 2000])
async def test_a_picture_telegram_refuses_does_not_take_the_words_with_it(
    api: BotApiServer, channel: TelegramChannel, words: str
) -> None:
    api.fail("sendPhoto", status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    await channel.send(CHAT, Reply(words, (RenderedButton("买", "o:p1"),), photo="photos/polo.png"))
    assert [(c.method, c.text, c.buttons) for c in api.sent(77)] == [("sendMessage", words, ["o:p1"])]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "description": "Too Many Requests: retry after 7", "retry_after": 7}, RetryLater),
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, Unreachable),
        ({"status": 403, "description": "Forbidden: user is deactivated"}, Unreachable),
        ({"status": 400, "description": "Bad Request: chat not found"}, Unreachable),
        ({"status": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}, Rejected),
        ({"status": 413, "description": "Request Entity Too Large"}, Rejected),
        ({"status": 401, "description": "Unauthorized"}, RetryLater),
        ({"status": 500, "description": "Internal Server Error"}, Uncertain),
        ({"status": 502, "description": "Bad Gateway"}, Uncertain),
        ({"cut": True}, Uncertain),
    ],
)
async def test_every_failure_is_told_apart(
    api: BotApiServer, channel: TelegramChannel, fault: dict[str, Any], error: type[ChannelError]
) -> None:
    api.fail("sendMessage", **fault)
    with pytest.raises(error) as raised:
        await channel.send(CHAT, Reply("hello"))
    if isinstance(raised.value, RetryLater) and "retry_after" in fault:
        assert raised.value.after_seconds == 7


async def test_when_nobody_listens_nothing_was_sent_and_it_may_be_tried_again(photos: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        bot = make_bot(TOKEN, f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(RetryLater):
            await TelegramChannel(bot, photos).send(CHAT, Reply("hello"))
        await hang_up(bot)


async def test_a_reply_that_broke_off_in_the_middle_is_uncertain(api: BotApiServer, channel: TelegramChannel) -> None:
    api.fail("sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    with pytest.raises(Uncertain):
        await channel.send(CHAT, Reply("好" * 2000, photo="photos/polo.png"))
    assert [call.method for call in api.sent(77)] == ["sendPhoto"]


async def test_a_short_429_in_the_middle_of_a_reply_is_waited_out(api: BotApiServer, channel: TelegramChannel) -> None:
    api.fail("sendMessage", status=429, description="Too Many Requests: retry after 1", retry_after=1)
    await channel.send(CHAT, Reply("好" * 2000, photo="photos/polo.png"))
    assert [call.method for call in api.sent(77)] == ["sendPhoto", "sendMessage"]


async def test_a_429_that_would_take_too_long_in_the_middle_is_uncertain(
    api: BotApiServer, channel: TelegramChannel
) -> None:
    api.fail("sendMessage", status=429, description="Too Many Requests: retry after 300", retry_after=300)
    with pytest.raises(Uncertain):
        await channel.send(CHAT, Reply("好" * 2000, photo="photos/polo.png"))


@pytest.mark.parametrize(("chat", "reply"), [(CHAT, Reply(" \n")), ("web:7", Reply("hi")), ("telegram:x", Reply("hi"))])
async def test_what_cannot_be_sent_is_rejected_before_it_leaves(
    api: BotApiServer, channel: TelegramChannel, chat: str, reply: Reply
) -> None:
    with pytest.raises(Rejected):
        await channel.send(chat, reply)
    assert api.calls == []


async def test_typing_is_shown_and_its_failure_ignored(api: BotApiServer, channel: TelegramChannel) -> None:
    await channel.typing(CHAT)
    assert api.of("sendChatAction")[0].params == {"chat_id": 77, "action": "typing"}
    api.fail("sendChatAction", status=403, description="Forbidden: bot was blocked by the user")
    await channel.typing(CHAT)


@pytest.mark.parametrize("token", ["", "no colon", "letters:x", "42:a b"])
def test_a_token_that_cannot_be_one_is_named_without_being_shown(token: str) -> None:
    with pytest.raises(ConfigError) as raised:
        make_bot(token)
    assert "BOT_TOKEN" in str(raised.value)
    assert not token or token not in str(raised.value)


def _files(*names: str) -> tuple[Attachment, ...]:
    """Named by their kind, as the test server knows them."""
    return tuple(Attachment(name.rpartition("-")[0], f"telegram:{name}") for name in names)


async def test_files_of_a_person_go_out_as_album_with_the_words_as_caption(
    api: BotApiServer, channel: TelegramChannel
) -> None:
    await channel.send(CHAT, Reply("both sides", by="07", media=_files("photo-1", "video-2")))
    (call,) = api.sent(77)
    assert call.method == "sendMediaGroup"
    assert [(item["type"], item.get("caption")) for item in call.params["media"]] == [
        ("photo", "both sides"),
        ("video", None),
    ]


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "document", "audio", "animation", "video_note", "sticker"])
async def test_every_kind_of_file_reaches_her_as_what_it_is(
    api: BotApiServer, channel: TelegramChannel, kind: str
) -> None:
    await channel.send(CHAT, Reply("words", by="07", media=_files(f"{kind}-1")))
    sent = api.sent(77)
    assert sent[0].params[kind] == f"{kind}-1"
    assert "".join(call.text for call in sent) == "words"


async def test_files_that_cannot_share_an_album_follow_each_other(api: BotApiServer, channel: TelegramChannel) -> None:
    await channel.send(CHAT, Reply("", by="07", media=_files("photo-1", "document-1", "document-2", "voice-1")))
    assert [call.method for call in api.sent(77)] == ["sendPhoto", "sendMediaGroup", "sendVoice"]


async def test_a_file_of_another_channel_is_refused(channel: TelegramChannel) -> None:
    with pytest.raises(Rejected):
        await channel.send(CHAT, Reply("", media=(Attachment("photo", "web:1"),)))


async def test_a_picture_from_the_desk_is_uploaded_from_its_file(api: BotApiServer, bot: Bot, tmp_path: Path) -> None:
    kept = PhotoFiles(tmp_path / "uploads")
    drawn = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(drawn, "PNG")
    photo = Attachment("photo", f"web:{await kept.keep('telegram-77', drawn.getvalue())}")
    channel = TelegramChannel(bot, tmp_path, kept=kept)
    await channel.send(CHAT, Reply("这款是实拍", by="07", media=(photo,)))
    await channel.send(CHAT, Reply("", by="07", media=(photo, *_files("photo-1"))))
    one, album = api.sent(77)
    assert (one.method, one.params["caption"]) == ("sendPhoto", "这款是实拍")
    assert isinstance(one.params["photo"], bytes) and one.params["photo"].startswith(b"\xff\xd8")
    assert album.method == "sendMediaGroup" and len(album.params["media"]) == 2
    with pytest.raises(Rejected):
        await channel.send("telegram:78", Reply("", by="07", media=(photo,)))


async def test_words_and_captions_are_edited_in_place(api: BotApiServer, channel: TelegramChannel) -> None:
    words = await channel.send(CHAT, Reply("41", by="07"))
    photo = await channel.send(CHAT, Reply("blue", by="07", media=_files("photo-1")))
    await channel.edit(CHAT, words, "42")
    await channel.edit(CHAT, words, "42")  # nothing to change is no error
    await channel.edit(CHAT, photo, "green")
    assert [shown.text for shown in api.topic(77, None)] == ["42", "green"]
    with pytest.raises(Rejected):
        await channel.edit(CHAT, "99999", "x")
    with pytest.raises(Rejected):
        await channel.edit(CHAT, words, "x" * 4097)
