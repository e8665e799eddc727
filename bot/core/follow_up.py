"""What a round found and a person has to do, as a case: nobody waits for an answer to something she never asked."""

from __future__ import annotations

from bot.core.catalogue import Text
from bot.core.playbooks import End, Outcome, Playbook, Step

#: Id of the playbook.
FOLLOW_UP = "follow_up"

#: Minutes of the role's working time: one day of it.
_WITHIN_MINUTES = 480

FOLLOW_UP_BOOK = Playbook(
    id=FOLLOW_UP,
    title=Text("跟进", "Follow-up"),
    reasons=(FOLLOW_UP,),
    steps=(
        Step(
            "follow_up",
            "",
            Text("查清楚，处理好，并告诉顾客", "Find out, settle it, and tell the shopper"),
            within_minutes=_WITHIN_MINUTES,
            late_role="supervisor",
            outcomes=(Outcome("done", Text("已处理", "Settled"), to="settled"),),
            remind_minutes=_WITHIN_MINUTES / 2,
        ),
    ),
    ends=(End("settled", satisfaction=False, to_bot=False),),
)
