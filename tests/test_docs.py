"""The documents say what is true: commands, links, keys and examples."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = [ROOT / name for name in (*READMES, "CHANGELOG.md", "knowledge/README.md")] + sorted(ROOT.glob("docs/*.md"))


def commands() -> dict[str, object]:
    return dict(get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", sorted(commands()))
@pytest.mark.parametrize("readme", READMES)
def test_every_command_stands_in_the_readme(command: str, readme: str) -> None:
    assert f"`xiaoer {command}" in (ROOT / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_has_help(command: str) -> None:
    assert getattr(commands()[command], "help", None)


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    named = set(re.findall(r"`xiaoer ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named <= set(commands())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / "README.md").read_text(encoding="utf-8"))) - {"it"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_example_of_the_readme_answers_as_it_says(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"printf '([^']+)' \| \.venv/bin/xiaoer ask --json", readme)
    assert found
    asked = found[1].replace("\\n", "\n")
    command = [sys.executable, "-m", "bot", "ask", "--json", "--data", str(tmp_path)]
    done = subprocess.run(command, input=asked.encode(), capture_output=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(o["action"], o["topic"]) for o in objects] == [
        ("answer", "logistics.fee"),
        ("answer", "product.size"),
        ("handoff", "bulk"),
        ("handoff", "human"),
    ]
    assert [(o["reason"], o["role"]) for o in objects[2:]] == [("bulk", "bulk_specialist"), ("human", "agent")]
    assert "99" in objects[0]["reply"] and "XL" in objects[1]["reply"]
    assert all(any(s.startswith("knowledge/") for s in o["source"]) for o in objects)


TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")


@pytest.mark.skipif(len(TRACKED) < 2, reason="not a git checkout")
def test_no_package_server_and_no_path_of_a_machine_is_recorded() -> None:
    assert "uv.lock" not in TRACKED
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://", lock)
    for name in filter(None, TRACKED):
        path = ROOT / name
        if path.suffix in {".py", ".md", ".yaml", ".toml", ".j2", ".sql", ".lock", ""} and path.is_file():
            words = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"(?<![\w.])/(?:home|root|Users|work)/\w", words), name
