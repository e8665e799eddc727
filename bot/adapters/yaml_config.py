"""A settings file as plain values that still know their lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bot.adapters.yaml_nodes import Entries, Fault, Items, Node, Scalar, compose, decode
from bot.core.errors import ConfigError, Problem

_WHOLE: Final = re.compile(r"[-+]?[0-9][0-9_]{0,18}")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{0,15}")
_TRUTH: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class ConfigFile:
    """What stands in one settings file. Raises ConfigError when it cannot be opened."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._root: Node | None = None
        try:
            self._root, faults = compose(decode(_read(path)))
        except Fault as fault:
            faults = [fault]
        #: What is wrong with it as YAML.
        self.problems = [Problem(self.name, fault.line, fault.key, fault.what) for fault in faults]
        if self._root is not None and not isinstance(self._root, Entries):
            self.problems.append(Problem(self.name, self._root.line, "", "should be sections with settings"))
            self._root = None

    @property
    def values(self) -> dict[str, Any]:
        """Lists as tuples; a section without any setting (all of them commented out) counts as absent."""
        plain: dict[str, Any] = _plain(self._root) if self._root is not None else {}
        return {name: value for name, value in plain.items() if value is not None}

    def line(self, path: Sequence[str | int]) -> int:
        """Line of the key at ``path``, or of the nearest one around it that is written."""
        line, node = 1, self._root
        for step in path:
            if isinstance(node, Entries) and str(step) in node.nodes:
                line, node = node.key_lines[str(step)], node.nodes[str(step)]
            elif isinstance(node, Items) and isinstance(step, int) and step < len(node.nodes):
                node = node.nodes[step]
                line = node.line
            else:
                break
        return line


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        what = f"there is no settings file {path}; an empty one is enough to begin with"
        raise ConfigError([Problem(path.name, 0, "", what)]) from None
    except OSError as error:
        raise ConfigError([Problem(path.name, 0, "", f"cannot be opened: {error.strerror}")]) from None


def _plain(node: Node) -> Any:
    if isinstance(node, Entries):
        return {key: _plain(child) for key, child in node.nodes.items()}
    if isinstance(node, Items):
        return tuple(_plain(child) for child in node.nodes)
    return _typed(node) if node.plain else node.text


def _typed(node: Scalar) -> str | int | float | bool | None:
    text = node.text
    if node.is_null:
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return _TRUTH.get(text.lower(), text)
