"""Pictures that lie at Telegram, fetched through the Bot API. Fulfils :class:`bot.core.ports_web.PhotoSource`."""

from __future__ import annotations

import io
from typing import Final

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiohttp import ClientError

from bot.adapters.channel_telegram import SEND_TIMEOUT, translated
from bot.core.errors import Rejected, RetryLater

_DOWNLOAD_SECONDS: Final = 20
_AGAIN_SECONDS: Final = 5.0


class TelegramPhotos:
    """``max_bytes``: what is larger is not fetched, whatever Telegram said its size was."""

    def __init__(self, bot: Bot, max_bytes: int) -> None:
        self._bot = bot
        self._max_bytes = max_bytes

    async def fetch(self, handle: str) -> bytes:
        try:
            file = await self._bot.get_file(handle, request_timeout=SEND_TIMEOUT)
        except AiogramError as error:
            raise translated(error) from error
        if not file.file_path or (file.file_size or 0) > self._max_bytes:
            raise Rejected("the file is too large, or not given out any more")
        return await self._download(file.file_path)

    async def _download(self, path: str) -> bytes:
        held = _Bounded(self._max_bytes)
        try:
            await self._bot.download_file(path, held, timeout=_DOWNLOAD_SECONDS)
        except (TimeoutError, ClientError, OSError, AiogramError) as error:
            # The address holds the bot's token, so what the client says about it is not passed on.
            raise RetryLater(_AGAIN_SECONDS) from error
        return held.getvalue()


class _Bounded(io.BytesIO):
    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: object, /) -> int:
        assert isinstance(data, bytes | bytearray)
        if self.tell() + len(data) > self._most:
            raise Rejected("the file is larger than Telegram said")
        return super().write(data)
