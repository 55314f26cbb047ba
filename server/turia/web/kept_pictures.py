"""Pictures that a whole room asks for at once: read from disk once, kept in bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from turia.web.assets import Asset

K = TypeVar("K", bound=Hashable)


class KeptPictures(Generic[K]):
    """``load(key)`` blocks, in a thread, once for all who ask meanwhile; what was asked for last is kept."""

    def __init__(self, load: Callable[[K], Asset], most_bytes: int) -> None:
        self._load = load
        self._most_bytes = most_bytes
        self._kept: dict[K, Asset] = {}
        self._coming: dict[K, asyncio.Future[Asset]] = {}
        self.bytes = 0

    async def get(self, key: K) -> Asset:
        """The picture; raises what ``load`` raises."""
        asset = self._kept.pop(key, None)
        if asset is not None:
            self._kept[key] = asset  # the newest again
            return asset
        coming = self._coming.get(key)
        if coming is None:
            coming = self._coming[key] = asyncio.ensure_future(self._fetch(key))
            coming.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(coming)

    async def _fetch(self, key: K) -> Asset:
        try:
            asset = await asyncio.to_thread(self._load, key)
        finally:
            del self._coming[key]
        self._kept[key] = asset
        self.bytes += len(asset.body)
        while self.bytes > self._most_bytes:
            oldest = next(iter(self._kept))
            self.bytes -= len(self._kept.pop(oldest).body)
        return asset
