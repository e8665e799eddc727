"""The commands a shopper may type, and the menu that shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aiogram import Bot
from aiogram.types import BotCommand

from bot.core.messages import Language

#: Command -> action of the :class:`bot.core.messages.Incoming` it becomes. ``/start`` is a kind of its own.
ACTIONS: Mapping[str, str] = {
    "menu": "cmd:menu",
    "orders": "cmd:orders",
    "help": "cmd:help",
    "human": "cmd:human",
    "language": "cmd:language",
}

MENUS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "start": "开始",
        "menu": "看看有什么",
        "orders": "我的订单",
        "human": "转人工客服",
        "language": "中文 / English",
        "help": "能帮您做什么",
    },
    "en": {
        "start": "Start",
        "menu": "See what we have",
        "orders": "My orders",
        "human": "Talk to a person",
        "language": "English / 中文",
        "help": "What I can do for you",
    },
}

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
#: What Telegram allows behind ``?start=``; anything else was typed by hand and is no payload.
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def parse_command(text: str) -> tuple[str, str] | None:
    """``(command, words behind it)`` where the whole text is a command, e.g. ``/start p1`` or ``/help@our_bot``."""
    found = _COMMAND.fullmatch(text.strip())
    return (found[1].lower(), (found[2] or "").strip()) if found else None


def start_payload(words: str) -> str:
    return words if _PAYLOAD.fullmatch(words) else ""


async def show_menu(bot: Bot, menus: Mapping[Language, Mapping[str, str]], default: Language) -> None:
    """Tell Telegram the menus; apps in a language we do not speak show the default one."""
    for language, menu in menus.items():
        commands = [BotCommand(command=name, description=words) for name, words in menu.items()]
        await bot.set_my_commands(commands, language_code=language)
        if language == default:
            await bot.set_my_commands(commands)
