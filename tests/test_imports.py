"""The import rules of the house: arrows point inward, and importing opens nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: Room -> rooms of ours it may import from.
MAY_IMPORT = {
    "bot.core": {"bot.core"},
    "bot.service": {"bot.core", "bot.service"},
    "bot.adapters": {"bot.core", "bot.adapters"},
    "handlers": {"bot.core", "bot.service", "handlers"},
    # The located reader of YAML, shared with the knowledge.
    "bot.settings": {
        "bot.core",
        "bot.adapters",
        "bot.settings_keep",
        "bot.settings_people",
        "bot.settings_rounds",
        "bot.settings_section",
    },
    "bot.settings_keep": {"bot.settings_section"},
    "bot.settings_people": {"bot.core", "bot.adapters", "bot.settings_section"},
    "bot.settings_rounds": {"bot.settings_section"},
    "bot.settings_section": set(),
    "bot.app": {"bot.app", "bot.core", "bot.service", "bot.adapters", "handlers", "bot.settings"},
    "bot.cli": {
        "bot.app",
        "bot.settings",
        "bot.core",
        "bot.cli_boards",
        "bot.cli_cases",
        "bot.cli_frame",
        "bot.cli_keep",
        "bot.cli_reports",
        "bot.cli_rounds",
        "bot.cli_staff",
    },
    "bot.cli_frame": {"bot.app", "bot.settings", "bot.core"},
    "bot.cli_boards": {"bot.app", "bot.cli_frame"},
    "bot.cli_cases": {"bot.app", "bot.cli_frame", "bot.core"},
    "bot.cli_keep": {"bot.app", "bot.cli_frame"},
    "bot.cli_reports": {"bot.app", "bot.cli_frame"},
    "bot.cli_rounds": {"bot.app", "bot.cli_frame"},
    "bot.cli_staff": {"bot.app", "bot.cli_frame"},
    "bot.__main__": {"bot.cli"},
}

#: Outside package -> modules that may import it.
ONLY_IN = {
    "aiogram": (
        "handlers.telegram",
        "bot.adapters.channel_telegram",
        "bot.adapters.channel_staff",
        "bot.adapters.telegram_files",
        "bot.adapters.telegram_text",
        "bot.adapters.telegram_photos",
        "bot.app",
    ),
    "aiohttp": ("handlers.telegram", "bot.adapters.channel_telegram", "bot.adapters.telegram_photos"),
    "fastapi": ("handlers.web", "bot.app"),
    "starlette": ("handlers.web",),
    "uvicorn": ("handlers.web", "bot.app"),
    "sqlite_utils": ("bot.adapters.store_",),
    "sqlite3": ("bot.adapters.store_", "bot.adapters.sql"),
    "psycopg": ("bot.adapters.store_",),
    "jinja2": ("bot.adapters.jinja_renderer",),
    "yaml": ("bot.adapters.yaml_", "bot.settings"),
    "pydantic": ("bot.settings", "handlers.web", "handlers.telegram"),
    "pydantic_settings": ("bot.settings",),
    "typer": ("bot.cli",),
    "rich": ("bot.cli", "bot.app", "handlers.terminal", "bot.service.evaluate"),
    "prometheus_client": ("handlers.loops", "handlers.web"),
    "openpyxl": ("bot.adapters.xlsx_rows",),
    "httpx": ("bot.adapters.platform_webhook", "bot.adapters.tracking_http"),
    "rapidfuzz": ("bot.core.understanding",),
    "argon2": ("bot.adapters.passwords",),
    "PIL": ("bot.adapters.photo_files",),
    "numpy": ("bot.core.understanding",),
    "opencc": ("bot.core.understanding",),
    "pypinyin": ("bot.core.understanding",),
}

#: Standard library that the pure core has no business with.
IMPURE = {
    "asyncio", "os", "io", "pathlib", "socket", "subprocess", "threading", "time", "random", "secrets", "sqlite3",
    "logging", "urllib", "http", "tempfile", "shutil", "multiprocessing", "uuid",
}  # fmt: skip


#: pypinyin keeps its table in a file that only importing its half-second phrase dictionary would read for us.
READS_ITS_TABLE = {("bot.core.understanding.pinyin", "pathlib")}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for top in ("bot", "handlers"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def imports(name: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names if module in ("bot", "handlers"))


def room(name: str) -> str:
    parts = name.split(".")
    return "handlers" if parts[0] == "handlers" else ".".join(parts[:2])


ALL = dict(modules())


@pytest.mark.parametrize("name", [n for n in ALL if n not in ("bot",)])
def test_imports_point_inward(name: str) -> None:
    allowed = MAY_IMPORT[room(name)]
    for imported in imports(name, ALL[name]):
        if imported.split(".")[0] in ("bot", "handlers") and imported not in ("bot", "handlers"):
            assert room(imported) in allowed, f"{name} imports {imported}"


@pytest.mark.parametrize("name", list(ALL))
def test_outside_packages_stay_at_their_edge(name: str) -> None:
    for imported in imports(name, ALL[name]):
        permitted = ONLY_IN.get(imported.split(".")[0])
        if permitted is not None:
            assert name.startswith(permitted), f"{name} imports {imported}"


@pytest.mark.parametrize("name", [n for n in ALL if n.startswith("bot.core")])
def test_the_core_is_pure(name: str) -> None:
    for imported in imports(name, ALL[name]):
        package = imported.split(".")[0]
        assert package not in IMPURE or (name, package) in READS_ITS_TABLE, f"{name} imports {imported}"
    for node in ast.walk(ALL[name]):
        if isinstance(node, (ast.AsyncFunctionDef, ast.Await)):
            assert name.startswith("bot.core.ports"), f"{name} awaits"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert not _reads_the_clock(node, node.func), f"{name} reads the clock"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("open", "print", "input"), f"{name} does I/O"


def _reads_the_clock(call: ast.Call, asked: ast.Attribute) -> bool:
    """`duty.now(at)` is told the moment; `datetime.now(UTC)` and `clock.now()` look for it."""
    if asked.attr == "now":
        return not call.args or ast.unparse(asked.value).endswith("datetime")
    return asked.attr in ("utcnow", "today")


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not [n for n in ALL if n.rsplit(".", 1)[-1] in ("utils", "helpers", "common", "manager", "misc")]


def run_isolated(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("module", ["bot.cli", "bot.app.shop", "bot.app.server"])
def test_the_commands_import_no_network_library(module: str) -> None:
    loaded = run_isolated(f"import sys, {module}; print('\\n'.join(sys.modules))").split()
    assert not {"aiogram", "fastapi", "uvicorn", "aiohttp", "sqlite_utils", "httpx", "openpyxl"} & set(loaded)
