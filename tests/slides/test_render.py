"""Pages become pictures and texts. Here in this process, with files that mean well; hostile ones are in test_safely."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PIL import Image

from turia.errors import BundleError
from turia.slides.folder import PAGES, Drawn, picture_name
from turia.slides.limits import MOST_CHARS
from turia.slides.render import draw, page_text
from turia.testing.pdf_file import Sheet, locked, looped, pdf

LINES = ["Presence at scale", "- the first point (really)", "- the second", "- Señal & ruido"]


def drawn(tmp_path: Path, data: bytes) -> Drawn:
    (tmp_path / "x.pdf").write_bytes(data)
    made = draw(tmp_path / "x.pdf", tmp_path, lambda done, pages: None)
    assert msgspec.json.decode((tmp_path / PAGES).read_bytes(), type=Drawn) == made
    return made


def picture(tmp_path: Path, page: int = 1, side: int = 1_920) -> Image.Image:
    found = Image.open(tmp_path / picture_name(page, side))
    assert found.format == "WEBP"
    return found.convert("RGB")


def test_a_page_is_drawn_sharp_and_small_in_two_sizes_with_its_text(tmp_path: Path) -> None:
    (page,) = drawn(tmp_path, pdf(Sheet(lines=LINES))).pages
    assert (page.width, page.height, page.rotation) == (1_920, 1_080, 0)
    assert page.text.split("\n") == LINES
    assert picture(tmp_path).size == (1_920, 1_080)
    assert picture(tmp_path, side=640).size == (640, 360)
    assert (tmp_path / picture_name(1, 1_920)).stat().st_size < 60_000
    colours = picture(tmp_path).getcolors()
    assert colours is not None, "edges of letters are exact: no colours of compression"
    assert {(0, 0, 0), (255, 255, 255)} <= {colour for _, colour in colours}


def test_a_photograph_is_small_too(tmp_path: Path) -> None:
    """A picture with every colour: a shading from one corner to the other."""
    content = b"q 960 0 0 540 0 0 cm /S sh Q"
    functions = "<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0.3 1]/N 1>>"
    entry = f"/Resources<</Shading<</S<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 1 1]/Function {functions}>>>>>>"
    drawn(tmp_path, pdf(Sheet(content=content, more=entry)))
    assert picture(tmp_path).getpixel((1_900, 20)) != picture(tmp_path).getpixel((20, 1_060))
    assert (tmp_path / picture_name(1, 1_920)).stat().st_size < 150_000


@pytest.mark.parametrize(
    ("sheet", "size"),
    [
        (Sheet(size=(540, 960)), (1_080, 1_920)),
        (Sheet(rotate=90), (1_080, 1_920)),
        (Sheet(rotate=180), (1_920, 1_080)),
        (Sheet(box="[0 0 100000000 100000000]"), (1_920, 1_920)),
        (Sheet(box="[0 0 99999999 1]"), (1_920, 1)),
        (Sheet(box="[0 0 0.01 0.01]"), (1_920, 1_920)),
        (Sheet(box="[0 0 0 0]"), (1_484, 1_920)),
        (Sheet(box="[0 0 nan inf]"), (1_484, 1_920)),
        (Sheet(more="/UserUnit 75000"), (1_920, 1_080)),
    ],
)
def test_pages_of_any_size_have_pictures_of_a_bounded_one(tmp_path: Path, sheet: Sheet, size: tuple[int, int]) -> None:
    (page,) = drawn(tmp_path, pdf(sheet)).pages
    assert (page.width, page.height) == picture(tmp_path).size == size
    assert page.rotation == sheet.rotate
    assert max(picture(tmp_path, side=640).size) == 640


@pytest.mark.parametrize(("rotate", "turn"), [(90, b"0 1 -1 0 540 0"), (270, b"0 -1 1 0 0 960")])
def test_pages_that_lie_on_their_side_in_the_file_read_as_they_are_shown(
    tmp_path: Path, rotate: int, turn: bytes
) -> None:
    text = b" ".join(
        b"BT /F1 40 Tf 60 %d Td (%s) Tj ET" % (480 - 60 * row, line) for row, line in enumerate([b"One", b"Two"])
    )
    sheet = Sheet(size=(540, 960), rotate=rotate, content=b"q " + turn + b" cm " + text + b" Q")
    (page,) = drawn(tmp_path, pdf(sheet)).pages
    assert page.text == "One\nTwo"
    upper = picture(tmp_path).crop((0, 0, 960, 540))
    assert upper.convert("L").getextrema()[0] == 0, "the letters stand at the upper left"
    assert (page.width, page.height) == (1_920, 1_080)


def test_progress_is_told_before_each_page_and_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(pdf(Sheet(), Sheet()))
    told: list[tuple[int, int]] = []
    draw(tmp_path / "x.pdf", tmp_path, lambda done, pages: told.append((done, pages)))
    assert told == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("data", "code", "sentence"),
    [
        (b"", "pdf_broken", "damaged, cut off or empty"),
        (b"<html>not a PDF</html>", "pdf_broken", "damaged, cut off or empty"),
        (locked(), "pdf_password", "protected by a password. Save it without one"),
        (pdf(*[Sheet()] * 301), "pdf_too_long", "has 301 pages; at most 300"),
        (looped(), "pdf_broken", "page 1 cannot be read"),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(tmp_path: Path, data: bytes, code: str, sentence: str) -> None:
    with pytest.raises(BundleError, match=sentence) as refused:
        drawn(tmp_path, data)
    assert refused.value.code == code


def test_texts_are_clean_and_bounded() -> None:
    assert page_text("Pre\x02sence\r\n\u202eevil\x00\r\n\r\n\r\n  deep") == "Presence\nevil\n\n  deep"
    assert len(page_text("word " * 100_000)) <= MOST_CHARS


def test_scripts_forms_and_attachments_come_to_nothing(tmp_path: Path) -> None:
    script = "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/AcroForm<</Fields[]>>"
    launch = "/AA<</O<</S/Launch/F(/bin/sh)>>>>"
    (page,) = drawn(tmp_path, pdf(Sheet(lines=["Harmless"], more=launch), catalog=script)).pages
    assert page.text == "Harmless"
