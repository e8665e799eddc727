"""Values for the panel beside a conversation: matters, orders and promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.case_steps import current, facts_of, fill, may_act
from bot.core.cases import ROLES
from bot.core.desk_queue import Matter
from bot.core.fact_values import shown
from bot.core.ledger import Promised
from bot.core.money import yuan
from bot.core.orders import Flag, Note, Order
from bot.core.people import Staff
from bot.core.photos import full_handle
from bot.core.playbooks import Fact, Outcome
from bot.service.report_promises import may_withdraw
from bot.service.show_desk import Sight
from handlers.web.desk.reader import Json, Reader

#: Told elsewhere, or of no use to a person.
_HIDDEN_FACTS = frozenset(
    {"goods_fen", "media", "kind_of_case", "product", "role", "kind", "percent", "yuan", "seen_before"}
)
_NOTES = 20
#: Of one fact.
_PHOTOS = 20


@dataclass(frozen=True, slots=True)
class Panel(Reader):
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


def _plain(name: str, value: str) -> str:
    return yuan(int(value)) if name.endswith("_fen") and value.isascii() and value.isdigit() else value
