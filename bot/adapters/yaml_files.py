"""A folder of YAML files to a :class:`~bot.core.catalogue.Shop`, or one error that names everything wrong in it.

What reads YAML is imported only where something is read: a start from the compiled copy does without.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.adapters.yaml_cache import ShopCache
from bot.adapters.yaml_sources import Source, hash_of, shown_from, sources_of
from bot.core.catalogue import Shop

#: Says whether a reply template of this name exists.
Templates = Callable[[str], bool]


def load_shop(folder: Path, root: Path, templates: Templates | None = None) -> Shop:
    """Everything below ``folder``; ``root`` (the folder of the config file) is what sources are relative to.

    Raises KnowledgeError with every problem of every file. ``templates`` None: names of templates are not checked.
    """
    with _no_collection():
        return _build(folder, sources_of(folder, root), templates)


def load_shop_with(folder: Path, root: Path, file: Path, content: bytes, templates: Templates | None = None) -> Shop:
    """As :func:`load_shop`, as if ``file`` (below ``folder``, there or not) held ``content``; nothing is written."""
    with _no_collection():
        name = shown_from(folder.resolve(), root)
        with_it = Source(file.resolve().relative_to(name).as_posix(), file, content)
        others = [source for source in sources_of(folder, root) if source.name != with_it.name]
        return _build(folder, sorted([*others, with_it]), templates)


def load_shop_cached(folder: Path, root: Path, cache_dir: Path | None, templates: Templates | None = None) -> Shop:
    """As :func:`load_shop`, by way of a compiled copy in ``cache_dir`` (the shop's own, trusted data folder).

    A copy that is missing, damaged or of other contents is rebuilt; one that cannot be written is done without.
    """
    if cache_dir is None:
        return load_shop(folder, root, templates)
    with _no_collection():
        sources = sources_of(folder, root)
        cache = ShopCache(cache_dir, folder)
        key = hash_of(sources)
        shop = None if key is None else cache.get(key)
        if shop is None or not _outside_fits(shop, folder, templates):
            shop = _build(folder, sources, templates)
            cache.put(shop)
        return shop


def _outside_fits(shop: Shop, folder: Path, templates: Templates | None) -> bool:
    """Whether what the files refer to outside of themselves is still there."""
    base = str(folder)
    if not all(os.path.isfile(f"{base}/{p.photo}") for p in shop.products if p.photo):  # noqa: PTH113 - 10,000 times
        return False
    return templates is None or all(templates(a.template) for a in shop.answers if a.template)


@contextmanager
def _no_collection() -> Iterator[None]:
    """A big load makes millions of objects and no cycles: collecting between them doubles its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _build(folder: Path, sources: Sequence[Source], templates: Templates | None) -> Shop:
    from bot.adapters.yaml_build import build

    return build(folder, sources, templates)
