"""Something went wrong with her order: the shop's words are told, then its playbook begins, or is offered.

An answer names the reason of the playbook (``opens``); a playbook may name words (``said``) that mean it whatever was
asked. What she states to have happened begins at once; where she only asks how such a thing goes, a button and a "yes
please" begin it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from bot.core.books import book_for
from bot.core.case_run import HANDOVER
from bot.core.catalogue import Answer
from bot.core.dialogue import handover
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button
from bot.core.understanding.normalise import clean

#: What is waited for below an answer that offers to begin; the reason stands as its topic.
_OFFERED = "matter"
#: Asks what to do about what has happened: a request, though it has the form of a question.
_PLEA = re.compile(
    r"怎么办|咋办|怎么处理|怎么弄|咋弄|咋整|怎么解决|怎么搞|怎么回事"
    r"|what (?:now|(?:can|should|do|shall) (?:i|we) do)|(?:can|could) you (?:help|fix|sort)",
    re.IGNORECASE,
)
_GO_ON = re.compile(r"帮我|给我|办吧|处理|马上办|现在办|办理|please|go ahead|start|help", re.IGNORECASE)


def after(scene: Scene, declared: Answer) -> None:
    """The words of ``declared`` were told; its playbook begins, or is offered below them."""
    reason = opens(scene, declared)
    if scene.action != "answer" or book_for(scene.shop, reason) is HANDOVER:
        return
    if scene.conversation.owner != "bot":
        return
    if _happened(scene):
        _begin(scene, reason, declared.source)
        return
    if scene.has_asked() or not scene.says:
        return
    button = Button("matter.start", f"mt:{reason}")
    scene.says[-1] = replace(scene.says[-1], buttons=(*scene.says[-1].buttons, button))
    scene.wait_for(_OFFERED, reason)


def opens(scene: Scene, declared: Answer) -> str:
    """Reason of the matter that ``declared`` leads to; empty for none."""
    return _said(scene) or declared.opens


def named(scene: Scene) -> bool:
    """No topic was understood, but words of a playbook stand there."""
    reason = _said(scene)
    if not reason or scene.conversation.owner != "bot":
        return False
    _begin(scene, reason)
    return True


@lru_cache(maxsize=2048)
def _plain(phrase: str) -> str:
    return clean(phrase)


def _said(scene: Scene) -> str:
    words = clean(scene.wording)
    books = (book for book in scene.shop.playbooks if any(_plain(phrase) in words for phrase in book.said))
    return next((book.reasons[0] for book in books), "")


def is_known(scene: Scene, declared: Answer) -> bool:
    """Said again while a case of hers runs for it: nothing is told twice, she hears who has it."""
    reason = opens(scene, declared)
    if not reason or scene.is_question or handover.open_case_for(scene, reason) is None:
        return False
    _begin(scene, reason, declared.source)
    return True


def told_before(scene: Scene, declared: Answer) -> bool:
    """What her answer leads to was explained with her last question; now that she states it, it begins."""
    reason = opens(scene, declared)
    explained = scene.before.topic == declared.topic and scene.conversation.owner == "bot"
    if not (reason and explained) or scene.is_question or book_for(scene.shop, reason) is HANDOVER:
        return False
    _begin(scene, reason, declared.source)
    return True


def agreed(scene: Scene) -> bool:
    """A yes, an order number or a picture after it was offered."""
    reason = scene.before.awaiting_topic
    if scene.before.awaiting != _OFFERED or book_for(scene.shop, reason) is HANDOVER:
        return False
    says_so = scene.meaning.act == "yes" or (bool(_GO_ON.search(scene.wording)) and not scene.is_question)
    if not (says_so or scene.incoming.media or scene.meaning.entities.order_no):
        return False
    _begin(scene, reason)
    return True


def press(scene: Scene, reason: str) -> bool:
    """The button below the answer."""
    if book_for(scene.shop, reason) is HANDOVER:
        return False
    _begin(scene, reason)
    return True


def _happened(scene: Scene) -> bool:
    return not scene.is_question or bool(_PLEA.search(scene.wording))


def _begin(scene: Scene, reason: str, source: str = "") -> None:
    handover.to_person(scene, reason, book_for(scene.shop, reason).role, source)
