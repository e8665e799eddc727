"""Step five of A1: invite to favourite the shop, once."""

from __future__ import annotations

from bot.core import events as e
from bot.core.dialogue.scene import Scene


def invite(scene: Scene) -> bool:
    """Invite once per conversation; False when it was done before or the shop has nothing to favourite."""
    link = scene.shop.about.favourite_link
    if scene.conversation.favourite_invited or not link:
        return False
    scene.say("favourite", link=link, source=(scene.shop.about.source,))
    scene.happen(e.FavouriteInvited(), e.StepReached("favourite"), e.PromptTold("favourite"))
    return True
