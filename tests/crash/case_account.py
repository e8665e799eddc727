"""What became of every chat of the case worker, read from the database alone: each fault one line."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.store_rows import event_from_json, from_json
from bot.core import events as e
from bot.core.approval import APPROVAL, approval_book
from bot.core.case_order import HOURS, ORDER_STATE, holds
from bot.core.case_run import HANDOVER
from bot.core.case_steps import decided, filled
from bot.core.cases import Case
from bot.core.conversation import Conversation, fold
from bot.core.messages import Reply
from bot.core.orders import Order
from bot.core.playbooks import Outcome, Playbook, Step
from tests.crash.case_scripts import Act
from tests.demo import demo_shop

_BOOKS = {book.id: book for book in demo_shop().playbooks}
#: Calls that repeat share a line of the history; who takes a chat takes its cases with it.
_UNCOUNTED = ("reminded", "unanswered", "taken")
_PLACE = re.compile(r"\\\{\w+\\\}")


@dataclass(frozen=True)
class Chat:
    """All that is stored of one shopper."""

    id: str
    script: list[Act]
    stored: Conversation
    events: list[e.Event]
    cases: list[Case]
    orders: list[Order]
    #: Queued messages and what became of them.
    outbox: list[tuple[Reply, str]]
    #: Case ids of the lines of the ledger.
    ledger: list[str]
    #: State of every coupon and every payment of compensation in it.
    owed: list[str]

    def queued(self, words: str) -> int:
        """How often ``words``, whatever stands in place of their placeholders, was to be told."""
        form = re.compile(_PLACE.sub(".+", re.escape(words)), re.DOTALL)
        return sum(form.search(reply.text) is not None for reply, _ in self.outbox)


def faults(folder: Path, chats: dict[str, list[Act]]) -> list[str]:
    with closing(sqlite3.connect(folder / "shop.db")) as db:
        rows = db.execute("SELECT update_id, state FROM inbox").fetchall()
        read = [_read(db, chat, script) for chat, script in chats.items()]
    sent = Counter((folder / "sent").read_text("utf-8").splitlines())
    return [
        *(f"{update}: {state}" for update, state in rows if state != "done"),
        *(f"delivered {times} times: {line}" for line, times in sent.items() if times > _meant(line, read)),
        *(f"{chat.id}: {fault}" for chat in read for fault in _of_chat(chat)),
    ]


def _read(db: sqlite3.Connection, chat: str, script: list[Act]) -> Chat:
    def docs(query: str) -> list[str]:
        return [row[0] for row in db.execute(query, (chat,))]

    outbox = db.execute("SELECT body, state FROM outbox WHERE conversation_id = ? ORDER BY id", (chat,))
    (stored,) = docs("SELECT doc FROM conversations WHERE id = ?")
    return Chat(
        chat,
        script,
        from_json(Conversation, stored),
        [event_from_json(body) for body in docs("SELECT body FROM events WHERE conversation_id = ? ORDER BY seq")],
        [from_json(Case, doc) for doc in docs("SELECT doc FROM cases WHERE conversation_id = ? ORDER BY opened_ms")],
        [from_json(Order, doc) for doc in docs("SELECT doc FROM orders WHERE conversation_id = ?")],
        [(from_json(Reply, body), state) for body, state in outbox],
        [json.loads(doc)["case_id"] for doc in docs("SELECT doc FROM promises WHERE conversation_id = ?")],
        docs("SELECT state FROM promises WHERE conversation_id = ? AND kind IN ('coupon', 'cash')"),
    )


def _meant(line: str, chats: Iterable[Chat]) -> int:
    """How often a message that arrived was queued."""
    name, text = json.loads(line)
    return sum(reply.text == text for chat in chats if chat.id == name for reply, _ in chat.outbox)


def _of_chat(chat: Chat) -> Iterator[str]:
    yield from _words(chat)
    yield from _people(chat)
    if len(chat.orders) != (Act("say", "确认") in chat.script):
        yield f"{len(chat.orders)} orders"
    yield from _decided_as_scripted(chat)
    yield from _paid_out(chat)
    for case in chat.cases:
        yield from (f"{case.case_id} {fault}" for fault in _of_case(chat, case))
    if fold(Conversation(chat.id, "telegram"), chat.events) != chat.stored:
        yield "the conversation is not the fold of its events"


def _words(chat: Chat) -> Iterator[str]:
    """Her words in order and once each; no answer is lost, or still to be sent."""
    said = [event.message_id for event in chat.events if isinstance(event, e.ShopperSpoke)]
    expected = [f"{chat.id}/{n}/1" for n, act in enumerate(chat.script) if act.verb == "say"]
    if said != expected:
        yield f"she said {expected}, and was heard as {said}"
    silenced = any(act.verb == "speak" for act in chat.script)
    for reply, state in chat.outbox:
        if state not in ("sent", "uncertain") and not (state == "dropped" and silenced and not reply.by):
            yield f"{state}: {reply.text[:40]}"


def _people(chat: Chat) -> Iterator[str]:
    """One of two who answer has her, and each of that one's words goes out once."""
    taken = [event for event in chat.events if isinstance(event, e.TakenOver)]
    if len(taken) != any(act.verb == "speak" for act in chat.script):
        yield f"taken over {len(taken)} times"
    back = sum(isinstance(event, e.HandedBack) for event in chat.events)
    if back != sum(act.verb == "back" for act in chat.script) + _ended_talks(chat):
        yield f"handed back {back} times"
    for act in chat.script:
        if act.verb in ("speak", "ask"):
            times = sum(reply.text == act.what and bool(reply.by) for reply, _ in chat.outbox)
            if times != 1:
                yield f"a person's words went out {times} times: {act.what}"


