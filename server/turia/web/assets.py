"""Files served from memory: read once, with their compressed twins, found by URL, so that no path leads outside."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from aiohttp import web

#: Pieces of a large body; between them other connections get their turn.
_PIECE_BYTES: Final = 65_536
#: A reader that takes none of a piece for this long is cut off.
_STALL_S: Final = 30.0
#: Best first.
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_TYPES: Final = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".glb": "model/gltf-binary",
    ".json": "application/json",
    ".npz": "application/octet-stream",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

FOREVER: Final = "public, max-age=31536000, immutable"
CHECK: Final = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: ``encoded`` holds compressed bodies by content coding, those alone that are smaller."""

    body: bytes
    type: str
    etag: str
    cache: str
    encoded: Mapping[str, bytes]

    def choose(self, accept: str) -> tuple[bytes, str]:
        """(body, content coding or "") for an Accept-Encoding header."""
        parts = [part.replace(" ", "") for part in accept.lower().split(",")]
        accepted = {part.partition(";")[0] for part in parts if not part.endswith((";q=0", ";q=0.0"))}
        for coding, _ in _ENCODINGS:
            if coding in accepted and coding in self.encoded:
                return self.encoded[coding], coding
        return self.body, ""


def make(body: bytes, name: str, cache: str, encoded: Mapping[str, bytes] | None = None) -> Asset:
    """An asset from bytes; the type follows the name."""
    smaller = {coding: data for coding, data in (encoded or {}).items() if len(data) < len(body)}
    suffix = Path(name).suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(body, kind, f'"{hashlib.sha256(body).hexdigest()[:32]}"', cache, smaller)


def compressed(asset: Asset) -> Asset:
    """The asset with a gzip twin, if that is smaller. Takes about 0.1 s a megabyte: not on the event loop."""
    twin = gzip.compress(asset.body, 6, mtime=0)
    return replace(asset, encoded={**asset.encoded, "gzip": twin}) if len(twin) < len(asset.body) else asset


def read_tree(folder: Path, immutable: str) -> dict[str, Asset]:
    """All files below ``folder`` by URL path; those below ``immutable`` (named by content) are cached for ever.

    Hidden files and the compressed twins themselves are left out. Raises OSError.
    """
    found: dict[str, Asset] = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if not path.is_file() or any(part.startswith(".") for part in relative.parts) or _is_twin(path):
            continue
        twins = {
            coding: _twin(path, ending).read_bytes() for coding, ending in _ENCODINGS if _twin(path, ending).is_file()
        }
        cache = FOREVER if relative.parts[0] == immutable else CHECK
        found[f"/{relative.as_posix()}"] = make(path.read_bytes(), path.name, cache, twins)
    return found


def _twin(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _is_twin(path: Path) -> bool:
    return any(
        path.name.endswith(ending) and path.with_name(path.name.removesuffix(ending)).is_file()
        for _, ending in _ENCODINGS
    )


async def send(request: web.Request, asset: Asset) -> web.StreamResponse:
    """Answer GET or HEAD with the asset: not modified, compressed, in pieces if large."""
    headers = {"Cache-Control": asset.cache, "ETag": asset.etag, "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    body, coding = asset.choose(request.headers.get("Accept-Encoding", ""))
    headers["Content-Type"] = asset.type + ("; charset=utf-8" if asset.type.startswith("text/") else "")
    if coding:
        headers["Content-Encoding"] = coding
    if len(body) <= _PIECE_BYTES:
        return web.Response(body=body, headers=headers)
    response = web.StreamResponse(headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    if request.method != "HEAD":
        await write_pieces(request.transport, response, memoryview(body))
    await response.write_eof()
    return response


async def write_pieces(transport: asyncio.Transport | None, response: web.StreamResponse, body: memoryview) -> None:
    """Write the body piece by piece; raises ConnectionResetError when the reader takes none of a piece in time."""
    try:
        for start in range(0, len(body), _PIECE_BYTES):
            async with asyncio.timeout(_STALL_S):
                await response.write(bytes(body[start : start + _PIECE_BYTES]))
    except TimeoutError:
        if transport is not None:
            transport.abort()
        raise ConnectionResetError("the reader stalled") from None
