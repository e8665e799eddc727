"""Small shops written to a folder, and what the loader says of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from bot.adapters.yaml_files import Templates, load_shop
from bot.core.catalogue import Shop
from bot.core.errors import KnowledgeError


def write(root: Path, *texts: str, **files: str) -> Path:
    """The knowledge folder below ``root``: ``texts`` become shop.yaml and more.yaml, ``files`` go by their names."""
    folder = root / "knowledge"
    folder.mkdir(exist_ok=True)
    for name, text in {**dict(zip(("shop", "more"), texts, strict=False)), **files}.items():
        (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    return folder


def load(root: Path, *texts: str, templates: Templates | None = None, **files: str) -> Shop:
    return load_shop(write(root, *texts, **files), root, templates)


def problems(root: Path, *texts: str, templates: Templates | None = None, **files: str) -> list[str]:
    """Every problem of the files as a line of words."""
    with pytest.raises(KnowledgeError) as caught:
        load(root, *texts, templates=templates, **files)
    assert [str(problem) for problem in caught.value.problems] == str(caught.value).split("\n")
    return [str(problem) for problem in caught.value.problems]


def problem(root: Path, *texts: str, templates: Templates | None = None, **files: str) -> str:
    """The only problem of the files."""
    (only,) = problems(root, *texts, templates=templates, **files)
    return only
