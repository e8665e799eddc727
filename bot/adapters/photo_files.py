"""Pictures of shoppers and staff: decoded, bounded and drawn anew, so that nothing of the file survives but pixels."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import re
import warnings
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.core.ports_web import PhotoRefused

#: What is decoded at all, told by content; the name of a file says nothing.
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
#: Of the picture as sent; a phone's camera makes 12 to 50 million. A JPEG is decoded smaller at once, the others whole.
_MAX_PIXELS: Final = {"JPEG": 60_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}
#: Of the picture as kept, in pixels a side.
_MAX_SIDE: Final = 2048
_QUALITY: Final = 85

_OWNER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PHOTO_ID: Final = re.compile(r"[0-9a-f]{32}")


class PhotoFiles:
    """Fulfils :class:`bot.core.ports_web.PhotoKeeper`: a folder for each owner, files named by what is in them."""

    def __init__(self, folder: Path, at_once: int = 1) -> None:
        self._folder = folder
        #: Decoding takes memory (four bytes a pixel) and a core.
        self._turns = asyncio.Semaphore(at_once)

    async def keep(self, owner: str, content: bytes, photo_id: str = "", at: datetime | None = None) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._keep, owner, content, photo_id, at)

    async def forget(self, before: datetime) -> int:
        return await asyncio.to_thread(self._forget, before.timestamp())

    async def count(self, owner: str) -> int:
        return await asyncio.to_thread(lambda: len(list(self._of(owner).glob("*.jpg"))))

    async def drop(self, owner: str, photo_id: str) -> None:
        path = self.path(owner, photo_id)
        if path is not None:
            await asyncio.to_thread(Path(path).unlink, missing_ok=True)

    async def erase(self, owner: str) -> int:
        return await asyncio.to_thread(self._erase, owner)

    def path(self, owner: str, photo_id: str) -> str | None:
        if not _OWNER.fullmatch(owner) or not _PHOTO_ID.fullmatch(photo_id):
            return None
        path = self._folder / owner / f"{photo_id}.jpg"
        return str(path) if path.is_file() else None

    def _keep(self, owner: str, content: bytes, photo_id: str, at: datetime | None) -> str:
        if not _OWNER.fullmatch(owner) or (photo_id and not _PHOTO_ID.fullmatch(photo_id)):
            raise PhotoRefused("no such owner")
        made = _anew(content)
        photo_id = photo_id or hashlib.sha256(made).hexdigest()[:32]
        path = self._folder / owner / f"{photo_id}.jpg"
        if not path.is_file():
            # Readable by the shop only: shoppers send addresses and faces.
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.write_bytes(made)
            fresh.chmod(0o600)
            fresh.replace(path)
        # Sent again it is as young as the last time.
        os.utime(path, (at.timestamp(), at.timestamp()) if at else None)
        return photo_id

    def _of(self, owner: str) -> Path:
        """No owner has a name with a slash in it; a folder that is none's otherwise."""
        return self._folder / (owner if _OWNER.fullmatch(owner) else "-")

    def _erase(self, owner: str) -> int:
        folder, gone = self._of(owner), 0
        for path in folder.glob("*"):
            path.unlink(missing_ok=True)
            gone += path.suffix == ".jpg"
        with suppress(OSError):  # none there, or a picture came this very moment
            folder.rmdir()
        return gone

    def _forget(self, before: float) -> int:
        """Halves of pictures that a crash left behind go too, uncounted; and folders that nothing is in any more."""
        gone = 0
        for path in self._folder.glob("*/*"):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                gone += path.suffix == ".jpg"
        for folder in self._folder.glob("*/"):
            # One that was emptied just now stays for a while: somebody may be about to put a picture into it.
            if folder.stat().st_mtime < before and not any(folder.iterdir()):
                folder.rmdir()
        return gone


def _anew(content: bytes) -> bytes:
    """A JPEG of the picture's pixels, upright, without a word of what else the file held. Raises PhotoRefused."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a picture too large to decode; we count its pixels ourselves, before decoding.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as sent:
                return _drawn(sent)
    except UnidentifiedImageError:
        raise PhotoRefused("not_a_picture") from None
    except PhotoRefused:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        # Whatever the decoders of three formats say about a broken file.
        raise PhotoRefused("broken_picture") from None


def _drawn(sent: Image.Image) -> bytes:
    if sent.width * sent.height > _MAX_PIXELS[sent.format or ""]:
        raise PhotoRefused("too_many_pixels")
    sent.draft("RGB", (_MAX_SIDE, _MAX_SIDE))
    # Made smaller before it is turned: every step on the whole picture would hold another copy of it.
    sent.thumbnail((_MAX_SIDE, _MAX_SIDE))
    upright = ImageOps.exif_transpose(sent).convert("RGBA")
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright)
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()
