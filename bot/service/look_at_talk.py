"""What the staff group still has to be shown of one conversation: words, new cards, cards that changed."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.core import events as e
from bot.core.case_card import card_values, fitted
from bot.core.case_effects import Context
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.group_buttons import card_buttons
from bot.core.group_state import NO_CASE, CardShown, TopicState, from_text
from bot.core.group_words import Part, Reader, had_people, parts, unclear
from bot.core.messages import Language, RenderedButton, Say
from bot.core.orders import Order
from bot.core.ports import Renderer
from bot.core.ports_people import Happened, Unposted
from bot.service.staff_acts import FullStore
from bot.service.suggest import Suggest

#: Events a card looks back over to find the last ten messages.
_BACK = 80
_PAGE = 500
_CARD_CHARS = 5_000


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it should stand there."""

    case_id: str
    step: str
    text: str
    buttons: tuple[RenderedButton, ...]
    seq: int
    #: Of the message that is to be changed; None: to be posted.
    message_id: int | None = None
    #: Nothing more will change: it is forgotten once shown.
    last: bool = False

    @property
    def digest(self) -> str:
        plain = "\n".join((self.text, *(f"{b.label}\t{b.action}" for b in self.buttons)))
        return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]

    def shown(self, message_id: int) -> CardShown:
        return CardShown(message_id, self.step, self.digest, self.seq)


@dataclass(frozen=True, slots=True)
class Look:
    talk: Conversation
    state: TopicState
    last_seq: int
    words: tuple[Part, ...]
    new: tuple[Card, ...]
    changed: tuple[Card, ...]
    #: When the oldest of what waits came.
    since: datetime

    @property
    def covering(self) -> Card | None:
        """A new card that shows every word that waits, so that they need no message of their own."""
        if not self.new or any(part.media for part in self.words) or self.state.trying > self.state.words:
            return None
        lines = {line for part in self.words for text in part.texts for line in text.split("\n")}
        shown = set(self.new[0].text.split("\n"))
        return self.new[0] if lines and lines <= shown else None


class LookAtTalk:
    """Reads only. ``staff_words``: templates and labels of the group, in the shop's default language."""

    def __init__(
        self,
        store: FullStore,
        context: Callable[[], Awaitable[Context]],
        renderer: Renderer,
        labels: Mapping[str, str],
        language: Language,
        zone: tzinfo,
        suggest: Suggest | None = None,
    ) -> None:
        self._store = store
        self._context = context
        self._renderer = renderer
        self.labels = labels
        self.language: Language = language
        self._zone = zone
        self._suggest = suggest

    async def reader(self, chat_id: int) -> Reader:
        context = await self._context()
        names = {person.staff_id: person.name for person in context.duty.staff}
        return Reader(self.labels, self._zone, names, f"telegram:{chat_id}:")

    async def context(self) -> Context:
        return await self._context()

    async def __call__(self, item: Unposted, chat_id: int, now: datetime) -> Look:
        talk = item.conversation
        topic = item.topic
        state = from_text(topic.card_shown, topic.posted_seq) if topic else TopicState()
        context, reader = await self._context(), await self.reader(chat_id)
        happened, cases = await self._after(talk.id, state.words), await self._store.cases(talk.id)
        reader = replace(reader, roles={case.case_id: case.role for case in cases})
        people = await self._had_people(talk.id, state.words) if state.words and unclear(happened) else None
        words = parts(happened, talk, reader, people) if happened else ()
        orders = await self._store.orders(talk.id)
        new, changed = list[Card](), list[Card]()
        for case, shown, over in _wanted(cases, talk, state):
            seq = shown.seq if shown else item.last_seq
            said = await self._before(talk.id, seq)
            card = self._card(case, shown, talk, orders, said, context, reader, seq, over, now)
            if card.message_id is None:
                new.append(card)
            elif shown is not None and (card.digest != shown.digest or card.last):
                changed.append(card)
        since = words[0].since if words and words[0].since else None
        since = since or (happened[0].at if happened else talk.last_at) or now
        return Look(talk, state, item.last_seq, words, tuple(new), tuple(changed), since)

    def _card(
        self,
        case: Case | None,
        shown: CardShown | None,
        talk: Conversation,
        orders: Sequence[Order],
        said: Sequence[Happened],
        context: Context,
        reader: Reader,
        seq: int,
        over: bool,
        now: datetime,
    ) -> Card:
        book = context.book(case) if case else None
        suggestions = self._suggestions(case, talk, said, now) if book is None or book.talks else ()
        own = _own_agent(talk, context, now) if book is None or book.talks else ""

        def render(chars: int) -> str:
            values = card_values(case, book, talk, orders, said, suggestions, reader, self.language, chars, own)
            return self._renderer.render(Say("card", values), self.language, "staff").text

        step = case.step if case else talk.owner
        again = shown is None or (case is not None and case.state == "open" and case.step != shown.step)
        buttons = () if over else tuple(card_buttons(case, book, talk, reader))
        return Card(
            case.case_id if case else NO_CASE,
            step,
            fitted(render),
            buttons,
            seq,
            None if again or shown is None else shown.message_id,
            over,
        )

    def _suggestions(
        self, case: Case | None, talk: Conversation, said: Sequence[Happened], now: datetime
    ) -> tuple[str, ...]:
        asked = [one.event.text for one in said if isinstance(one.event, e.ShopperSpoke) and one.event.kind == "text"]
        question = asked[-1] if asked else case.words if case else ""
        return self._suggest(talk, question, now) if self._suggest and question.strip() else ()

    async def _after(self, conversation_id: str, seq: int) -> list[Happened]:
        found = list[Happened]()
        while page := await self._store.events_after(conversation_id, seq, _PAGE):
            found += page
            seq = page[-1].seq
            if len(page) < _PAGE:
                break
        return found

    async def _had_people(self, conversation_id: str, seq: int) -> bool:
        """From the beginning: rare, and a conversation is not long."""
        return had_people([one for one in await self._after(conversation_id, 0) if one.seq <= seq])

    async def _before(self, conversation_id: str, seq: int) -> list[Happened]:
        found = await self._store.events_after(conversation_id, max(0, seq - _BACK), _BACK)
        return [one for one in found if one.seq <= seq]


def _wanted(
    cases: Sequence[Case], talk: Conversation, state: TopicState
) -> list[tuple[Case | None, CardShown | None, bool]]:
    """Cases that have or need a card, the card shown, and whether it is over; None: the conversation by itself."""
    shown = state.by_case
    wanted: list[tuple[Case | None, CardShown | None, bool]] = [
        (case, shown.get(case.case_id), not case.open)
        for case in cases
        if case.case_id in shown or case.state == "open"
    ]
    alone = not any(case.state in ("open", "watching") for case in cases) and talk.owner in ("waiting", "agent")
    if alone or NO_CASE in shown:
        wanted.append((None, shown.get(NO_CASE), not alone))
    return wanted


def _own_agent(talk: Conversation, context: Context, now: datetime) -> str:
    """A known customer goes back to the person she knows, when that one is on duty (E9)."""
    if talk.owner != "waiting" or not talk.last_agent_id:
        return ""
    there = (person for person in context.duty.now(now) if person.staff_id == talk.last_agent_id)
    return next((person.name for person in there), "")
