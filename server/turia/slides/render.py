"""Draws a PDF file page by page. Runs in the sandbox's child (:mod:`turia.slides.safely`)."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from turia.errors import BundleError
from turia.event.decks import MOST_PAGES
from turia.event.names import clean_text
from turia.slides import pictures
from turia.slides.folder import PAGES, PROGRESS, Drawn, DrawnPage, picture_name
from turia.slides.limits import MOST_CHARS, PAGE_CPU_S, SIDES
from turia.slides.pdf import Document, Page, opened

#: ``(pages that are done, all pages)``, before each page and at the end.
Tell = Callable[[int, int], None]


def child(source: str, draft: str) -> dict[str, Any]:
    """What the sandbox calls: draws politely, with a limit for each page, and leaves its progress in a file."""
    os.nice(10)
    place = Path(draft)

    def tell(done: int, pages: int) -> None:
        tell_file = place / f".{PROGRESS}"
        tell_file.write_text(f"{done} {pages}", encoding="ascii")
        tell_file.replace(place / PROGRESS)
        _allow_cpu(PAGE_CPU_S)

    return {"pages": len(draw(Path(source), place, tell).pages)}


def draw(source: Path, draft: Path, tell: Tell) -> Drawn:
    """Pictures and texts of all pages into a folder. Raises BundleError with what to do."""
    with opened(source) as document:
        count = len(document)
        _check_count(count)
        pages = []
        for number in range(1, count + 1):
            tell(number - 1, count)
            pages.append(_draw_page(document, number, draft))
        tell(count, count)
    drawn = Drawn(tuple(pages))
    (draft / PAGES).write_bytes(msgspec.json.encode(drawn))
    return drawn


def page_text(raw: str) -> str:
    """The text of a page as people may read it: clean lines, not too much. Hyphens at ends of lines are taken out."""
    return clean_text(raw[: 2 * MOST_CHARS])[:MOST_CHARS]


def _draw_page(document: Document, number: int, draft: Path) -> DrawnPage:
    large, *others = SIDES
    with document.page(number) as page:
        picture = pictures.image(page.draw(large))
        text, rotation = _text(page), page.rotation
    (draft / picture_name(number, large)).write_bytes(pictures.webp(picture))
    for side in others:
        (draft / picture_name(number, side)).write_bytes(pictures.webp(pictures.smaller(picture, side)))
    return DrawnPage(*picture.size, rotation, text)


def _text(page: Page) -> str:
    return page_text(page.text())


def _check_count(count: int) -> None:
    if count > MOST_PAGES:
        raise BundleError(
            f"The PDF has {count:,} pages; at most {MOST_PAGES} are taken. Upload the pages that you show.",
            code="pdf_too_long",
        )


def _allow_cpu(seconds: int) -> None:
    """So much processor time from now on, else the child is ended."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if most == resource.RLIM_INFINITY else min(soft, most), most))
