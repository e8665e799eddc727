"""Words of the bot about a case: a fact asked for, asked again without nagging, and when an answer can be expected."""

from __future__ import annotations

from bot.core import events as e
from bot.core.case_run import asked
from bot.core.cases import Case
from bot.core.dialogue.honest_time import moment, when
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button, Language
from bot.core.playbooks import Ask, Fact, Playbook

#: What the conversation waits for while a case asks.
AWAITED = "case"
#: The button that takes the whole matter back.
DROP = Button("case.drop", "f:drop")


def ask(scene: Scene, effect: Ask) -> None:
    """In the playbook's own words; ``again``: her answer could not be read."""
    fact = effect.fact
    question = fact.ask.get(scene.language)
    if effect.again or _asked_just_now(scene, fact):
        _repeat(scene, fact, effect.source, unread=effect.again)
        return
    scene.say("text", text=question, buttons=buttons(scene, fact), source=(effect.source,))
    scene.wait_for(AWAITED, prompt=_prompt(fact))


def ask_again(scene: Scene, book: Playbook, case: Case) -> None:
    """After something else was answered: what is still missing."""
    fact = asked(book, case)
    if fact is not None:
        _repeat(scene, fact, book.source, unread=False)


def _repeat(scene: Scene, fact: Fact, source: str, *, unread: bool) -> None:
    """In other words each time, so that the same sentence never stands there twice."""
    again = scene.before.prompt == _again(fact)
    scene.say(
        "case_again",
        question=fact.ask.get(scene.language),
        label=fact.label.get(scene.language),
        kind=fact.kind,
        unread=unread,
        again=again,
        buttons=(*buttons(scene, fact), DROP),
        source=(source,),
    )
    scene.wait_for(AWAITED, prompt=_prompt(fact) if again else _again(fact))


def buttons(scene: Scene, fact: Fact) -> tuple[Button, ...]:
    """The choices, named by their place."""
    return fact_buttons(fact, scene.language)


def fact_buttons(fact: Fact, language: Language) -> tuple[Button, ...]:
    named = ((n, choice.label.get(language)) for n, choice in enumerate(fact.choices, 1))
    return tuple(Button(words, f"f:{n}:{fact.id}", words=True) for n, words in named)


def expected(scene: Scene, case: Case, *, again: bool = False) -> None:
    """Who has it, and when an answer can be expected; ``again``: it was told before."""
    scene.say(
        "case_known" if again else "case_told",
        role=case.role,
        when=when(scene.duty, scene.now, case.role),
        by=moment(scene.now, case.due_at) if case.due_at is not None else None,
        source=(scene.shop.about.source,),
    )


def _asked_just_now(scene: Scene, fact: Fact) -> bool:
    return scene.before.prompt == _prompt(fact)


def _prompt(fact: Fact) -> str:
    return f"case:{fact.id}"


def _again(fact: Fact) -> str:
    return f"case again:{fact.id}"


def stop_waiting(scene: Scene) -> None:
    """The matter is dropped: a later answer is not taken for the fact."""
    scene.happen(e.FactAsked(""))
