"""A compiled copy of a shop, so that ten thousand products start in a second.

The copy lies in the shop's own data folder and is trusted as far as that; still it is checked by its digest before it
is opened, and opened by an unpickler that knows no classes but the core's.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import os
import pickle
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from bot.core import catalogue, playbooks
from bot.core.catalogue import Shop

_log = logging.getLogger(__name__)
_MAGIC: Final = b"xiaoer shop 1\n"
_DIGEST_BYTES: Final = 32


def _layout() -> str:
    """Names of every field of every class of the catalogue and of playbooks: other fields, another copy."""
    known = {**vars(catalogue), **vars(playbooks)}
    kinds = [kind for kind in known.values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
    return ";".join(f"{kind.__name__}:{','.join(f.name for f in dataclasses.fields(kind))}" for kind in kinds)


#: Part of every key. Raise the number when the loader reads the same files differently.
SCHEMA: Final = f"1 {_layout()}"


class ShopCache:
    """One compiled copy per knowledge folder, replaced as a whole."""

    def __init__(self, cache_dir: Path, folder: Path) -> None:
        name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        self._path = cache_dir / f"shop-{name}.bin"

    def get(self, key: str) -> Shop | None:
        """The copy of exactly these contents, or None."""
        head = _MAGIC + bytes.fromhex(key)
        try:
            with self._path.open("rb") as file:
                if file.read(len(head)) != head:
                    return None
                digest, begin = file.read(_DIGEST_BYTES), file.tell()
                if hashlib.file_digest(file, "sha256").digest() != digest:
                    return None
                file.seek(begin)
                shop = _Unpacker(file).load()
        except Exception:  # pickle raises whatever a damaged stream leads to; each of them means: build anew
            return None
        return shop if isinstance(shop, Shop) else None

    def put(self, shop: Shop) -> None:
        packed = BytesIO()
        _Packer(packed, protocol=5).dump(shop)
        body = packed.getbuffer()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._replace(_MAGIC + bytes.fromhex(shop.content_hash) + hashlib.sha256(body).digest(), body)
        except OSError as error:
            _log.warning("no compiled copy of the knowledge could be kept, the next start is slow: %s", error.strerror)

    def _replace(self, head: bytes, body: memoryview) -> None:
        """A reader finds the old copy or the new one, never half of it."""
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(head)
                file.write(body)
            temporary.replace(self._path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


class _Packer(pickle.Pickler):
    """Writes a core value as its class and the values of its fields: nothing that was computed from them."""

    def reducer_override(self, value: Any) -> Any:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return type(value), tuple(getattr(value, field.name) for field in dataclasses.fields(value))
        return NotImplemented


class _Unpacker(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in ("date", "time"):
            return super().find_class(module, name)
        if module.startswith("bot.core.") and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a shop")
