"""Rules over the shop's words that no single file can see: forbidden phrases (E6), promises beyond the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.core.catalogue import Shop, Text
from bot.core.errors import Problem
from bot.core.forbidden import plain
from bot.core.messages import Language
from bot.core.offers import beyond, offers_in
from bot.core.playbooks import Playbook
from bot.core.promises import NOBODY

#: (file, line, words)
Located = tuple[str, int, str]


def forbidden_words(texts: Iterable[Located], forbidden: Mapping[Language, Sequence[str]]) -> list[Problem]:
    """One problem for every forbidden phrase in any of the bot's own sentences."""
    phrases = [(p, plain(p)) for many in forbidden.values() for p in many if p.strip()]
    found = []
    for file, line, words in texts:
        said = plain(words)
        found += [
            Problem(file, line, "", f"the bot would say {shown!r}, which words.forbidden rules out")
            for shown, phrase in phrases
            if phrase in said
        ]
    return found


#: What an answer can promise to whoever asks. Gifts and refunds in answers tell rules of service that no table holds.
_TO_ANYBODY = frozenset({"discount", "coupon", "free_shipping"})


def promised_beyond(shop: Shop) -> list[Problem]:
    """One warning for every answer that promises what the authority table does not let the bot grant to anybody."""
    found = []
    for answer in shop.answers:
        reply = answer.reply or Text()
        for words in dict.fromkeys((reply.zh, reply.en)):
            offers = [offer for offer in offers_in(words) if offer.kind in _TO_ANYBODY]
            over = beyond(shop.promises, ("bot",), offers, 0, logistics=shop.logistics, promotions=shop.promotions)
            if over is not None:
                file, line, _ = _located(answer.source, words)
                lets = f"only {over[1]}" if over[1] != NOBODY else NOBODY
                what = f"promises {over[0].words!r}, which the authority table lets {lets} grant"
                found.append(Problem(file, line, "", f"the answer to {answer.topic} {what}"))
    return found


def own_sentences(shop: Shop) -> list[Located]:
    """Every sentence of the knowledge that the bot may tell as it stands."""
    found: list[Located] = []
    for answer in shop.answers:
        if answer.reply is not None:
            found += [_located(answer.source, words) for words in (answer.reply.zh, answer.reply.en) if words]
    for product in shop.products:
        texts = (product.name, product.summary, product.material, product.care, product.fit, *product.selling_points)
        found += [_located(product.source, words) for text in texts for words in (text.zh, text.en) if words]
    for promotion in shop.promotions:
        texts = (promotion.name, promotion.gift, promotion.note)
        found += [_located(promotion.source, words) for text in texts for words in (text.zh, text.en) if words]
    for book in shop.playbooks:
        found += _of_playbook(book)
    return found


def _of_playbook(book: Playbook) -> list[Located]:
    """What its shopper may hear; what only staff read is not the bot's."""
    told = [(book.source, book.tell)]
    told += [(fact.source, text) for fact in book.facts for text in (fact.ask, *(c.label for c in fact.choices))]
    for step in book.steps:
        told += [(step.source, step.tell), (step.source, step.late_tell)]
        for outcome in step.outcomes:
            told.append((outcome.source, outcome.tell))
            if outcome.promise is not None:
                told.append((outcome.source, outcome.promise.words))
    return [_located(source or book.source, words) for source, text in told for words in (text.zh, text.en) if words]


def _located(source: str, words: str) -> Located:
    file, _, line = source.rpartition(":")
    return file, int(line) if line.isdigit() else 0, words