def _ended_talks(chat: Chat) -> int:
    """Cases that held her until they ended."""
    return sum(_book(case).talks and not case.open and case.playbook in _BOOKS for case in chat.cases)


def _of_case(chat: Chat, case: Case) -> Iterator[str]:
    book, history = _book(case), case.history
    moved = [event.what for event in chat.events if isinstance(event, e.CaseMoved) and event.case_id == case.case_id]
    counted = [what for what in moved if not what.startswith("call:") and what not in _UNCOUNTED]
    written = [entry.what for entry in history if entry.what not in _UNCOUNTED]
    if counted != written:
        yield f"history {written} is not what happened: {counted}"
    if case.open != (case.alarm_at is not None):
        yield f"{case.state} with alarm {case.alarm_at}"
    yield from _order_of_steps(book, case)
    yield from _effects(chat, case, book)


def _decided_as_scripted(chat: Chat) -> Iterator[str]:
    """What was pressed counts once, whatever case it was about; what opens another matter opens one."""
    pressed = Counter(f"{act.step}:{act.what}" for act in chat.script if act.verb == "press")
    made = [(_book(case), entry.what) for case in chat.cases for entry in case.history if case.playbook]
    chosen = Counter(what for _, what in made if decided(what) and not what.endswith(":reached"))
    if chosen != pressed:
        yield f"decided {dict(chosen)} instead of {dict(pressed)}"
    opened = sum(bool(outcome.opens) for book, what in made if (outcome := _outcome(book, what)))
    opened += sum(bool((end := _book(case).end(case.step)) and end.then) for case in chat.cases if not case.open)
    expected = 1 + opened + sum(act.verb == "ask" for act in chat.script)
    if len(chat.cases) != expected:
        yield f"{len(chat.cases)} cases instead of {expected}"


def _paid_out(chat: Chat) -> Iterator[str]:
    """Every coupon promised after the sale is paid once, by a payout of its own, and stands as kept then."""
    payouts = [case for case in chat.cases if case.playbook == "payout"]
    if not payouts:
        return
    if len(payouts) != len(chat.owed):
        yield f"{len(payouts)} payouts for {len(chat.owed)} coupons"
    paid = sum(case.step == "done" for case in payouts)
    if paid != chat.owed.count("kept"):
        yield f"{paid} paid out, and {chat.owed.count('kept')} kept in the ledger"


