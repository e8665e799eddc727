"""An error in a handler must reach the inbox worker: it alone retries a message or sets it aside."""

from __future__ import annotations

from aiogram import Dispatcher, Router
from aiogram.types import ErrorEvent


class Unhandled(RuntimeError):
    """An update of a kind we asked for found no handler."""


def errors_router() -> Router:
    """Raises the error again.

    aiogram takes an error as settled when any router has an error handler that returns; this one stands first, so a
    handler added elsewhere later cannot swallow what the worker must see.
    """
    router = Router(name="errors")
    router.errors.register(_raise_again)
    return router


async def _raise_again(event: ErrorEvent) -> None:
    raise event.exception


def fatal(dispatcher: Dispatcher, kinds: tuple[str, ...]) -> None:
    """A mistake in the wiring, told at start rather than at the first shopper's message."""
    missing = set(kinds) - set(dispatcher.resolve_used_update_types())
    if missing:
        raise Unhandled(f"no handler for {', '.join(sorted(missing))}")
