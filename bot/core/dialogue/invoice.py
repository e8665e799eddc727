"""Invoices (A8): what she asks about them is answered from knowledge; whoever wants one is asked for what it needs."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core import events as e
from bot.core.books import book_for
from bot.core.case_run import HANDOVER
from bot.core.dialogue import confirm_order, goods, handover, reading
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button

_VAT = re.compile(r"专票|增票|增值税|专用发票|\bvat\b", re.IGNORECASE)
_WANTS = re.compile(
    r"(?:我?要|想|开|来|需要|麻烦|补)[^，。,.?？]{0,8}(?:发票|票据|[一张个]票|普票|开票)|(?:发票|普票)[^，。,.?？]{0,4}(?:开|要|来)"
    r"|\b(?:issue|need|want|like|get|send|make|give|have)\b.{0,30}\binvoice|\binvoice,? please",
    re.IGNORECASE,
)
#: What is waited for below an answer about invoices.
_OFFERED = "invoice"
_GO_ON = re.compile(
    r"帮我开|给我开|开吧|那就?开|开一[张个]|要开|issue (?:it|one)|go ahead|i'?d like one", re.IGNORECASE
)
#: "给我开", "帮我开": a request, though it has the form of a question.
_FOR_ME = re.compile(r"[给帮]我|麻烦|请|please|(?:can|could) (?:you|i|we)", re.IGNORECASE)
#: Where it is, when it comes, what it takes, what is wrong with it: questions about invoices.
_ABOUT = re.compile(
    r"不[要用需开]|别开|无需|免开|收到|寄|什么|多久|哪|怎么|[没未]|错|重开|[更修]改|改|换|退|多少|税点|还是|几天|为啥|为何|下载"
    r"|\b(?:no|not|don|without|where|when|how|what|which|wrong|resend|re-?issue|missing|received?|got|haven|didn|change|correct)\b",
    re.IGNORECASE,
)


def answer(scene: Scene, topic: str) -> None:
    """Told, or begun: a VAT invoice whenever it is named, an ordinary one when it is wanted and not asked about."""
    if book_for(scene.shop, "invoice") is HANDOVER:
        goods.general(scene, topic)
    elif _wanted(scene.wording, asks=scene.is_question):
        _with_order(scene) if _orders_now(scene) else begin(scene)
    else:
        goods.general(scene, topic)
        scene.says[-1] = replace(scene.says[-1], buttons=(Button("invoice.start", "inv"),))
        if not confirm_order.in_order(scene):
            scene.wait_for(_OFFERED)


def _orders_now(scene: Scene) -> bool:
    """What she is ordering has no number yet that an invoice could name."""
    return confirm_order.in_order(scene) or (reading.says_line(scene) and scene.product() is not None)


def _with_order(scene: Scene) -> None:
    """Stands on the order as a wish (A8: ticked at ordering); the details are asked for once it is placed."""
    scene.happen(e.WishNoted(scene.wording.strip()[:200]))
    scene.say("invoice_with_order", source=(scene.shop.answer_by_topic["invoice"].source,))


def agreed(scene: Scene) -> bool:
    """ "好的 帮我开" to the answer right above."""
    if scene.before.awaiting != _OFFERED or scene.is_question or not _begins(scene):
        return False
    scene.topics.append("invoice")
    begin(scene)
    return True


def _begins(scene: Scene) -> bool:
    return scene.meaning.act == "yes" or bool(_GO_ON.search(scene.wording))


def begin(scene: Scene) -> None:
    handover.to_person(scene, "invoice", "finance", scene.shop.answer_by_topic["invoice"].source)


def press(scene: Scene, _: str) -> bool:
    """The button below the answer."""
    if not scene.has("invoice") or book_for(scene.shop, "invoice") is HANDOVER:
        return False
    scene.topics.append("invoice")
    begin(scene)
    return True


def _wanted(words: str, *, asks: bool) -> bool:
    if _ABOUT.search(words):
        return False
    if _VAT.search(words):
        return True
    return bool(_WANTS.search(words)) and (not asks or bool(_FOR_ME.search(words)))
