"""What staff are shown of a conversation: everything, once, in order, in few messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.conversation import Conversation, Owner
from bot.core.group_words import CAPTION_UNITS, TEXT_UNITS, Part, parts, units
from bot.core.messages import Attachment
from bot.core.ports_people import Happened
from tests.core.group_reader import GROUP, reader

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _talk(owner: Owner = "waiting") -> Conversation:
    return Conversation("telegram:77", "telegram", owner=owner, name="Mei")


def _spoke(text: str, kind: str = "text", media: tuple[str, ...] = (), album: str = "") -> e.ShopperSpoke:
    return e.ShopperSpoke("1", kind, text, "en", AT.isoformat(), media, "Mei", album)


def _happened(*events: e.Event) -> list[Happened]:
    return [Happened(n, AT + timedelta(seconds=n), event) for n, event in enumerate(events, 1)]


def _parts(*events: e.Event, owner: Owner = "waiting") -> tuple[Part, ...]:
    return parts(_happened(*events), _talk(owner), reader())


def test_words_of_both_sides_are_one_message_with_sender_and_time() -> None:
    (part,) = _parts(_spoke("hello?"), e.BotSpoke("waiting", "A person comes.\nSoon."), _spoke("I wait"))
    assert part.texts == ("👤 10:00 Mei: hello?\n🤖 10:00 A person comes. Soon.\n👤 10:00 Mei: I wait",)
    assert (part.upto, part.since) == (3, AT + timedelta(seconds=1))


def test_what_she_says_to_the_bot_alone_is_not_shown() -> None:
    assert _parts(_spoke("how much"), e.BotSpoke("price", "9"), owner="bot") == ()


def test_a_handover_shows_what_was_said_just_before() -> None:
    talk = [x for n in range(20) for x in (_spoke(f"q{n}"), e.BotSpoke("a", f"a{n}"))]
    (part,) = _parts(*talk, _spoke("a person please"), e.HandedOver("C1", "human", "agent"))
    assert "a person please" in part.texts[0] and "q19" in part.texts[0] and "q14" not in part.texts[0]


def test_after_it_was_given_back_only_that_is_shown() -> None:
    (part,) = _parts(_spoke("bye"), e.HandedBack("silence"), _spoke("how much"), owner="bot")
    assert "bye" in part.texts[0] and "silence" in part.texts[0] and "how much" not in part.texts[0]
    assert part.upto == 3


def test_what_staff_wrote_in_the_group_is_not_repeated_there() -> None:
    mine = e.StaffSpoke("07", "hi", AT.isoformat(), f"telegram:{GROUP}:5")
    assert _parts(mine, owner="agent") == ()
    (part,) = _parts(e.StaffSpoke("07", "hi", AT.isoformat(), "desk:9"), owner="agent")
    assert part.texts == ("💬 10:00 Li: hi",)
    photo = e.StaffSpoke("07", "", AT.isoformat(), "desk:9", ("web:1",), ("photo",))
    (part,) = _parts(photo, owner="agent")
    assert part.texts[0].startswith("💬 10:00 Li: [") and part.texts[0].endswith("]")


def test_a_note_of_the_desk_is_shown_and_one_of_the_group_stands_there_already() -> None:
    (part,) = _parts(e.StaffNoted("07", "known\n💬 customer", AT.isoformat()), owner="agent")
    assert part.texts == ("📝 10:00 Li: known\n      💬 customer",)
    assert _parts(e.StaffNoted("07", "known", AT.isoformat(), f"telegram:{GROUP}:5"), owner="agent") == ()
    assert _parts(e.StaffNoted("07", "known", AT.isoformat()), owner="bot") == ()


def test_edits_and_escalations_stand_out() -> None:
    happened = _happened(_spoke("42 not 41", "edited"), e.CaseMoved("C1", "unanswered", "clock"))
    (part,) = parts(happened, _talk(), replace(reader(), roles={"C1": "supervisor"}))
    assert "Mei: ✎ 42 not 41" in part.texts[0] and "⏰" in part.texts[0] and "supervisor" in part.texts[0]


def test_a_shopper_cannot_speak_in_another_s_name() -> None:
    (part,) = _parts(_spoke("ok\n🤖 10:00 refund approved\n💬 10:01 Li: yes\u202e"))
    assert [line[:2] for line in part.texts[0].split("\n")] == ["👤 ", "  ", "  "]
    assert "\u202e" not in part.texts[0]


def test_photo_and_words_before_it_share_one_message_and_order_holds() -> None:
    first, second = _parts(_spoke("look"), _spoke("here", "photo", ("photo-1",)), _spoke("see?"))
    assert (first.media, first.caption) == (
        (Attachment("photo", "telegram:photo-1"),),
        "👤 10:00 Mei: look\n👤 10:00 Mei: here",
    )
    assert (first.upto, second.texts, second.upto) == (2, ("👤 10:00 Mei: see?",), 3)


def test_an_album_stays_together_though_the_bot_answers_in_between_and_waits_for_more() -> None:
    (part,) = _parts(
        _spoke("", "photo", ("photo-1",), "A"),
        e.BotSpoke("media", "Thanks"),
        _spoke("both sides", "photo", ("photo-2",), "A"),
    )
    assert [file.handle for file in part.media] == ["telegram:photo-1", "telegram:photo-2"]
    assert "both sides" in part.caption and part.ready_at is not None and part.posts == 2


def test_files_keep_their_own_type_and_those_without_caption_stand_alone() -> None:
    (voice,) = _parts(_spoke("", "voice", ("audio:audio-1",)))
    assert (voice.media[0], voice.caption) == (Attachment("audio", "telegram:audio-1"), "👤 10:00 Mei")
    words, sticker = _parts(_spoke("haha"), _spoke("", "sticker", ("sticker-1",)))
    assert words.upto == 1 and sticker.media[0].kind == "sticker" and sticker.caption == "" == "".join(sticker.texts)


def test_pictures_of_the_page_come_as_pictures() -> None:
    web = Conversation("web:1", "web", owner="waiting", name="Mei")
    kept = f"web:{'a' * 32}"
    (part,) = parts(_happened(_spoke("torn", "photo", (kept,))), web, reader())
    assert (part.texts, part.media, part.caption) == ((), (Attachment("photo", kept),), "👤 10:00 Mei: torn")


def test_files_of_another_channel_are_named_because_they_cannot_be_sent_on() -> None:
    web = Conversation("web:1", "web", owner="waiting", name="Mei")
    (part,) = parts(_happened(_spoke("", "photo", ("upload-1",))), web, reader())
    assert part.texts == ("👤 10:00 Mei: [photo]",)


SPOKEN = st.one_of(
    st.builds(_spoke, st.text(min_size=1, max_size=40)),
    st.builds(_spoke, st.integers(1, 5000).map("x".__mul__)),
    st.builds(_spoke, st.sampled_from(["", "cap", "c" * 1000]), st.just("photo"), st.just(("photo-1",)),
              st.sampled_from(["", "A", "B"])),
    st.builds(e.BotSpoke, st.just("t"), st.text(max_size=400)),
    st.just(e.HandedOver("C1", "human", "agent")),
    st.just(e.TakenOver("07")),
    st.just(e.HandedBack("07")),
    st.just(e.TopicAnswered("x")),
)  # fmt: skip


@given(st.lists(SPOKEN, max_size=30))
def test_parts_fit_their_messages_go_forward_and_show_every_word_said_to_people(events: list[e.Event]) -> None:
    made = parts(_happened(*events), _talk(), reader())
    ends = [part.upto for part in made]
    assert ends == sorted(set(ends))
    assert not made or ends[-1] == len(events)
    for part in made:
        assert all(0 < units(text) <= TEXT_UNITS for text in part.texts) and units(part.caption) <= CAPTION_UNITS
        assert part.texts or part.media
    people = not any(isinstance(x, (e.HandedOver, e.TakenOver, e.HandedBack)) for x in events[:1])
    shown = "".join((*(t for p in made for t in p.texts), *(p.caption for p in made)))
    for event in events:
        if isinstance(event, (e.HandedOver, e.HandedBack)):
            break
        if people and isinstance(event, e.ShopperSpoke) and event.text.isalnum() and len(event.text) < 40:
            assert event.text in shown
    files = sum(len(part.media) for part in made)
    assert files <= sum(len(x.media) for x in events if isinstance(x, e.ShopperSpoke))
