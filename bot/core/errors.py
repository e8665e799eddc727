"""Everything that can go wrong and be said to a person.

::

    XiaoerError
    ├── ConfigError            config.yaml cannot be used
    ├── KnowledgeError         knowledge, templates or playbooks cannot be used; carries Problems
    ├── StoreError             the database refused or is unreachable
    │   ├── Conflict           somebody else changed the conversation since it was loaded; try again
    │   ├── AlreadyHandled     this inbox row was finished before; do nothing
    │   ├── KeyReused              an idempotency key came back with another body
    │   ├── OutOfStock         the goods were taken between the question and the order
    │   └── InUse              another `run` already works on this file
    ├── PlatformError          the shop's platform did not take a note; says whether another try makes sense
    ├── TemplateError          a template is missing or was given the wrong variables
    └── ChannelError           a message could not be sent
        ├── RetryLater         the platform asks to wait; nothing was sent
        ├── Unreachable        the shopper blocked us or is gone; nothing was sent, do not try again
        ├── Rejected           the platform refused this message as malformed; do not try again
        │   └── TopicGone      the staff group's topic was deleted; nothing was sent
        └── Uncertain          the connection broke after the request left: it may have arrived

Mistakes of the programmer (a wrong type, an unknown event) stay outside this tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class XiaoerError(Exception):
    """Something went wrong that a person should read."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").splitlines()[0])


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in a file a person wrote."""

    #: Path as the person would type it, relative to the folder of the config file where possible.
    file: str
    #: 1-based; 0 when the file as a whole is meant.
    line: int
    #: Dotted path of the key, e.g. ``products[3].variants[0].price``; may be empty.
    key: str
    what: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.key}: {self.what}" if self.key else f"{self.file}:{self.line}: {self.what}"
        )


class ConfigError(XiaoerError):
    """The configuration cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class KnowledgeError(XiaoerError):
    """The knowledge cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StoreError(XiaoerError):
    """The database refused or is unreachable."""


class Conflict(StoreError):
    """The conversation was changed by somebody else since it was loaded."""


class AlreadyHandled(StoreError):
    """This message was handled before."""


class KeyReused(StoreError):
    """This idempotency key was used with another body."""


class OutOfStock(StoreError):
    """The goods were taken before the order was stored."""

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(f"not enough of {sku} left")


class InUse(StoreError):
    """Another process already serves this database."""


class PlatformError(XiaoerError):
    """The shop's platform did not take a note.

    ``lasting``: another try would end the same. ``after_seconds``: not to be tried again before, where it said so.
    """

    def __init__(self, message: str, *, lasting: bool = False, after_seconds: float = 0.0) -> None:
        self.lasting = lasting
        self.after_seconds = after_seconds
        super().__init__(message)


class TemplateError(XiaoerError):
    """A template is missing or was given the wrong variables."""


class ChannelError(XiaoerError):
    """A message could not be sent."""


class RetryLater(ChannelError):
    """The platform asks to wait before sending again."""

    def __init__(self, after_seconds: float) -> None:
        self.after_seconds = after_seconds
        super().__init__(f"retry after {after_seconds:g} s")


class Unreachable(ChannelError):
    """The shopper cannot be reached on this channel any more."""


class Rejected(ChannelError):
    """The platform refused this message."""


class TopicGone(Rejected):
    """The staff group's topic was deleted."""


class Uncertain(ChannelError):
    """The connection broke after the request had left; the message may have arrived."""
