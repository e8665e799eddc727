"""What is installed without a checkout beside it must hold every file that the code reads."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DECLARED: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "setuptools"
]["package-data"]


def _declared_files() -> set[Path]:
    return {
        file
        for package, patterns in DECLARED.items()
        for pattern in patterns
        for file in ROOT.joinpath(*package.split(".")).glob(pattern)
    }


@pytest.mark.parametrize("package", ["bot", "handlers"])
def test_every_file_beside_the_code_is_declared_as_package_data(package: str) -> None:
    beside = {f for f in (ROOT / package).rglob("*") if f.is_file() and f.suffix not in {".py", ".pyc"}}
    assert beside, "nothing to declare: this test has lost its subject"
    assert sorted(str(f.relative_to(ROOT)) for f in beside - _declared_files()) == []


def test_package_data_belongs_to_packages() -> None:
    """setuptools leaves out the data of a folder that is no package, without a word."""
    for package in DECLARED:
        assert ROOT.joinpath(*package.split("."), "__init__.py").is_file(), package
