"""Shows staff what happens, in their group: shoppers' words before cards, cards before marks, the oldest first.

What is posted is read from the events behind a cursor, and the cursor moves when the post is known to have arrived. So
nothing is lost whatever fails; what may have arrived is shown again, and says so.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.errors import ChannelError, Rejected, RetryLater, TopicGone, Uncertain, Unreachable
from bot.core.group_buttons import MAX_BYTES, action
from bot.core.group_state import TopicState, to_text
from bot.core.group_words import Part, brief
from bot.core.messages import RenderedButton, Say
from bot.core.pace import Window
from bot.core.photos import is_kept
from bot.core.ports import Clock, Renderer, StaffRoom
from bot.core.ports_people import Mark, Sheet, Topic, Unposted
from bot.service.look_at_talk import Card, Look, LookAtTalk
from bot.service.staff_acts import FullStore

log = logging.getLogger(__name__)

#: Conversations looked at in one step.
_AT_ONCE = 200
#: A shopper's words that are shown later than this say so.
_LAG_SECONDS = 30.0
#: After a refusal that concerns the whole group.
_PAUSE_SECONDS = 60.0
#: A post that the group refused so often is left out: it would hold up everything behind it.
_TRIES = 3
#: Changes of cards and reactions: they are no posts, but no platform likes to be pressed.
_QUIET = Window(30, 60.0, 0.5)

#: Delivery shown on the staff member's own message.
MARKS = {"sent": "👌", "uncertain": "🤔", "unreachable": "😢", "rejected": "😢", "dropped": "😢"}


@dataclass(frozen=True, slots=True)
class _Job:
    """One post. Smaller ``rank`` first, older first within it."""

    rank: int
    since: datetime
    item: Unposted
    look: Look
    part: Part | None = None
    card: Card | None = None

    @property
    def posts(self) -> int:
        return self.part.posts if self.part else 1


class ShowStaff:
    """One for each group; :meth:`step` is not to be called concurrently."""

    def __init__(
        self, store: FullStore, room: StaffRoom, look_at: LookAtTalk, renderer: Renderer, clock: Clock
    ) -> None:
        self._store = store
        self._room = room
        self._look_at = look_at
        self._renderer = renderer
        self._clock = clock
        self._paused_until: datetime | None = None
        self._quiet = _QUIET
        #: Conversations whose topic turned out to be deleted.
        self._gone: set[str] = set()
        #: Looked at already, as long as nothing happened there.
        self._looks: dict[str, tuple[object, Look]] = {}
        self._refused: dict[tuple[str, int], int] = {}
        self._sheets: set[str] = set()

    async def step(self) -> float:
        """Do what is most urgent; how many seconds until it is worth coming again (0: at once)."""
        now = self._clock.now()
        if self._paused_until is not None and now < self._paused_until:
            return (self._paused_until - now).total_seconds()
        looks = [(item, await self._look(item, now)) for item in await self._store.unposted(_AT_ONCE)]
        self._looks = {item.conversation.id: (_key(item), look) for item, look in looks}
        waits = list[float]()
        try:
            if await self._post_one(looks, now, waits) or await self._quietly(looks, now, waits):
                return 0.0
        except RetryLater as error:
            self._pause(error.after_seconds)
        except (Unreachable, Rejected) as error:
            log.error(
                "the staff group cannot be written to (%s): does it have topics, and is the bot an administrator "
                "that may manage them?",
                type(error).__name__,
            )
            self._pause(_PAUSE_SECONDS)
        except Uncertain:
            log.warning("a post to the staff group may or may not have arrived; it is shown again")
        return min(waits, default=1.0)

    def _pause(self, seconds: float) -> None:
        self._paused_until = self._clock.now() + timedelta(seconds=max(1.0, seconds))

    async def _look(self, item: Unposted, now: datetime) -> Look:
        held = self._looks.get(item.conversation.id)
        if held is not None and held[0] == _key(item):
            return held[1]
        return await self._look_at(item, self._room.chat_id, now)

    # --- posts ---

    async def _post_one(self, looks: list[tuple[Unposted, Look]], now: datetime, waits: list[float]) -> bool:
        jobs = [job for item, look in looks if (job := _job(item, look)) is not None]
        for job in sorted(jobs, key=lambda job: (job.rank, job.since)):
            if job.rank > 0 and await self._post_sheet(waits):
                return True
            if job.part is not None and job.part.ready_at is not None and job.part.ready_at > now:
                waits.append((job.part.ready_at - now).total_seconds())
                continue
            # Only the first in line: a later one that needs less room must not overtake it for ever.
            wait = self._room.wait_seconds(job.posts if self._has_topic(job.item) else 1)
            if wait > 0:
                waits.append(wait)
                return False
            await self._do(job, now)
            return True
        return await self._post_sheet(waits)

    def _has_topic(self, item: Unposted) -> bool:
        there = item.topic is not None and item.topic.chat_id == self._room.chat_id
        return there and item.conversation.id not in self._gone

    async def _do(self, job: _Job, now: datetime) -> None:
        topic = job.item.topic
        if topic is None or not self._has_topic(job.item):
            await self._open_topic(job.item, job.look)
            return
        try:
            if job.card is not None:
                await self._post_card(topic, job.look, job.card)
            elif job.part is not None:
                await self._post_words(topic, job.look, job.part, now)
        except TopicGone:
            self._gone.add(topic.conversation_id)

    async def _open_topic(self, item: Unposted, look: Look) -> None:
        """A new topic, with nothing in it yet but the memory of what was shown in the one before."""
        talk = item.conversation
        thread_id = await self._room.open_topic(
            f"{brief(talk.name, 60) or talk.channel} · {talk.id.rpartition(':')[2]}"
        )
        state = TopicState(words=look.state.words)
        posted = item.topic.posted_seq if item.topic else 0
        await self._store.put_topic(Topic(talk.id, self._room.chat_id, thread_id, None, to_text(state), posted))
        self._gone.discard(talk.id)

    async def _post_words(self, topic: Topic, look: Look, part: Part, now: datetime) -> None:
        state, key = look.state, (topic.conversation_id, part.upto)
        part = self._told_how(part, state, now)
        await self._keep(topic, look, replace(state, trying=part.upto))
        posted = 0
        try:
            for text in part.texts:
                await self._room.post(topic.thread_id, text)
                posted += 1
            if part.media:
                await self._post_files(topic, part, again=state.trying > state.words)
        except (RetryLater, TopicGone) as error:
            if not posted or isinstance(error, TopicGone):
                await self._keep(topic, look, replace(state, trying=0))
            raise
        except Rejected:
            self._refused[key] = self._refused.get(key, 0) + 1
            if self._refused[key] < _TRIES:
                raise
            log.error("events up to %d of %s cannot be shown to staff", part.upto, topic.conversation_id)
        self._refused.pop(key, None)
        await self._keep(topic, look, replace(state, words=part.upto, trying=0))

    async def _post_files(self, topic: Topic, part: Part, *, again: bool) -> None:
        """``again``: it may stand there already. What is uploaded is not uploaded twice then: it lies at the desk."""
        if again and any(is_kept(file.handle) for file in part.media):
            await self._name_files(topic, part)
            return
        try:
            await self._room.post_files(
                topic.thread_id, part.media, part.caption, conversation_id=topic.conversation_id
            )
        except (TopicGone, RetryLater):
            raise
        except Rejected:
            # It is not to be had any more: that there was one must be seen all the same.
            await self._name_files(topic, part)

    async def _name_files(self, topic: Topic, part: Part) -> None:
        labels = self._look_at.labels
        kinds = ", ".join(labels.get(f"kind.{file.kind}", file.kind) for file in part.media)
        await self._room.post(topic.thread_id, f"{part.caption}\n[{kinds}]".strip())

    def _told_how(self, part: Part, state: TopicState, now: datetime) -> Part:
        """With a word in front where it comes late, or perhaps a second time."""
        labels, words = self._look_at.labels, list[str]()
        late = (now - part.since).total_seconds() if part.since else 0.0
        if late > _LAG_SECONDS:
            words.append(labels["lag"].format(what=math.ceil(late / 60)))
        if state.trying > state.words:
            words.append(labels["twice"])
        if not words:
            return part
        front = " ".join(words)
        if part.texts:
            return replace(part, texts=(f"{front}\n{part.texts[0]}", *part.texts[1:]))
        return replace(part, caption=f"{front}\n{part.caption}".strip())

    async def _post_card(self, topic: Topic, look: Look, card: Card) -> None:
        covered = look.covering is card
        old = look.state.by_case.get(card.case_id)
        if covered:
            await self._keep(topic, look, replace(look.state, trying=look.words[-1].upto))
        try:
            message_id = await self._room.post(topic.thread_id, card.text, card.buttons)
        except (RetryLater, TopicGone):
            await self._keep(topic, look, replace(look.state, trying=0))
            raise
        state = look.state.with_card(card.case_id, card.shown(message_id))
        if covered:
            state = replace(state, words=look.words[-1].upto, trying=0)
        await self._keep(replace(topic, card_id=message_id), look, state, new=len(look.new) - 1)
        if old is not None:
            # The step it asked for is over: its buttons would only mislead.
            await self._room.edit_buttons(old.message_id, ())

    async def _keep(self, topic: Topic, look: Look, state: TopicState, new: int | None = None) -> None:
        """Store how far the topic is; one event less while something is still to be shown, so that it comes again."""
        left = (len(look.new) if new is None else new) + len(look.changed)
        more = left > 0 or (look.words and state.words < look.words[-1].upto)
        whole = max(look.last_seq, state.words)
        posted = min(state.words, whole - 1) if more else whole
        await self._store.put_topic(replace(topic, card_shown=to_text(state), posted_seq=max(0, posted)))

    # --- handover sheets ---

    async def _post_sheet(self, waits: list[float]) -> bool:
        """Those nobody has confirmed, once a run and once more when they went to the supervisor."""
        for sheet in await self._store.sheets():
            key = f"{sheet.sheet_id}:{sheet.escalated_at is not None}"
            if key in self._sheets:
                continue
            if wait := self._room.wait_seconds():
                waits.append(wait)
                return False
            await self._room.post(None, self._sheet_text(sheet), self._sheet_buttons(sheet))
            self._sheets.add(key)
            return True
        return False

    def _sheet_text(self, sheet: Sheet) -> str:
        values = {
            "shift": sheet.shift,
            "day": sheet.day,
            "lines": [brief(line, 200) for line in sheet.lines[:18]],
            "late": sheet.escalated_at is not None,
        }
        return self._renderer.render(Say("sheet", values), self._look_at.language, "staff").text

    def _sheet_buttons(self, sheet: Sheet) -> tuple[RenderedButton, ...]:
        data = action("sheet", sheet.sheet_id)
        fits = len(data.encode()) <= MAX_BYTES
        return (RenderedButton(self._look_at.labels["do.sheet"], data),) if fits else ()

    # --- what is no post ---

    async def _quietly(self, looks: list[tuple[Unposted, Look]], now: datetime, waits: list[float]) -> bool:
        wait = self._quiet.wait_seconds(now.timestamp())
        for item, look in looks:
            if item.topic is None:
                continue
            if look.changed and self._has_topic(item):
                if wait > 0:
                    waits.append(wait)
                    return False
                self._quiet = self._quiet.taken(now.timestamp())
                await self._change_card(item.topic, look, look.changed[0])
                return True
            if not look.words and not look.new:
                # Nothing of it concerns people.
                await self._keep(item.topic, look, replace(look.state, words=max(look.last_seq, look.state.words)))
                return True
        return await self._mark_one(now, wait, waits)

    async def _change_card(self, topic: Topic, look: Look, card: Card) -> None:
        assert card.message_id is not None
        state, there = look.state, False
        try:
            there = await self._room.edit(card.message_id, card.text, card.buttons)
        except Rejected:
            log.warning("a card in the staff group could not be changed")
            there = True
        forgotten = card.last or not there
        state = (
            state.without_card(card.case_id)
            if forgotten
            else state.with_card(card.case_id, card.shown(card.message_id))
        )
        rest = replace(look, changed=look.changed[1:])
        # One that vanished is posted anew when the conversation is looked at again.
        await self._keep(topic, rest, state, new=len(look.new) + (0 if there or card.last else 1))

    async def _mark_one(self, now: datetime, wait: float, waits: list[float]) -> bool:
        marks = await self._store.marks_due(1)
        if not marks:
            return False
        if wait > 0:
            waits.append(wait)
            return False
        self._quiet = self._quiet.taken(now.timestamp())
        await self._mark(marks[0])
        return True

    async def _mark(self, mark: Mark) -> None:
        """A message written elsewhere than in this group is marked where it was written."""
        chat, _, message = mark.ref.removeprefix("telegram:").rpartition(":")
        if chat == str(self._room.chat_id) and message.isascii() and message.isdigit():
            try:
                await self._room.react(int(message), MARKS.get(mark.state, "🤔"))
            except (RetryLater, Uncertain):
                raise
            except ChannelError:
                log.info("a delivery mark could not be set: the message is gone")
        await self._store.mark_shown(mark.row_id)


def _key(item: Unposted) -> object:
    return item.last_seq, item.topic, item.conversation


def _job(item: Unposted, look: Look) -> _Job | None:
    """The next post of a conversation."""
    covering = look.covering
    hers = any(part.since for part in look.words)
    if covering is not None:
        return _Job(0 if hers else 1, look.since, item, look, card=covering)
    if look.words:
        return _Job(0 if hers else 1, look.since, item, look, part=look.words[0])
    return _Job(2, look.since, item, look, card=look.new[0]) if look.new else None
