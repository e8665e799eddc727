"""What is forgotten by itself, put together from the settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.ports_keep import SmsForgetter
from bot.core.ports_web import PhotoKeeper
from bot.service.forget_old import ForgetOld
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore


def build_forget(settings: Settings, store: SqliteStore, photos: PhotoKeeper, sms: SmsForgetter) -> ForgetOld:
    keep = settings.keep
    return ForgetOld(
        store,
        photos,
        timedelta(days=settings.web.keep_photos_days),
        rest=store,
        sms=sms,
        keep={
            "talks": keep.conversations_days,
            "raw": keep.raw_days,
            "questions": keep.questions_days,
            "lines": keep.round_lines_days,
            "records": keep.records_days,
            "parcels": keep.parcels_days,
            "sms": keep.sms_days,
        },
    )
