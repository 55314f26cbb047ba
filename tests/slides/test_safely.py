"""Hostile files cost a child process, never the server, and end in a sentence that names the page."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from turia.errors import BundleError
from turia.slides import safely
from turia.slides.folder import PAGES
from turia.testing.pdf_file import Sheet, bomb, locked, looped, nested, pdf, stream, whole
from turia.venue.sandbox import Limits

GOOD = pdf(Sheet(lines=["One"]), Sheet(lines=["Two"]))
#: Less than in earnest, so that what goes over it does so soon.
TIGHT = Limits(memory_bytes=512 * 1024**2, cpu_s=10, wall_s=30.0, file_bytes=64 * 1024**2)


class Draft:
    """A place to draw into, and what was told of it."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "x.pdf"
        self.folder = folder / "draft"
        self.folder.mkdir(exist_ok=True)
        self.told: list[tuple[int, int]] = []

    async def draw(self, data: bytes, limits: Limits = TIGHT) -> None:
        self.source.write_bytes(data)
        await safely.draw(self.source, self.folder, lambda done, pages: self.told.append((done, pages)), limits)


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft(tmp_path)


async def test_a_good_file_is_drawn_and_its_progress_told(draft: Draft) -> None:
    await draft.draw(GOOD)
    assert draft.told[-1] == (2, 2)
    assert (draft.folder / PAGES).is_file()
    assert len(list(draft.folder.glob("*.webp"))) == 4


def laughs() -> bytes:
    """Ten drawings that each draw ten drawings, twelve deep."""
    form = "/Type/XObject/Subtype/Form/BBox[0 0 960 540]"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 960 540]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        stream(b"/X Do " * 10),
    ]
    inner = [f"/Resources<</XObject<</X {number} 0 R>>>>" for number in range(6, 18)]
    objects += [stream(b"/X Do " * 10, form + resources) for resources in inner]
    return whole([*objects, stream(b"0 0 100 100 re f", form)])


def huge_picture() -> bytes:
    """A picture that claims ten thousand million bytes and has some."""
    head = "/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB"
    return whole(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 960 540]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
            stream(b"q 960 0 0 540 0 0 cm /I Do Q"),
            stream(bytes(50_000_000), head),
        ]
    )


@pytest.mark.parametrize(
    ("data", "code", "sentence"),
    [
        (pdf(), "pdf_broken", "damaged, cut off or empty"),
        (locked(), "pdf_password", "Save it without one"),
        (looped(), "pdf_broken", "page 1 cannot be read"),
        (pdf(Sheet(), count=1_000_000), "pdf_too_long", "1,000,000 pages; at most 300"),
        (pdf(Sheet(), count=250), "pdf_broken", "page 2 cannot be read"),
        (laughs(), "pdf_too_much", "^Page 1 .* Please simplify that page"),
        (bomb(2_000_000_000), "pdf_too_much", "^Page 1 .* Please simplify that page"),
        (GOOD[:300], "pdf_broken", "Export it again"),
    ],
    ids=["no pages", "locked", "looped", "a million pages", "missing pages", "laughs", "bomb", "cut off"],
)
async def test_hostile_files_end_in_a_sentence(draft: Draft, data: bytes, code: str, sentence: str) -> None:
    with pytest.raises(BundleError, match=sentence) as refused:
        await draft.draw(data)
    assert refused.value.code == code
    assert not (draft.folder / PAGES).exists()


@pytest.mark.parametrize("data", [nested(), huge_picture(), pdf(Sheet(), count=-5)], ids=["nested", "picture", "count"])
async def test_others_look_bad_and_are_drawn(draft: Draft, data: bytes) -> None:
    await draft.draw(data)
    assert draft.told[-1] == (1, 1)


async def test_a_page_that_takes_for_ever_is_named(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    def line() -> bytes:
        return b"%d %d m %d %d l S " % tuple(dice.randrange(900) for _ in range(4))

    dice = random.Random(1)
    slow = b"".join(line() for _ in range(200_000))
    with pytest.raises(BundleError, match=r"^Page 2 takes more than 20 s to be drawn\. Please simplify that page"):
        await draft.draw(pdf(Sheet(), Sheet(content=slow)), Limits(cpu_s=2))


async def test_whoever_is_cancelled_stops_the_drawing(draft: Draft) -> None:
    task = asyncio.create_task(draft.draw(pdf(*[Sheet(lines=["x"])] * 300)))
    async with asyncio.timeout(60):
        while safely.progress(draft.folder)[0] < 1:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    there = safely.progress(draft.folder)
    await asyncio.sleep(0.3)
    assert safely.progress(draft.folder) == there, "nobody draws any more"


def spoiled(dice: random.Random) -> bytes:
    """A good file with some of its bytes changed, moved, doubled or cut."""
    data = bytearray(pdf(*[Sheet(lines=["One", "Two (2)"])] * 2, packed=dice.random() < 0.5))
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(data))
        match dice.randrange(5):
            case 0:
                data[at] = dice.randrange(256)
            case 1:
                del data[at : at + dice.randint(1, 40)]
            case 2:
                data[at:at] = data[dice.randrange(len(data)) :][: dice.randint(1, 200)]
            case 3:
                data[at:at] = dice.choice([b"9" * 12, b"-1", b"<<", b"]", b"(", b"1 0 R", b"/Filter/LZWDecode", b"\0"])
            case _:
                del data[at + 200 :]
    return bytes(data)


@pytest.mark.counted
async def test_spoiled_files_are_drawn_or_refused(tmp_path: Path, rounds: Any) -> None:
    for seed in range(rounds(short=6, long=600)):
        place = tmp_path / str(seed)
        place.mkdir()
        draft = Draft(place)
        code = ""
        try:
            await draft.draw(spoiled(random.Random(seed)))
        except BundleError as error:
            code = error.code
        assert code in {"", "pdf_broken", "pdf_password", "pdf_too_long", "pdf_too_much"}, seed
        assert (draft.folder / PAGES).is_file() == (not code), seed


def test_the_server_itself_never_loads_what_reads_pdfs() -> None:
    code = "import sys, turia.app; print([name for name in sys.modules if name.startswith(('pypdfium2', 'PIL'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_the_bomb_is_one() -> None:
    """Else these tests would prove little."""
    assert len(bomb(100_000_000)) < 10_000
    assert len(zlib.compress(bytes(50_000_000))) < 60_000
    assert len(huge_picture()) < 100_000
