"""Whether a person may promise what an outcome promises: the authority table is asked (A6, A7, A12, head of C)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.catalogue import Promises
from bot.core.playbooks import Promise
from bot.core.promises import NOBODY, NeedsApproval, Ruling, grant


def needs_role(
    promises: Promises, roles: Sequence[str], promise: Promise, percent: int, amount_fen: int, goods_fen: int
) -> tuple[str, str]:
    """The role that would have to decide, empty where this person may; and the role of hers that she decides as.

    :data:`bot.core.promises.NOBODY` where the table lets nobody, the manager neither.
    """

    def ruled(held: Sequence[str]) -> Ruling:
        return grant(
            promises,
            held,
            promise.kind,
            percent=percent,
            amount_fen=amount_fen,
            goods_fen=goods_fen,
            cause=promise.cause,
        )

    together = ruled(roles)
    if isinstance(together, NeedsApproval):
        return NOBODY if isinstance(ruled(("manager",)), NeedsApproval) else together.role, ""
    return "", next((role for role in roles if not isinstance(ruled((role,)), NeedsApproval)), "")
