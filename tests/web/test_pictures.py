"""Pictures are told by their content, bounded, and rid of what is not drawn. T11."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from turia.errors import BundleError
from turia.web.pictures import MAX_BYTES, MAX_SIDE, clean, clean_file


def picture(form: str, size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, form, **more)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def complaint(data: bytes) -> str:
    with pytest.raises(BundleError) as caught:
        clean(data)
    assert caught.value.code == "picture"
    return caught.value.message


@pytest.mark.parametrize(
    ("form", "ending", "more"),
    [
        ("PNG", "png", {}),
        ("PNG", "png", {"dpi": (72, 72)}),
        ("JPEG", "jpg", {}),
        ("JPEG", "jpg", {"progressive": True, "quality": 60}),
        ("JPEG", "jpg", {"icc_profile": b"profile" * 30}),
    ],
)
def test_a_picture_looks_the_same_afterwards(form: str, ending: str, more: dict[str, Any]) -> None:
    data = picture(form, **more)
    found, cleaned = clean(data)
    assert found == ending
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(cleaned))
    assert before.tobytes() == after.tobytes()
    assert clean(cleaned) == (ending, cleaned), "nothing more is taken away"


def test_places_comments_and_hidden_tails_are_left_out() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    jpeg = picture("JPEG", exif=exif.tobytes(), comment=b"secret comment")
    assert b"secret" in jpeg
    assert b"secret" not in clean(jpeg)[1]
    assert b"secret" not in clean(jpeg + b"PK secret tail")[1]
    png = picture("PNG")
    noisy = png[:33] + chunk(b"tEXt", b"Comment\0secret") + chunk(b"eXIf", b"secret") + png[33:] + b"secret tail"
    assert b"secret" not in clean(noisy)[1]
    assert clean(noisy) == clean(png)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 50,
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"<html>\x89PNG\r\n\x1a\n",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_png_or_jpeg_is_refused(data: bytes) -> None:
    assert "neither a PNG nor a JPEG" in complaint(data)


def test_too_large_pictures_are_refused_with_the_limit() -> None:
    assert f"{MAX_BYTES:,}" in complaint(b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_BYTES)
    assert f"{MAX_SIDE:,}" in complaint(picture("PNG", (MAX_SIDE + 1, 1)))
    assert f"{MAX_SIDE:,}" in complaint(picture("JPEG", (1, MAX_SIDE + 1)))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0))
    assert "2,147,483,647" in complaint(bomb)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_that_is_cut_off_is_refused_at_every_length(form: str) -> None:
    data = picture(form, (8, 8))
    for length in range(2, len(data) - 2, 7):
        assert complaint(data[:length]).endswith("upload that.")


def test_a_changed_byte_of_a_png_is_found() -> None:
    data = bytearray(picture("PNG"))
    data[40] ^= 1
    assert "damaged" in complaint(bytes(data))


@given(st.binary(max_size=400), st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"\xff\xd8\xff\xe0", b""]))
def test_any_bytes_are_taken_or_refused(data: bytes, head: bytes) -> None:
    with contextlib.suppress(BundleError):
        ending, cleaned = clean(head + data)
        assert (ending, cleaned) == clean(cleaned)


def test_the_sandbox_writes_the_cleaned_picture(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(picture("PNG"))
    assert clean_file(str(tmp_path / "in"), str(tmp_path / "out")) == "png"
    assert (tmp_path / "out").read_bytes() == clean(picture("PNG"))[1]
