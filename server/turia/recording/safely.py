"""Makes recordings in a child process: what people sent is not trusted with the server's memory, time or life."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from turia.errors import BundleError
from turia.recording.folder import DRAFT, PROGRESS
from turia.venue import sandbox

#: A long day in a room with many speakers; files as large as four times what a track may send in twelve hours.
LIMITS: Final = sandbox.Limits(memory_bytes=4 * 1024**3, cpu_s=3_600, wall_s=7_200.0, file_bytes=128 * 1024**3)
EVERY_S: Final = 1.0

_WHY: Final = {
    sandbox.TOO_MUCH_MEMORY: "it needs too much memory",
    sandbox.TOO_MUCH_WORK: "it takes too long",
    sandbox.TOO_SLOW: "it takes too long",
    sandbox.CRASHED: "something in it cannot be read",
    BundleError.code: "something in it cannot be read",
}

#: ``(steps that are done, all steps)``.
Tell = Callable[[int, int], None]


async def finish(take: Path, tell: Tell, limits: sandbox.Limits = LIMITS, every_s: float = EVERY_S) -> None:
    """:func:`turia.recording.finish.finish` in a child; ``tell`` hears every ``every_s`` seconds how far it is.

    Raises BundleError with what to do; a cancelled task takes its child with it.
    """
    work = asyncio.ensure_future(sandbox.run("turia.recording.finish:child", {"take": str(take)}, limits))
    try:
        while not work.done():
            await asyncio.wait([work], timeout=every_s)
            tell(*await asyncio.to_thread(progress, take))
        await work
    except BundleError as error:
        why = _WHY.get(error.code)
        if why is None:
            raise
        raise BundleError(
            f"The recording could not be finished: {why}. What was recorded is kept; the organiser can try again with: "
            f"turia recordings finalise {take.parent.name}",
            code="recording_unfinished",
        ) from error
    finally:
        if not work.done():
            work.cancel()
            await asyncio.wait([work])


def progress(take: Path) -> tuple[int, int]:
    """(steps that are done, all steps) as the child says; zeros before it knows."""
    with contextlib.suppress(OSError, ValueError):
        done, steps = (take / DRAFT / PROGRESS).read_text(encoding="ascii").split()
        return int(done), int(steps)
    return 0, 0
