"""Step one of A1: welcome the shopper, by name where the channel tells it."""

from __future__ import annotations

from bot.core import events as e
from bot.core.dialogue import introduce
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button

MENU = (
    Button("menu.hot", "m:hot"),
    Button("menu.promo", "m:promo"),
    Button("menu.size", "m:size"),
    Button("menu.human", "m:human"),
)


def start(scene: Scene) -> None:
    """The shopper opened the chat, perhaps from a product's link."""
    product = scene.shop.product_by_id.get(scene.incoming.action)
    if scene.conversation.welcomed and product is None:
        welcome_back(scene)
        return
    welcome(scene)
    scene.action = "smalltalk" if product is None else "flow"
    if product is not None:
        introduce.show(scene, product)


def welcome(scene: Scene) -> None:
    about = scene.shop.about
    scene.say(
        "welcome",
        shop=about.name.get(scene.language),
        name=scene.conversation.name,
        brands=[b.get(scene.language) for b in about.brands],
        buttons=MENU if scene.shop.products else (),
        source=(about.source,),
    )
    scene.happen(e.Welcomed())
    if scene.conversation.step == "greet":
        scene.happen(e.StepReached("introduce"))


def welcome_back(scene: Scene) -> None:
    """She was here before: greet, and remind of what lay on the table."""
    product = scene.shop.product_by_id.get(scene.conversation.product_id or "")
    scene.action = "smalltalk"
    scene.say(
        "welcome_back",
        shop=scene.shop.about.name.get(scene.language),
        name=scene.conversation.name,
        product=product.name.get(scene.language) if product else "",
        buttons=MENU if scene.shop.products else (),
        source=(scene.shop.about.source,),
    )


def explain(scene: Scene) -> None:
    """The help command."""
    scene.action = "flow"
    scene.say("help", shop=scene.shop.about.name.get(scene.language), buttons=MENU if scene.shop.products else ())


def small(scene: Scene, topic: str) -> None:
    """Greeting, thanks, farewell and chat: the shop's own words; the first greeting welcomes."""
    scene.action = "smalltalk"
    scene.topics.append(topic)
    if (
        topic == "greeting"
        and not scene.conversation.welcomed
        and scene.conversation.owner == "bot"
        and scene.shop.products
    ):
        welcome(scene)
        return
    answer = scene.shop.answer_by_topic[topic]
    if answer.template or answer.reply:
        scene.say("text", text=answer.reply.get(scene.language) if answer.reply else "", source=(answer.source,))
    scene.happen(e.TopicAnswered(topic))
