"""Pictures of conversations, put together: one keeper, so that one is decoded at a time, and where to fetch others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.ports import Clock
from bot.core.ports_web import PhotoSource
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.service.show_photos import Said, ShowPhotos


def build_photos(
    settings: Settings, uploads: Path, store: Said, clock: Clock, sources: dict[str, PhotoSource] | None = None
) -> ShowPhotos:
    """``sources``: by channel; a channel that starts later puts itself in."""
    from bot.adapters.photo_files import PhotoFiles
    from bot.service.show_photos import ShowPhotos

    keep = timedelta(days=settings.web.keep_photos_days)
    return ShowPhotos(store, PhotoFiles(uploads), clock, sources, keep)
