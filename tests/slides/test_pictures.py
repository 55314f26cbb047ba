"""Pages as WebP: exact where that is small, small where it is not."""

from __future__ import annotations

import io
import random

from PIL import Image

from turia.slides import pictures
from turia.slides.pdf import Raster


def opened(data: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(data))
    assert found.format == "WEBP"
    return found.convert("RGB")


def speckled() -> Image.Image:
    """A large picture, every pixel black or white at random."""
    return Image.frombytes("1", (1_920, 1_080), random.Random(1).randbytes(1_920 * 1_080 // 8)).convert("RGB")


def test_rows_with_padding_and_blue_first_are_read_right() -> None:
    rows = bytes([255, 0, 0, 0, 0, 255, 9, 9]) * 2  # blue, red, and two bytes that nobody sees
    found = pictures.image(Raster(2, 2, 8, rows))
    assert found.getpixel((0, 0)) == (0, 0, 255)
    assert found.getpixel((1, 1)) == (255, 0, 0)


def test_few_colours_are_kept_exactly() -> None:
    picture = Image.new("RGB", (640, 360), "white")
    picture.paste((200, 30, 60), (10, 10, 300, 40))
    data = pictures.webp(picture)
    assert opened(data).tobytes() == picture.tobytes()
    assert len(data) < 1_000


def test_a_photograph_loses_what_nobody_sees() -> None:
    noise = Image.effect_noise((64, 36), 90).resize((1_920, 1_080), Image.Resampling.BICUBIC)
    picture = Image.merge("RGB", [noise, noise.transpose(Image.Transpose.ROTATE_180), noise])
    data = pictures.webp(picture)
    exact = io.BytesIO()
    picture.save(exact, "WEBP", lossless=True)
    assert len(data) < len(exact.getvalue()) / 4
    assert len(data) < 200_000


def test_what_is_large_either_way_is_the_smaller_of_the_two() -> None:
    picture = speckled()
    data = pictures.webp(picture)
    assert len(data) > pictures._MOST_LOSSLESS_BYTES
    assert opened(data).tobytes() == picture.tobytes(), "loss would have made it larger"


def test_smaller_pictures_keep_their_shape() -> None:
    assert pictures.smaller(Image.new("RGB", (1_920, 1_080)), 640).size == (640, 360)
    assert pictures.smaller(Image.new("RGB", (1_080, 1_920)), 640).size == (360, 640)
    assert pictures.smaller(Image.new("RGB", (1_920, 1)), 640).size == (640, 1)
