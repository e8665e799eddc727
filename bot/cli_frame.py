"""What all commands have in common: where things stand, how faults are told, rows as a table or as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from bot.app.shop import Places
from bot.core.errors import ConfigError, KnowledgeError, XiaoerError
from bot.settings import Settings, load_settings

P = ParamSpec("P")
T = TypeVar("T")

Config = Annotated[Path, typer.Option("--config", help="The settings file; knowledge/ and templates/ stand beside it.")]
Knowledge = Annotated[Path | None, typer.Option("--knowledge", help="Another knowledge folder.")]
Data = Annotated[Path, typer.Option("--data", help="Where the database lives.")]

CONFIG, DATA = Path("config.yaml"), Path("data")


def say(words: str) -> None:
    sys.stderr.write(words + "\n")


def tell(words: str) -> None:
    sys.stdout.write(words + "\n")


@contextmanager
def plainly() -> Iterator[None]:
    """Every fault a person can mend is told in words, with exit code 1 and no traceback."""
    try:
        yield
    except (ConfigError, KnowledgeError) as fault:
        for problem in fault.problems:
            say(str(problem))
        raise typer.Exit(1) from None
    except XiaoerError as fault:
        say(str(fault))
        raise typer.Exit(1) from None
    except BrokenPipeError:
        # The reader went away (`| head`); nothing is left to tell it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def told_plainly(command: Callable[P, T]) -> Callable[P, T]:
    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        with plainly():
            return command(*args, **kwargs)

    return wrapped


def places_of(config: Path, knowledge: Path | None, data: Path) -> tuple[Settings, Places]:
    config = config.absolute()
    settings = load_settings(config)
    folder = (knowledge or config.parent / "knowledge").absolute()
    return settings, Places(config, folder, config.parent / "templates" / "replies", data.absolute())


@contextmanager
def rows_to(as_json: bool, columns: tuple[str, ...]) -> Iterator[Callable[[Sequence[Mapping[str, Any]]], None]]:
    """JSON lines as they come, or one table at the end."""
    kept: list[Mapping[str, Any]] = []

    def write(rows: Sequence[Mapping[str, Any]]) -> None:

        sys.stdout.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        sys.stdout.flush()

    yield write if as_json else kept.extend
    if not as_json:
        from bot.app.commands import print_table

        print_table(kept, columns)
