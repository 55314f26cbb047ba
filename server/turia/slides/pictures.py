"""Drawn pages as WebP pictures: sharp where there are few colours, small where there are photographs."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from turia.slides.pdf import Raster

#: Pages with fewer colours are drawings and text, and small without any loss.
_FEW_COLOURS: Final = 4_096
#: What is larger without loss may be a photograph after all.
_MOST_LOSSLESS_BYTES: Final = 150_000
_QUALITY: Final = 82


def image(drawn: Raster) -> Image.Image:
    """A drawn page as a picture."""
    size = (drawn.width, drawn.height)
    return Image.frombuffer("RGB", size, drawn.rows, "raw", "BGR", drawn.stride, 1)


def smaller(picture: Image.Image, side: int) -> Image.Image:
    """The picture, its longer side ``side`` pixels."""
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def webp(picture: Image.Image) -> bytes:
    """The picture as a WebP file: without loss where that is small, else the smaller of the two."""
    exact = b""
    if picture.getcolors(_FEW_COLOURS) is not None:
        exact = _saved(picture, lossless=True, quality=20, method=2)
        if len(exact) <= _MOST_LOSSLESS_BYTES:
            return exact
    small = _saved(picture, quality=_QUALITY, method=4, use_sharp_yuv=True)
    return exact if exact and len(exact) <= len(small) else small


def _saved(picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", **options)
    return out.getvalue()
