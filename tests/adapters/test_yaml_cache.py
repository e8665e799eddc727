from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters import yaml_files
from bot.adapters.yaml_cache import _Unpacker
from bot.adapters.yaml_files import load_shop, load_shop_cached
from bot.core.catalogue import Shop
from bot.core.errors import KnowledgeError
from tests.adapters.yaml_shops import write

TEXT = """\
shop: {name: 小店, hours: [{days: all, from: "08:00", until: "23:00"}]}
size_charts: [{id: s, name: 上装, rows: [{size: M, height_cm: [1, 2], weight_kg: [1, 2], measures: {chest: 9}}]}]
products: [{id: tee, name: T恤, price: 9, photo: tee.png, variants: [{sku: A, stock: 1}], audience: {sex: [male]}}]
promotions: [{id: a, kind: limit, name: x, period: {from: 2026-11-01, until: 2026-11-30}, price: 5, per_buyer: 1}]
answers: [{topic: t, ask: [q], reply: {template: price}}, {topic: u, reply: hello}]
phrases: {acts: {yes: [好]}}
"""

Load = Callable[[], Shop]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write(tmp_path, TEXT)
    (folder / "tee.png").touch()
    return folder


@pytest.fixture
def load(folder: Path, tmp_path: Path) -> Load:
    return lambda: load_shop_cached(folder, tmp_path, tmp_path / "data" / "cache", lambda name: name == "price")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for every time the files were parsed."""
    calls: list[str] = []
    build = yaml_files._build

    def counted(*args: object) -> Shop:
        calls.append("built")
        return build(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(yaml_files, "_build", counted)
    return calls


def copy_of(tmp_path: Path) -> Path:
    (copy,) = (tmp_path / "data" / "cache").iterdir()
    return copy


def test_the_second_load_parses_nothing_and_is_equal(load: Load, built: list[str], folder: Path) -> None:
    first, second = load(), load()
    assert built == ["built"]
    assert first == second == load_shop(folder, folder.parent)
    assert second.content_hash == first.content_hash != ""


def test_what_was_computed_from_a_shop_is_not_stored(load: Load, tmp_path: Path) -> None:
    shop = load()
    size = copy_of(tmp_path).stat().st_size
    copy_of(tmp_path).unlink()
    assert (shop.product_by_id, shop.variant_by_sku) != ({}, {})
    load()
    assert copy_of(tmp_path).stat().st_size == size
    assert vars(load()).keys().isdisjoint({"product_by_id", "variant_by_sku"})


def test_a_changed_file_is_read_anew(load: Load, built: list[str], folder: Path) -> None:
    before = load()
    (folder / "shop.yaml").write_text(TEXT.replace("stock: 1", "stock: 2"), encoding="utf-8")
    after = load()
    assert (before.variant_by_sku["A"].stock, after.variant_by_sku["A"].stock) == (1, 2)
    assert before.content_hash != after.content_hash
    assert len(built) == 2


def test_a_renamed_file_is_read_anew(load: Load, folder: Path) -> None:
    load()
    (folder / "shop.yaml").rename(folder / "renamed.yaml")
    assert load().products[0].source == "knowledge/renamed.yaml:3"


def test_a_file_that_turned_bad_is_told_despite_the_copy(load: Load, folder: Path) -> None:
    load()
    (folder / "notes.yml").write_text("answers: []\n")
    with pytest.raises(KnowledgeError, match=r"notes\.yml:0: ends in \.yml"):
        load()


def test_a_picture_that_went_missing_is_told_despite_the_copy(load: Load, folder: Path) -> None:
    load()
    (folder / "tee.png").unlink()
    with pytest.raises(KnowledgeError, match="there is no picture"):
        load()


def test_a_template_that_went_missing_is_told_despite_the_copy(load: Load, folder: Path, tmp_path: Path) -> None:
    load()
    with pytest.raises(KnowledgeError, match="there is no template 'price'"):
        load_shop_cached(folder, tmp_path, tmp_path / "data" / "cache", lambda _: False)


@pytest.mark.parametrize("keep", [0, 10, 50, 200], ids=lambda n: f"{n} bytes left")
def test_a_copy_cut_short_is_rebuilt(load: Load, built: list[str], tmp_path: Path, keep: int) -> None:
    shop = load()
    copy = copy_of(tmp_path)
    copy.write_bytes(copy.read_bytes()[:keep])
    assert load() == shop
    assert load() == shop
    assert len(built) == 2


def test_a_copy_with_one_changed_byte_is_rebuilt(load: Load, built: list[str], tmp_path: Path) -> None:
    shop = load()
    copy = copy_of(tmp_path)
    data = bytearray(copy.read_bytes())
    data[-20] ^= 1
    copy.write_bytes(data)
    assert load() == shop
    assert len(built) == 2


def test_a_copy_that_cannot_be_read_is_ignored(load: Load, built: list[str], tmp_path: Path) -> None:
    shop = load()
    copy = copy_of(tmp_path)
    copy.unlink()
    copy.mkdir()
    assert load() == shop
    assert len(built) == 2


def test_a_cache_folder_that_cannot_be_written_costs_only_time(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with caplog.at_level(logging.WARNING):
        shop = load_shop_cached(folder, tmp_path, tmp_path / "file" / "cache")
    assert shop == load_shop(folder, tmp_path)
    assert "no compiled copy" in caplog.text


def test_no_half_written_file_is_left_behind(load: Load, tmp_path: Path) -> None:
    load()
    assert [path.suffix for path in (tmp_path / "data" / "cache").iterdir()] == [".bin"]


def test_two_folders_keep_a_copy_each(load: Load, built: list[str], tmp_path: Path) -> None:
    load()
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.yaml").write_text("answers: [{topic: t, reply: x}]\n")
    load_shop_cached(other, tmp_path, tmp_path / "data" / "cache")
    load()
    assert len(built) == 2


def test_without_a_cache_folder_the_files_are_read_each_time(folder: Path, tmp_path: Path, built: list[str]) -> None:
    assert load_shop_cached(folder, tmp_path, None) == load_shop_cached(folder, tmp_path, None)
    assert len(built) == 2


class _Command:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("false",)


@pytest.mark.parametrize(
    "value", [_Command(), Path("x"), KnowledgeError, load_shop], ids=["command", "path", "error", "f"]
)
def test_nothing_but_the_core_s_values_is_unpacked(tmp_path: Path, value: object) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(pickle.dumps(value))
    with file.open("rb") as stream, pytest.raises(pickle.UnpicklingError, match="has no place in a shop"):
        _Unpacker(stream).load()
