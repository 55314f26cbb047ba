"""A room that turns a page asks for one picture a thousand times: it is read once."""

from __future__ import annotations

import asyncio
import threading

import pytest

from turia.web import assets
from turia.web.kept_pictures import KeptPictures


class Shelf:
    """Pictures of 100 bytes; ``read``: what was read, in order."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def load(self, key: str) -> assets.Asset:
        self.read.append(key)
        assert self.go.wait(10)
        if key == "missing":
            raise FileNotFoundError(key)
        return assets.make(key.encode().ljust(100), "page.webp", "private")


async def test_all_who_ask_at_once_get_what_is_read_once() -> None:
    shelf = Shelf()
    shelf.go.clear()
    kept = KeptPictures(shelf.load, 1_000)
    waiting = [asyncio.create_task(kept.get("a")) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # whoever leaves does not take it from the others
    shelf.go.set()
    found = await asyncio.gather(*waiting[1:])
    assert len({id(each) for each in found}) == 1
    assert await kept.get("a") is found[0]
    assert shelf.read == ["a"]


async def test_memory_is_bounded_and_what_was_asked_for_last_stays() -> None:
    shelf = Shelf()
    kept = KeptPictures(shelf.load, 300)
    for key in ("a", "b", "c", "a", "d"):
        await kept.get(key)
    assert kept.bytes == 300
    for key in ("a", "c", "d"):
        await kept.get(key)
    assert shelf.read == ["a", "b", "c", "d"]
    await kept.get("b")
    assert shelf.read[-1] == "b"


async def test_what_is_missing_is_looked_for_again() -> None:
    shelf = Shelf()
    kept = KeptPictures(shelf.load, 300)
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            await kept.get("missing")
    assert shelf.read == ["missing", "missing"]
    assert kept.bytes == 0


async def test_a_picture_larger_than_all_room_is_given_and_not_kept() -> None:
    shelf = Shelf()
    kept = KeptPictures(shelf.load, 50)
    assert len((await kept.get("a")).body) == 100
    assert kept.bytes == 0
