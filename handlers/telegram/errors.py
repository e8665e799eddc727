"""An error in a handler must reach the inbox worker: it alone retries a message or sets it aside."""

from __future__ import annotations

from aiogram import Dispatcher, Router
from aiogram.types import ErrorEvent


class Unhandled(RuntimeError):
    """An update of a kind we asked for found no handler."""


def raise_errors_again(router: Router) -> None:
    """aiogram takes an error as settled when any error handler returns.

    Registered on the dispatcher itself this one comes first, so that a handler added to some router later cannot
    swallow what the worker must see.
    """
    router.errors.register(_raise_again)


async def _raise_again(event: ErrorEvent) -> None:
    raise event.exception


def check_complete(dispatcher: Dispatcher, kinds: tuple[str, ...]) -> None:
    """A mistake in the wiring, told at start rather than at the first shopper's message."""
    missing = set(kinds) - set(dispatcher.resolve_used_update_types())
    if missing:
        raise Unhandled(f"no handler for {', '.join(sorted(missing))}")
