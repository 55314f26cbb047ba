"""Blanks what the log says about people who asked for it (:mod:`turia.event.erasing`), or who were invited and never
came (:mod:`turia.event.invitations_over`).

It is done when the deletion is committed, and again after a start for what a crash cut off; both may happen.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final

from turia.backbone.journal import Journal
from turia.errors import Refused
from turia.event.entries import Entry
from turia.event.erasing import Erasure, MarkErased, pending
from turia.event.invitations_over import ForgetInvitations, over
from turia.event.mail import Mail
from turia.store.ports import Store

log = logging.getLogger(__name__)

#: When the database does not take it, it is tried again after this long.
AGAIN_S: Final = 10.0
#: How often it is looked whether the time of invitations is over.
EVERY_S: Final = 3_600.0


class Eraser:
    """``start()`` when the journal is open, ``await close()`` before it is closed.

    ``letters``: the folder where letters lie that were not sent; those of the person go too.
    """

    def __init__(self, journal: Journal, store: Store, letters: Path, again_s: float = AGAIN_S) -> None:
        self._journal = journal
        self._store = store
        self._letters = letters
        self._again_s = again_s
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with what is left from before, then wait for more."""
        self._stop = self._journal.listen(self._heard)
        self._wake.set()
        self._task = asyncio.create_task(self._run(), name="turia eraser")

    async def close(self) -> None:
        """What is not blanked yet is blanked after the next start."""
        if self._task is None:
            return
        self._stop()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    def _heard(self, entries: list[Entry]) -> None:
        if any(isinstance(entry.value, Erasure) and not entry.value.done for entry in entries):
            self._wake.set()

    async def _run(self) -> None:
        while True:
            # not wait_for: in Python 3.11 it forgets a cancellation that comes together with what it waits for
            alarm = asyncio.get_running_loop().call_later(EVERY_S, self._wake.set)
            await self._wake.wait()
            alarm.cancel()
            self._wake.clear()
            try:
                await self._forget_invitations()
                await self._blank_all()
            except (Refused, OSError) as error:
                log.warning("older data of a person could not be blanked yet: %s", error)
                asyncio.get_running_loop().call_later(self._again_s, self._wake.set)
            except Exception:
                log.exception("older data of a person could not be blanked")

    async def _forget_invitations(self) -> None:
        while over(self._journal.state, self._journal.moment().at):
            await self._journal.do("people.forget_invitations", ForgetInvitations())

    async def _blank_all(self) -> None:
        for key, erasure in pending(self._journal.state).items():
            await self._store.blank(list(erasure.things))
            await asyncio.to_thread(self._remove_letters, erasure)
            await self._journal.do("people.mark_erased", MarkErased(key))

    def _remove_letters(self, erasure: Erasure) -> None:
        for _, kind, key in erasure.things:
            if kind == Mail.kind:
                (self._letters / f"{key}.eml").unlink(missing_ok=True)
