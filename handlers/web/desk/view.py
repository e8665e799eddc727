"""Values for the desk's templates: everything already in the reader's words, nothing marked as safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote

from bot.core.care import cared
from bot.core.case_steps import current, facts_of, fill, may_act
from bot.core.cases import ROLES
from bot.core.conversation import Conversation
from bot.core.desk_lines import DeskLine
from bot.core.desk_queue import Matter
from bot.core.fact_values import shown
from bot.core.ledger import Promised
from bot.core.messages import Language
from bot.core.money import yuan
from bot.core.orders import Flag, Note, Order
from bot.core.people import Staff, covers
from bot.core.photos import full_handle, photo_id_of
from bot.core.playbooks import Fact, Outcome
from bot.service.report_promises import may_withdraw
from bot.service.show_desk import Queue, Row, Sight

Json = dict[str, Any]

#: Told elsewhere, or of no use to a person.
_HIDDEN_FACTS = frozenset(
    {"goods_fen", "media", "kind_of_case", "product", "role", "kind", "percent", "yuan", "seen_before"}
)
_NOTES = 20
_SOURCES = 3
#: Of one fact.
_PHOTOS = 20


@dataclass(frozen=True, slots=True)
class View:
    """Who reads, in which words, by which clock."""

    words: Mapping[str, str]
    language: Language
    zone: tzinfo
    #: Staff id -> name.
    names: Mapping[str, str]
    #: Until somebody has to answer (E4).
    first_response_seconds: float
    #: Whether a picture of a conversation, by its handle and when it was said, can be shown.
    can_show: Callable[[str, str, datetime], bool] = lambda talk_id, handle, at: True

    # --- the queue ---

    def queue(self, queue: Queue, staff: Staff) -> list[Json]:
        return [self._row(row, queue.now, staff) for row in queue.rows]

    def _row(self, row: Row, now: datetime, staff: Staff) -> Json:
        talk, item = row.item.talk, row.item
        matters = [(case, book) for case, book in item.matters if case.playbook]
        return {
            "id": talk.id,
            "url": talk_url(talk.id),
            "name": self._name(talk),
            "channel": self._label("channel", talk.channel),
            "need": item.need,
            "who": self._speaker(row.who, row.staff_id, staff),
            "words": row.words,
            "wait": self._wait(item.since, now),
            "at": self.moment(talk.last_at or item.changed_at, now),
            "agent": self.name(talk.agent_id) if talk.agent_id and talk.agent_id != staff.staff_id else "",
            "until": self.moment(item.until, now) if item.until else "",
            "matters": [
                {"title": book.title.get(self.language), "due": self._due(case.due_at, now)} for case, book in matters
            ][:3],
            "care": cared(talk, now),
            "role": self._label("role", item.matters[0][0].role) if item.need == "waits" and item.matters else "",
        }

    def _speaker(self, who: str, staff_id: str, reader: Staff) -> str:
        if who == "staff":
            return self.words["who.me"] if staff_id == reader.staff_id else self.name(staff_id)
        return self.words["who.bot"] if who == "bot" else ""

    def _wait(self, since: datetime | None, now: datetime) -> Json | None:
        if since is None:
            return None
        seconds = max(0, int((now - since).total_seconds()))
        return {"since": int(since.timestamp()), "text": wait_text(seconds), "level": self._level(seconds)}

    def _level(self, seconds: float) -> str:
        share = seconds / self.first_response_seconds
        return "late" if share >= 1 else "soon" if share >= 0.5 else "fresh"

    def _due(self, due: datetime | None, now: datetime) -> Json | None:
        return {"text": self.moment(due, now), "late": due < now} if due else None

    # --- a conversation ---

    def talk(self, sight: Sight, staff: Staff) -> Json:
        talk = sight.talk
        hers = talk.owner == "agent" and talk.agent_id == staff.staff_id
        since = talk.waiting_since if talk.owner == "waiting" else None
        return {
            "id": talk.id,
            "url": talk_url(talk.id),
            "name": self._name(talk),
            "channel": self._label("channel", talk.channel),
            "owner": talk.owner,
            "hers": hers,
            "agent": self.name(talk.agent_id) if talk.agent_id else "",
            "wait": self._wait(since, sight.now),
            "snooze": self._snooze(sight, staff),
            "mark": sight.mark,
            "more": sight.more,
            "knows": sight.discretion.open,
            "care": cared(talk, sight.now),
            "care_until": f"{talk.care_until.astimezone(self.zone):%Y-%m-%d}" if talk.care_until else "",
            "lines": self._lines(sight, staff),
            "matters": [self._matter(m, sight, staff) for m in sight.matters if m[0].open],
            "past": [self._past(m) for m in reversed(sight.matters) if not m[0].open][:5],
            "orders": [self._order(order, sight) for order in reversed(sight.orders)][:10],
            "promises": [self._promise(line, sight.now, staff) for line in sight.promises],
            "about": self._about(sight),
            "basket": list(self._basket(sight)),
        }

    def _snooze(self, sight: Sight, staff: Staff) -> Json:
        """Until when it is put aside and by whom, and the times she may choose."""
        talk, now = sight.talk, sight.now
        until, mine = talk.snoozed_until, talk.snoozed_by == staff.staff_id
        free = talk.owner == "bot" and (mine or not until)
        return {
            "until": self.moment(until, now) if until else "",
            "over": until is not None and until <= now,
            "by": "" if mine or not talk.snoozed_by else self.name(talk.snoozed_by),
            "ends": until is not None and (mine or covers(staff.roles, "supervisor")),
            "offered": free or (talk.owner == "agent" and talk.agent_id == staff.staff_id),
            "times": [
                {"id": choice, "at": at.isoformat(), "words": self.moment(at, now)} for choice, at in sight.later
            ],
            "earliest": f"{now.astimezone(self.zone):%Y-%m-%dT%H:%M}",
        }

    def _lines(self, sight: Sight, staff: Staff) -> list[Json]:
        made, day = list[Json](), ""
        for line in sight.lines:
            local = line.at.astimezone(self.zone)
            today = f"{local:%Y-%m-%d}"
            made.append(
                self._line(line, sight, staff) | {"time": f"{local:%H:%M}", "day": today if today != day else ""}
            )
            day = today
        return made

    def _line(self, line: DeskLine, sight: Sight, staff: Staff) -> Json:
        names = {"shopper": self._name(sight.talk), "bot": self.words["who.bot"]}
        who = names.get(line.who) or self.name(line.staff_id)
        return {
            "seq": line.seq,
            "who": line.who,
            "name": who,
            "mine": line.staff_id == staff.staff_id and bool(line.staff_id),
            "text": self._event(line, sight) if line.who == "event" else line.text,
            "kind": line.kind,
            "sign": self._sign(line),
            "photos": [self._photo(sight.talk.id, handle, line.at) for handle in line.photos],
            "understood": [self._topic(topic) for topic in line.understood],
            "source": _told_from(line.source),
            "source_more": max(0, len(line.source) - len(_told_from(line.source))),
            "source_all": "\n".join(line.source),
            "state": line.state if line.state != "sent" else "",
            "state_words": self._label("state", line.state) if line.state else "",
        }

    def _sign(self, line: DeskLine) -> str:
        if line.kind in ("text", "start") and (line.text or line.files or line.who != "shopper"):
            return ""
        if line.kind == "photo" and (line.text or line.photos):
            return ""
        return self.words.get(f"sign.{line.kind}") or self._label("kind", line.kind)

    def _topic(self, topic: str) -> str:
        return self.words.get(f"understood.{topic}", topic)

    def _photo(self, talk_id: str, handle: str, at: datetime) -> str:
        """Its address; empty when it is not kept any more."""
        return photo_url(talk_id, photo_id_of(handle)) if self.can_show(talk_id, handle, at) else ""

    def _event(self, line: DeskLine, sight: Sight) -> str:
        about = dict(line.about or {})
        if line.event == "decided":
            about["outcome"] = self._outcome_label(about, sight)
        shown = {
            "staff": self.name(about.get("staff", "")),
            "role": self._label("role", about.get("role", "")),
            "reason": self._label("reason", about.get("reason", "")),
            "what": sight.discretion.words(about.get("what", "")),
            "outcome": about.get("outcome", ""),
            "until": self.moment(datetime.fromisoformat(about["until"]), line.at) if about.get("until") else "",
        }
        return self.words[f"event.{line.event}"].format(**shown)

    def _outcome_label(self, about: Mapping[str, str], sight: Sight) -> str:
        for case, book in sight.matters:
            step = book.step(about["step"]) if case.case_id == about["case"] else None
            for outcome in step.outcomes if step else ():
                if outcome.id == about["outcome"]:
                    return f"{book.title.get(self.language)}: {outcome.label.get(self.language)}"
        return about["outcome"]

    # --- cases ---

    def _matter(self, matter: Matter, sight: Sight, staff: Staff) -> Json:
        case, book = matter
        step = current(book, case)
        may = case.state == "open" and may_act(book, case, staff)
        return {
            "id": case.case_id,
            "title": book.title.get(self.language),
            "state": case.state,
            "state_words": self._label("case_state", case.state),
            "reason": self._label("reason", case.reason),
            "role": self._label("role", case.role),
            "assigned": self.name(case.assigned) if case.assigned else "",
            "words": sight.discretion.words(case.words),
            "facts": self._facts(matter, sight),
            "step": step.id if step else "",
            "does": sight.discretion.words(fill(book, step.does, case).get(self.language)) if step else "",
            "due": self._due(case.due_at, sight.now),
            "may": may,
            "outcomes": [self._outcome(outcome) for outcome in step.outcomes] if step and may and case.playbook else [],
            "roles": [{"id": role, "name": self._label("role", role)} for role in ROLES if role != case.role],
            "source": book.source,
        }

    def _past(self, matter: Matter) -> Json:
        case, book = matter
        return {"title": book.title.get(self.language), "end": case.step, "at": self.moment(case.opened_at, None)}

    def _outcome(self, outcome: Outcome) -> Json:
        return {
            "id": outcome.id,
            "label": outcome.label.get(self.language),
            "enter": self._enter(outcome.enter) if outcome.enter else None,
            "refuses": outcome.id in ("refuse", "refused", "reject", "no"),
        }

    def _enter(self, fact: Fact) -> Json:
        choices = [{"id": c.label.get(self.language), "label": c.label.get(self.language)} for c in fact.choices]
        ask = fact.ask.get(self.language) or fact.label.get(self.language) or fact.id
        return {"ask": ask, "choices": choices, "optional": fact.optional}

    def _facts(self, matter: Matter, sight: Sight) -> list[Json]:
        case, book = matter
        known, made = facts_of(book), list[Json]()
        for name, value in case.facts:
            fact = known.get(name)
            nothing = not value or (name == "order_state" and value == "none")
            if fact is None and (name in _HIDDEN_FACTS or nothing):
                continue
            made.append(self._fact(fact, name, value, sight, case.opened_at))
        return made[:30]

    def _evidence(self, fact: Fact, value: str, sight: Sight, at: datetime) -> list[str]:
        """Pictures of a fact; they came with the matter, so their age counts from ``at``."""
        handles = [full_handle(h, sight.talk.channel) for h in value.split()] if fact.kind == "photo" else []
        return [self._photo(sight.talk.id, handle, at) for handle in handles if handle][:_PHOTOS]

    def _fact(self, fact: Fact | None, name: str, value: str, sight: Sight, at: datetime) -> Json:
        hiding = sight.discretion
        if fact is None:
            label = self.words.get(f"fact.{name}", name)
            words = hiding.words(_plain(name, value))
            if name == "order_state":
                words = self._label("status", value)
            elif name == "asked_by":
                words = self.name(value)
            return {"label": label, "value": words, "photos": []}
        photos = self._evidence(fact, value, sight, at) if hiding.open or not fact.masked else []
        words = shown(fact, value, self.language, hidden=not hiding.open)
        words = self._label("kind", "photo") if fact.kind == "photo" and value else hiding.words(words)
        return {"label": fact.label.get(self.language) or name, "value": "" if photos else words, "photos": photos}

    # --- orders and promises ---

    def _order(self, order: Order, sight: Sight) -> Json:
        address = order.address if sight.discretion.open else order.address.masked()
        place = (address.province, address.region, address.detail)
        return {
            "no": order.order_no,
            "status": order.status.value,
            "status_words": self._label("status", order.status.value),
            "flag": order.flag.name.lower() if order.flag is not None else "",
            "flag_words": self._label("flag", order.flag.name.lower()) if order.flag is not None else "",
            "total": yuan(order.total_fen),
            "created": self.moment(order.created_at, sight.now),
            "paid": self.moment(order.paid_at, sight.now) if order.paid_at else "",
            "tracking": order.tracking_no,
            "lines": [
                {
                    "name": line.name.get(self.language),
                    "variant": " ".join(part for part in (line.color.get(self.language), line.size) if part),
                    "quantity": line.quantity,
                    "sum": yuan(line.price_fen * line.quantity),
                }
                for line in order.lines
            ],
            "gifts": [gift.get(self.language) for gift in order.gifts],
            "address": " ".join(dict.fromkeys(part for part in place if part)),
            "person": f"{address.name} {address.phone}".strip() if order.address.name or order.address.phone else "",
            "notes": [self._note(note, sight) for note in order.notes[-_NOTES:]],
        }

    def _note(self, note: Note, sight: Sight) -> Json:
        return {
            "words": sight.discretion.words(" ".join(f"{note.content} {note.handling}".split())),
            "who": self.name(note.staff_id),
            "at": self.moment(note.at, sight.now),
            "flag": note.flag.name.lower() if note.flag is not None else "",
        }

    def flags(self) -> list[Json]:
        return [{"id": f.name.lower(), "name": self._label("flag", f.name.lower())} for f in Flag]

    def _promise(self, line: Promised, now: datetime, staff: Staff) -> Json:
        state = "broken" if line.broken(now) else line.state
        return {
            "id": line.promise_id,
            "open": line.state == "open",
            "withdraws": may_withdraw(staff, line),
            "words": line.words,
            "who": self.name(line.staff_id),
            "due": self.moment(line.due_at, now),
            "state": state,
            "state_words": self._label("promise", state),
            "order": line.order_no,
        }

    def _about(self, sight: Sight) -> list[Json]:
        """What is known of the shopper."""
        talk, hiding = sight.talk, sight.discretion
        body = [f"{talk.height_cm:g} cm" if talk.height_cm else "", f"{talk.weight_kg:g} kg" if talk.weight_kg else ""]
        known = {
            "about.language": self.words[f"lang.{talk.language}"],
            "about.place": talk.region or talk.province or "",
            "about.body": " · ".join(part for part in body if part),
            "about.budget": yuan(talk.budget_fen) if talk.budget_fen else "",
            "about.address": hiding.words(talk.address.detail or ""),
            "about.phone": hiding.words(talk.address.phone or ""),
            "about.agent": self.name(talk.last_agent_id) if talk.last_agent_id else "",
        }
        return [{"label": self.words[name], "value": value} for name, value in known.items() if value]

    def _basket(self, sight: Sight) -> list[str]:
        return [f"{sku} ×{quantity}" for sku, quantity in sight.talk.basket]

    # --- words ---

    def moment(self, at: datetime, now: datetime | None) -> str:
        """Today's by the hour, others with their day."""
        local = at.astimezone(self.zone)
        today = now is not None and local.date() == now.astimezone(self.zone).date()
        return f"{local:%H:%M}" if today else f"{local:%m-%d %H:%M}"

    def name(self, staff_id: str) -> str:
        return self.names.get(staff_id, staff_id)

    def _name(self, talk: Conversation) -> str:
        """Who told no name is known by the end of her conversation's id."""
        last = "".join(char for char in talk.id if char.isalnum())[-4:].upper()
        return " ".join(talk.name.split())[:40] or f"{self.words['customer']} {last}"

    def _label(self, kind: str, name: str) -> str:
        return self.words.get(f"{kind}.{name}", name)


def photo_url(conversation_id: str, photo_id: str) -> str:
    return f"{talk_url(conversation_id)}/photo/{quote(photo_id, safe='')}"


def talk_url(conversation_id: str) -> str:
    return f"/desk/t/{quote(conversation_id, safe=':')}"


def wait_text(seconds: int) -> str:
    """``0:42``, ``12:05``, ``3 h``, ``2 d``; the page's script says it the same way."""
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02}"
    return f"{seconds // 3600} h" if seconds < 48 * 3600 else f"{seconds // 86400} d"


def _told_from(source: Sequence[str]) -> list[str]:
    """The first few files of facts; templates only where there are no others."""
    places = list(dict.fromkeys(filter(None, source)))
    facts = [place for place in places if not place.startswith("templates/")]
    return (facts or places)[:_SOURCES]


def _plain(name: str, value: str) -> str:
    return yuan(int(value)) if name.endswith("_fen") and value.isascii() and value.isdigit() else value
