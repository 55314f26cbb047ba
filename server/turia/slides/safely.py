"""Draws untrusted PDF files in a child process with limits of memory, processor time and wall clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from turia.errors import BundleError
from turia.slides.folder import PROGRESS
from turia.slides.limits import PAGE_CPU_S
from turia.venue import sandbox

#: A page has :data:`turia.slides.limits.PAGE_CPU_S` besides.
LIMITS: Final = sandbox.Limits(memory_bytes=1_536 * 1024**2, cpu_s=900, wall_s=1_800.0, file_bytes=64 * 1024**2)
EVERY_S: Final = 1.0

#: ``(pages that are done, all pages)``.
Tell = Callable[[int, int], None]


async def draw(
    source: Path, draft: Path, tell: Tell, limits: sandbox.Limits = LIMITS, every_s: float = EVERY_S
) -> None:
    """:func:`turia.slides.render.draw` in a child; ``tell`` hears every ``every_s`` seconds how far it is.

    Raises BundleError with what to do; a cancelled task takes its child with it.
    """
    arguments = {"source": str(source), "draft": str(draft)}
    drawing = asyncio.ensure_future(sandbox.run("turia.slides.render:child", arguments, limits))
    try:
        while not drawing.done():
            await asyncio.wait([drawing], timeout=every_s)
            tell(*await asyncio.to_thread(progress, draft))
        await drawing
    except BundleError as error:
        done, pages = await asyncio.to_thread(progress, draft)
        raise _explained(error, done + 1 if pages else 0, limits) from error
    finally:
        if not drawing.done():
            drawing.cancel()
            await asyncio.wait([drawing])


def progress(draft: Path) -> tuple[int, int]:
    """(pages that are done, all pages) as the child says; zeros before it knows."""
    with contextlib.suppress(OSError, ValueError):
        done, pages = (draft / PROGRESS).read_text(encoding="ascii").split()
        return int(done), int(pages)
    return 0, 0


def _explained(error: BundleError, page: int, limits: sandbox.Limits) -> BundleError:
    """With the page that was too much; ``page`` 0: it was not even opened."""
    where = f"Page {page}" if page else "The PDF"
    change = "simplify that page, or put a picture in its place" if page else "export it again, and upload that"
    memory = limits.memory_bytes // 1024**2
    what = {
        sandbox.TOO_MUCH_MEMORY: f"needs more than {memory:,} MB of memory to be drawn",
        sandbox.TOO_MUCH_WORK: f"takes more than {PAGE_CPU_S} s to be drawn",
        sandbox.TOO_SLOW: "takes too long to be drawn",
        sandbox.CRASHED: "is broken in a way that nobody should have to read, or needs too much memory to be drawn",
        BundleError.code: "cannot be drawn",  # what the child stumbled over stays among ourselves
    }.get(error.code)
    return error if what is None else BundleError(f"{where} {what}. Please {change}.", code="pdf_too_much")
