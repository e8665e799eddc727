"""A person wants to promise more than she may: the message waits until somebody who may grants it."""

from __future__ import annotations

from typing import cast

from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.messages import Attachment
from bot.core.playbooks import End, Fact, Outcome, Playbook, Promise, PromiseKind, Step

#: Id of the playbook; it is made for each case, because what is promised and who decides differ.
APPROVAL = "approval"
#: Minutes of duty time until the next in line is asked: a shopper waits for the answer.
_WITHIN_MINUTES = 5

_SEND = Text("批准并发送", "Approve and send")
_REFUSE = Text("不批准", "Refuse")
_REASON = Fact("reason", ask=Text("请写一句不批准的原因", "Please say why not"), label=Text("原因", "Reason"))
#: Known from the beginning: the message that waits.
_TEXT = Fact("text", ask=Text("想发送什么？", "What is to be sent?"), label=Text("原话", "The message"))
_DOES = Text("同事想向顾客承诺：{text}", "A colleague wants to promise the shopper: {text}")


#: Name of the fact that holds the files of the message.
_FILES = "files"


def kept(media: tuple[Attachment, ...]) -> tuple[tuple[str, str], ...]:
    """Files of the message that waits, as a fact of its case."""
    return ((_FILES, " ".join(f"{file.kind}={file.handle}" for file in media)),) if media else ()


def files(case: Case) -> tuple[Attachment, ...]:
    """What was :func:`kept`; none of any other case."""
    named = (one.partition("=") for one in case.fact(_FILES).split()) if case.playbook == APPROVAL else ()
    return tuple(Attachment(kind, handle) for kind, _, handle in named)


def approval_book(case: Case) -> Playbook:
    """Approved, the message goes out as it was written, and the promise into the ledger."""
    promise = Promise(
        cast(PromiseKind, case.fact("kind") or "other"),
        Text("{text}", "{text}"),
        percent=case.fact("percent"),
        yuan=case.fact("yuan"),
    )
    send = Outcome("approve", _SEND, "approved", promise=promise, tell=Text("{text}", "{text}"))
    refuse = Outcome("refuse", _REFUSE, "refused", enter=_REASON)
    decide = Step("decide", case.fact("role") or case.role, _DOES, _WITHIN_MINUTES, "manager", (send, refuse))
    return Playbook(
        id=APPROVAL,
        title=Text("承诺审批", "Approval of a promise"),
        reasons=(APPROVAL,),
        facts=(_TEXT,),
        steps=(decide,),
        ends=(End("approved", satisfaction=False, to_bot=False), End("refused", satisfaction=False, to_bot=False)),
    )
