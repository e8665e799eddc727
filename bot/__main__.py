"""``python -m bot`` is ``xiaoer``."""

from bot.cli import app

app()
