"""Read one message: which topics, which facts, which act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.core.catalogue import Shop
from bot.core.messages import Language
from bot.core.understanding import compiled as store
from bot.core.understanding import lexicon, matcher, normalise, pinyin, spoken
from bot.core.understanding.clauses import Acts, Fillers, clauses, is_elliptic
from bot.core.understanding.entities import Reader, Words, without_names
from bot.core.understanding.lifting import SOCIAL, Said, lift
from bot.core.understanding.matcher import Judgement, Match, Matcher, Phrase
from bot.core.understanding.meaning import Candidate, Context, Entities, Meaning, Part
from bot.core.understanding.questions import asks

#: A question inside a message must be this sure to be answered beside another.
_MIN_PART = 0.6
#: What stands beside a courtesy is the question, if it is at least this much of one.
_MIN_BESIDE = 0.3
#: So many judgements are remembered, of messages and clauses of at most so many characters: about 3 MB.
_KEPT, _KEPT_CHARS = 2_000, 60

_NOTHING = Context()
#: Topic, phrasing, where it stands.
_Entry = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a topic may be acted on."""

    #: Least score of the best topic, 0 to 1.
    min_score: float = 0.55
    #: Least distance to the runner-up.
    min_margin: float = 0.05
    #: Topics named when asking back.
    max_choices: int = 3