def _order_of_steps(book: Playbook, case: Case) -> Iterator[str]:
    """Each step follows from what was decided at the one before."""
    expected = {book.steps[0].id}
    for entry in case.history:
        if entry.what.startswith("step:"):
            step = entry.what.removeprefix("step:")
            if step not in _standing_in(book, expected, case):
                yield f"came to {step}, not to {expected}"
            expected = set()
            here = book.step(step)
        elif entry.what == "closed":
            if book.id and entry.words not in _standing_in(book, expected, case):
                yield f"ended as {entry.words}, not as {expected}"
        elif step_id := decided(entry.what):
            if here is None or step_id != here.id or expected:
                yield f"{entry.what} while at {here.id if here else None}"
            expected = _leads(book, entry.what)


def _leads(book: Playbook, what: str) -> set[str]:
    step = book.step(decided(what))
    outcome = what.partition(":")[2]
    if step is None:
        return set()
    if outcome == "reached":
        return {step.waits.to} if step.waits else set()
    return {found.to for found in step.outcomes if found.id == outcome}


def _standing_in(book: Playbook, steps: set[str], case: Case) -> set[str]:
    """Forks lead on at once, and where the facts are other ones another step stands in.

    What an order is changes from step to step, so of a condition on it either way is taken for right.
    """
    reached, ahead = set(steps), list(steps)
    while ahead:
        step = book.step(ahead.pop())
        if step is None or not step.when:
            continue
        kept = tuple(rule for rule in step.when if rule[0] not in (ORDER_STATE, *HOURS))
        onward = {step.goes} if step.goes and holds(kept, case.known) else set[str]()
        if len(kept) < len(step.when) or not holds(kept, case.known):
            onward.add(step.otherwise)
        ahead += onward - reached
        reached |= onward
    return reached


def _effects(chat: Chat, case: Case, book: Playbook) -> Iterator[str]:
    """Each decision is told, noted and promised as often as it was made, each new step and each delay told once."""
    outcomes = [found for entry in case.history if (found := _outcome(book, entry.what))]
    yield from _told(chat, case, book, outcomes)
    yield from _noted(chat, outcomes)
    promised = sum(outcome.promise is not None for outcome in outcomes)
    if chat.ledger.count(case.case_id) != promised:
        yield f"{chat.ledger.count(case.case_id)} lines of the ledger instead of {promised}"
    asked = sum(isinstance(event, e.SatisfactionAsked) and event.case_id == case.case_id for event in chat.events)
    if asked > (not case.open):
        yield f"asked {asked} times how it was"


def _told(chat: Chat, case: Case, book: Playbook, outcomes: list[Outcome]) -> Iterator[str]:
    begun = [step for entry in case.history if (step := _begun(book, entry.what))]
    tells = Counter(_words_of(book, case, outcome) for outcome in outcomes if outcome.tell)
    tells += Counter(step.tell.zh for step in begun if step.tell)
    tells += Counter(step.late_tell.zh for step in _late(book, case) if step.late_tell)
    for words, times in tells.items():
        if chat.queued(words) != times:
            yield f"told {chat.queued(words)} times instead of {times}: {words[:40]}"


def _noted(chat: Chat, outcomes: list[Outcome]) -> Iterator[str]:
    notes = [note.content for order in chat.orders for note in order.notes]
    for words, times in Counter(outcome.note for outcome in outcomes if outcome.note).items():
        form = re.compile(_PLACE.sub(".*", re.escape(words)))
        found = sum(form.fullmatch(note) is not None for note in notes)
        if found != times:
            yield f"noted {found} times instead of {times}: {words}"


def _outcome(book: Playbook, what: str) -> Outcome | None:
    step = book.step(decided(what))
    return next((o for o in step.outcomes if o.id == what.partition(":")[2]), None) if step else None


def _words_of(book: Playbook, case: Case, outcome: Outcome) -> str:
    """An approved message is all placeholder."""
    return filled(book, outcome.tell.zh, case, "zh") if book.id == APPROVAL else outcome.tell.zh


def _begun(book: Playbook, what: str) -> Step | None:
    return book.step(what.removeprefix("step:")) if what.startswith("step:") else None


def _late(book: Playbook, case: Case) -> Iterator[Step]:
    here: Step | None = None
    for entry in case.history:
        here = _begun(book, entry.what) or here
        if entry.what == "late" and here is not None:
            yield here


def _book(case: Case) -> Playbook:
    return approval_book(case) if case.playbook == APPROVAL else _BOOKS.get(case.playbook, HANDOVER)
