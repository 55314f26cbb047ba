"""Whoever withdraws, is declined or deleted is signed out everywhere, and his links and codes open nothing any more.
Of an invitation that is over, the address goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from turia.backbone.access import INVITATION, Access
from turia.backbone.journal import Journal
from turia.errors import Refused
from turia.event.entries import EVENT_STAFF, Entry, person_stream
from turia.event.invitations import Invitation
from turia.event.people import Guest, Registration, Status
from turia.web.sign_ins import SignIns

log = logging.getLogger(__name__)

_GONE: Final = frozenset({Status.WITHDRAWN, Status.DECLINED})


class SignOuts:
    """``await open()`` after the sign-ins are; ``await close()`` lets what is under way end."""

    def __init__(self, journal: Journal, sign_ins: SignIns, access: Access) -> None:
        self._journal = journal
        self._sign_ins = sign_ins
        self._access = access
        self._under_way: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """End what should have ended before a crash; from here on listen."""
        for person in self._sign_ins.people():
            if self._is_gone(person):
                await self._sign_ins.revoke_all(person)
        self._journal.listen(self.heard)

    def heard(self, entries: list[Entry]) -> None:
        """A listener of the journal."""
        for entry in entries:
            if entry.kind == Invitation.kind and entry.stream == EVENT_STAFF and entry.value is None:
                self._run(self._blank(entry.key))
            if entry.kind not in (Registration.kind, Guest.kind) or entry.stream != person_stream(entry.key):
                continue
            if self._is_gone(entry.key):
                self._sign_ins.forget(entry.key)
                self._run(self._end(entry.key))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="turia sign out")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Let what is under way end."""
        if self._under_way:
            await asyncio.wait(set(self._under_way))

    def _is_gone(self, person: str) -> bool:
        state, stream = self._journal.state, person_stream(person)
        registration = state.get(stream, Registration, person)
        if registration is not None:
            return registration.status in _GONE
        return state.get(stream, Guest, person) is None

    async def _blank(self, invitation: str) -> None:
        """Its link leads nowhere already, and says so; the address that stands with it goes."""
        try:
            await self._access.blank(f"{INVITATION}:{invitation}")
        except Refused as refused:
            log.warning(
                "the address of an invitation stays with its link until that expires", extra={"why": refused.message}
            )

    async def _end(self, person: str) -> None:
        try:
            await self._sign_ins.revoke_all(person)
            await self._access.void(person)
            if self._journal.state.get(person_stream(person), Registration, person) is None:
                await self._access.erase(person)
        except Refused as refused:
            log.warning("a sign-out is not on disk yet; the next start does it", extra={"why": refused.message})
