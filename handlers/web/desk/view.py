"""Values for the desk's templates: everything already in the reader's words, nothing marked as safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.care import cared
from bot.core.desk_lines import DeskLine
from bot.core.money import yuan
from bot.core.people import Staff, covers
from bot.service.show_desk import Queue, Row, Sight
from handlers.web.desk.panel import Panel
from handlers.web.desk.reader import Json, talk_url

_SOURCES = 3


@dataclass(frozen=True, slots=True)
class View(Panel):
    """The queue and one conversation."""

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