class Understanding:
    """Built once per shop; answers are the same for the same shop and thresholds."""

    def __init__(self, shop: Shop, thresholds: Thresholds | None = None, compiled: bytes | None = None) -> None:
        self.thresholds = thresholds or Thresholds()
        self._shop = shop
        self._reader = Reader(shop)
        self._fillers = Fillers(shop.phrases.fillers)
        concepts = lexicon.concepts([normalise.clean(w) for w in group] for group in shop.phrases.synonyms)
        entries = _entries(shop)
        self._key = store.key(
            (shop.content_hash,),
            (f"{topic}\t{text}" for topic, text, _ in entries),
            shop.phrases.not_questions,
            shop.phrases.fillers,
            (f"{term}\t{concept}" for term, concept in sorted(concepts.items())),
        )
        kept = self._restored(entries, concepts, compiled)
        self._was_restored = kept is not None
        self._matcher = kept or self._learned(entries, concepts)
        self._acts = Acts(shop.phrases.acts)
        self._declared = frozenset(topic for topic, _, _ in entries)
        self._judged = lru_cache(_KEPT)(self._judge_anew)

    @property
    def restored(self) -> bool:
        """True when the compiled bytes given were used: nothing new to keep."""
        return self._was_restored

    def compiled(self) -> bytes:
        """For the cache; ``Understanding(shop, thresholds, these)`` answers the same and starts faster."""
        return store.dump(self._matcher.compiled, [p.core for p in self._matcher.phrases], self._key)

    def _restored(self, entries: Sequence[_Entry], concepts: Mapping[str, str], data: bytes | None) -> Matcher | None:
        kept = store.load(data, concepts, self._key) if data else None
        if kept is None or len(kept[1]) != len(entries):
            return None
        phrases = [Phrase(*entry, core) for entry, core in zip(entries, kept[1], strict=True)]
        return Matcher(phrases, kept[0])

    def _learned(self, entries: Sequence[_Entry], concepts: Mapping[str, str]) -> Matcher:
        phrases = [Phrase(*entry, self._core(normalise.clean(entry[1]))) for entry in entries]
        rejected = [self._core(normalise.clean(t)) for t in self._shop.phrases.not_questions]
        return Matcher(phrases, matcher.learn(phrases, rejected, concepts))

    def _core(self, clean: str) -> str:
        """What is compared: the standard words, without fillers."""
        return self._fillers.drop(spoken.standard(clean))

    def understand(self, text: str, context: Context = _NOTHING) -> Meaning:
        clean = normalise.clean(text)
        language: Language = "zh" if _is_chinese(clean) else "en"
        core = self._fillers.drop(clean)
        words = self._reader.scan(clean)
        entities = self._reader.read(words, language, context)
        swap = self._reader.swap(words, language) if "says.change" in entities.tags else None
        if swap is not None:
            entities = replace(entities, color=swap[1].color, size=swap[1].size)
        elliptic = is_elliptic(clean)
        asked = without_names(words, entities.order_no)
        pieces = clauses(asked)
        judged = self._beside_courtesy(self._judge(asked), pieces)
        said = Said(clean, entities, context, elliptic, self._shop.promises.bulk_from_pieces)
        matches = lift(judged.matches, said, self._declared)
        lifted = matches[:1] != judged.matches[:1]
        rejected = judged.rejected and not lifted
        return Meaning(
            text=core,
            language=language,
            candidates=tuple(_candidate(m) for m in matches),
            topic=matches[0].topic if matches and not rejected else None,
            score=round(matches[0].score, 4) if matches else 0.0,
            sure=self._sure(matches) and not rejected,
            parts=self._parts(pieces, matches[0].topic if matches else ""),
            entities=entities,
            lines=self._lines(words, language, entities, context, swapped=swap is not None),
            replaced=swap[0] if swap else None,
            act=self._acts.find(clean, core),
            elliptic=elliptic,
            evidence=(*judged.signals, ("lifted", 1.0)) if lifted else judged.signals,
        )

    def _lines(
        self, words: Words, language: Language, facts: Entities, context: Context, *, swapped: bool
    ) -> tuple[Entities, ...]:
        """Of several products, or several colors of the one in play; "把黑XL换成白L" (``swapped``) is one changed."""
        several = self._reader.lines(words, language)
        if several or swapped:
            return several
        if several := self._reader.counted(words, language):
            return several
        if "says.change" in facts.tags:
            return ()
        return self._reader.variants(words, language, facts.product_id or context.product_id)

    def match(self, text: str) -> Judgement:
        """Topics alone: what the index says of the words, without facts, parts or context."""
        return self._judge_anew(normalise.clean(text))

    def _judge(self, text: str) -> Judgement:
        """Of the same words the same is thought: what many ask is judged once."""
        return self._judged(text) if len(text) <= _KEPT_CHARS else self._judge_anew(text)

    def _judge_anew(self, text: str) -> Judgement:
        return self._matcher.judge(self._core(text), max(3, self.thresholds.max_choices + 1))

    def _beside_courtesy(self, judged: Judgement, pieces: Sequence[str]) -> Judgement:
        """A greeting or thanks gives way to the question it stands beside."""
        if len(pieces) < 2 or not judged.matches or judged.matches[0].topic not in SOCIAL:
            return judged
        others = [p for p in pieces if not _is_social(self._judge(p))]
        rest = self._judge(" ".join(others)) if others else judged
        useful = rest.matches and rest.matches[0].score >= _MIN_BESIDE and not rest.rejected
        return rest if useful and not _is_social(rest) else judged

    def _sure(self, matches: Sequence[Match]) -> bool:
        if not matches:
            return False
        second = matches[1].score if len(matches) > 1 else 0.0
        best = matches[0].score
        return best >= self.thresholds.min_score and best - second >= self.thresholds.min_margin

    def _parts(self, pieces: Sequence[str], best_of_all: str) -> tuple[Part, ...]:
        """Each clause that asks and is sure by itself; what the whole message asks most stands first."""
        asking = [p for p in pieces if asks(p)] if len(pieces) > 1 else []
        if len(asking) < 2:
            return ()
        parts: dict[str, Part] = {}
        for piece in asking:
            judged = self._judge(piece)
            best = judged.matches[0] if judged.matches and not judged.rejected else None
            if best and best.topic not in SOCIAL and best.score >= _MIN_PART and self._sure(judged.matches):
                parts.setdefault(best.topic, Part(piece, best.topic, round(best.score, 4)))
        if len(parts) < 2 or best_of_all not in parts:
            return ()
        return tuple(sorted(parts.values(), key=lambda part: part.topic != best_of_all))


def _is_chinese(text: str) -> bool:
    """Han, or Latin letters that read as pinyin throughout (``baoyou ma``)."""
    if normalise.has_han(text):
        return True
    return pinyin.reads_as_pinyin(text)


def _is_social(judged: Judgement) -> bool:
    return not judged.matches or judged.matches[0].topic in SOCIAL


def _candidate(match: Match) -> Candidate:
    phrase = match.phrase
    return Candidate(match.topic, round(match.score, 4), phrase.text if phrase else "", phrase.source if phrase else "")


def _entries(shop: Shop) -> list[_Entry]:
    """Sorted by topic, in the order they stand within one."""
    entries = [
        (answer.topic, text, answer.ask_source[at] if at < len(answer.ask_source) else answer.source)
        for answer in shop.answers
        for at, text in enumerate(answer.ask)
    ]
    return sorted(entries, key=lambda entry: entry[0])
