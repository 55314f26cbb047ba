"""Reads the venue that a running server offers, the way a browser does: over HTTP."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import msgspec
import numpy as np

from turia.world.layout import Layout
from turia.world.walkable import WalkField


async def fetch_venue(session: aiohttp.ClientSession, url: str) -> tuple[dict[str, Any], Layout, WalkField]:
    """(answer of /api/venue, layout, walkable field) of the server at ``url``; raises aiohttp.ClientError."""
    base = url.rstrip("/")
    async with session.get(f"{base}/api/venue") as answer:
        answer.raise_for_status()
        venue = await answer.json()
    files = venue["files"]
    layout = msgspec.json.decode(await _get(session, base + files["venue.json"]["url"]), type=Layout)
    with np.load(io.BytesIO(await _get(session, base + files["walk.npz"]["url"])), allow_pickle=False) as arrays:
        walk = WalkField.from_arrays({name: arrays[name] for name in arrays.files})
    return venue, layout, walk


async def _get(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url) as answer:
        answer.raise_for_status()
        return await answer.read()
