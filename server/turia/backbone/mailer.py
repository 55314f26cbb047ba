"""Sends the letters that commands decided: queued ones leave, and what became of each is written down.

A letter is sent at least once: it is marked after it left, so that a killed server sends it again rather than never
(with the same Message-ID). Links and codes are made at the moment of sending and stand nowhere but in the letter.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from turia.backbone import event_calendar
from turia.backbone.access import DAY_MS, LETTER_MS, Access, Minted, spaced
from turia.backbone.journal import Journal
from turia.backbone.letter_facts import facts_of
from turia.backbone.letter_texts import Text, text_of
from turia.backbone.letters import Content, Envelope, compose
from turia.backbone.post import Post, PostError
from turia.clock import Clock
from turia.errors import Refused
from turia.event.entries import EVENT, EVENT_MAIL, Entry, person_stream
from turia.event.mail import Mail, Posted, Template
from turia.event.people import Registration
from turia.event.posting import MarkLetter
from turia.event.settings import Info

log = logging.getLogger(__name__)

#: Pauses before the next attempt, seconds; after the last one a letter has failed.
PAUSES_S: Final = (10.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 43_200.0)
#: Letters under way at once.
_AT_ONCE: Final = 4
_URGENT: Final = frozenset({Template.CONFIRM, Template.SIGN_IN, Template.TEST})
_INVITATION_MS: Final = 60 * DAY_MS
#: Looked at again after this long even if nobody calls, seconds.
_IDLE_S: Final = 60.0


class _Undeliverable(Exception):  # noqa: N818 - a fact about one letter
    """There is nobody to send it to."""


class Mailer:
    """``take_up()`` once the journal is open, then ``start()``; ``await close()`` before it. ``base``: address of the
    venue's page.

    ``elsewhere_s``: letters that another server decided are left to it for so long, seconds.
    ``also``: called at each round, for work that makes letters (reminders).
    """

    def __init__(
        self,
        journal: Journal,
        access: Access,
        post: Post,
        clock: Clock,
        *,
        base: str,
        sender: str = "",
        elsewhere_s: float = 0.0,
        also: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._journal = journal
        self._access = access
        self._post = post
        self._clock = clock
        self._base = base.rstrip("/")
        self._host = urlsplit(base).hostname or "localhost"
        self._sender = sender
        self._elsewhere_s = elsewhere_s
        self._also = also
        #: Letters that wait, and when each is tried next (monotonic seconds).
        self._due: dict[str, float] = {}
        #: Those of them that somebody waits for at a screen, in their order.
        self._urgent: dict[str, None] = {}
        #: Deleted with their people; copies of them are not gone yet.
        self._deleted: list[str] = []
        #: Left, but not yet marked: the database did not take it.
        self._left: dict[str, MarkLetter] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go on by itself."""
        self._task = asyncio.create_task(self._run(), name="turia mailer")

    def take_up(self) -> None:
        """Queue what waits in the state, and listen for more."""
        for key, letter in self._journal.state.all(EVENT_MAIL, Mail).items():
            if letter.posted is Posted.QUEUED:
                self._queue(key, letter)
        self._journal.listen(self._heard)

    def _queue(self, key: str, letter: Mail) -> None:
        wait = self._elsewhere_s if self._journal.elsewhere else 0.0
        self._due[key] = self._clock.monotonic() + wait
        if letter.template in _URGENT:
            self._urgent[key] = None

    async def close(self) -> None:
        """Stop; a letter that is just leaving may leave again at the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def _heard(self, entries: list[Entry]) -> None:
        for entry in entries:
            letter = entry.value
            if entry.stream != EVENT_MAIL or entry.kind != Mail.kind:
                continue
            if letter is None:
                self._gone(entry.key)
                self._deleted.append(entry.key)
                self._wake.set()
            elif isinstance(letter, Mail) and letter.posted is Posted.QUEUED and not letter.attempts:
                self._queue(entry.key, letter)
                self._wake.set()

    # -- rounds ------------------------------------------------------------------------------------
    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                pause = await self.step()
            except Exception:
                log.exception("a round of letters failed")
                pause = _IDLE_S
            # not wait_for: in Python 3.11 it forgets a cancellation that comes together with what it waits for
            alarm = asyncio.get_running_loop().call_later(min(pause, _IDLE_S), self._wake.set)
            await self._wake.wait()
            alarm.cancel()

    async def step(self) -> float:
        """Send all that is due; seconds until the next is."""
        if self._also is not None:
            await self._also()
        await self._forget()
        for key in list(self._left):
            await self._mark(self._left[key])
        while batch := self._next():
            await asyncio.gather(*(self._deliver(key) for key in batch))
        waiting = [max(0.0, at - self._clock.monotonic()) for at in self._due.values()]
        return min(waiting, default=_IDLE_S)

    async def _forget(self) -> None:
        while self._deleted:
            try:
                await self._post.forget(self._deleted[-1])
            except PostError as error:
                log.warning("a deleted letter is still there", extra={"why": error.why})
                return
            self._deleted.pop()

    def _next(self) -> list[str]:
        """Letters that are due, those first that somebody waits for at a screen."""
        now = self._clock.monotonic()
        keys = (key for of in (self._urgent, self._due) for key in of if self._due.get(key, math.inf) <= now)
        return list(dict.fromkeys(islice(keys, _AT_ONCE)))

    async def _deliver(self, key: str) -> None:
        letter = self._journal.state.get(EVENT_MAIL, Mail, key)
        if letter is None or letter.posted is not Posted.QUEUED or key in self._left:
            self._gone(key)
            return
        attempts = letter.attempts + 1
        try:
            posted = await self._send(key, letter)
        except _Undeliverable as nobody:
            await self._failed(key, attempts, str(nobody), final=True)
        except PostError as error:
            await self._failed(key, attempts, error.why, final=error.final)
        except Refused as refused:  # the link could not be kept: that passes
            await self._failed(key, letter.attempts, refused.message, final=False)
        else:
            self._gone(key)
            if self._journal.state.get(EVENT_MAIL, Mail, key) is None:  # deleted while it was on its way
                self._deleted.append(key)
            await self._mark(MarkLetter(letter=key, posted=posted, attempts=attempts))

    async def _failed(self, key: str, attempts: int, why: str, *, final: bool) -> None:
        if final or attempts > len(PAUSES_S):
            self._gone(key)
            log.warning("a letter could not be sent", extra={"letter": key, "why": why})
            await self._mark(MarkLetter(letter=key, posted=Posted.FAILED, attempts=attempts, error=why))
            return
        self._due[key] = self._clock.monotonic() + PAUSES_S[max(attempts, 1) - 1]
        await self._mark(MarkLetter(letter=key, posted=Posted.QUEUED, attempts=attempts, error=why))

    def _gone(self, key: str) -> None:
        self._due.pop(key, None)
        self._urgent.pop(key, None)

    async def _mark(self, mark: MarkLetter) -> None:
        try:
            await self._journal.do("mail.mark", mark)
            self._left.pop(mark.letter, None)
        except Refused:
            if mark.posted is not Posted.QUEUED:
                self._left[mark.letter] = mark

    # -- one letter --------------------------------------------------------------------------------
    async def _send(self, key: str, letter: Mail) -> Posted:
        state = self._journal.state
        registration = state.get(person_stream(letter.person), Registration, letter.person) if letter.person else None
        if letter.person and registration is None:
            raise _Undeliverable("The registration was deleted.")
        address = letter.address or (registration.email if registration else "")
        if not address:
            raise _Undeliverable("There is no address to send it to.")
        facts = facts_of(state, letter, registration)
        text = text_of(letter.template, facts)
        link, minted = await self._link(letter, text, address)
        at = int(self._clock.wall() * 1_000)
        # A new address is not known yet as his: his code works with the old one alone.
        code = spaced(minted.code) if minted and text.code and not letter.address else ""
        calendar = event_calendar.event_file(state, self._base, self._host, at) if text.calendar else None
        info = state.get(EVENT, Info, "info")
        contact = info.contact_email if info else ""
        try:
            message = compose(
                Envelope(
                    to=address,
                    name=facts.name,
                    sender=self._sender or contact or f"no-reply@{self._host}",
                    sender_name=facts.event,
                    reply_to=contact,
                    key=key,
                    host=self._host,
                    at=at,
                ),
                Content(text=text, link=link, code=code, calendar=calendar, foot=f"{facts.event}\n{self._base}/"),
            )
            message.as_bytes()
        except ValueError as error:
            raise _Undeliverable(f"This address cannot be written to: {error}") from None
        return await self._post.send(key, message)

    async def _link(self, letter: Mail, text: Text, address: str) -> tuple[str, Minted | None]:
        """The link of a letter, fresh where it opens something, and what was minted for it."""
        if text.page:
            return f"{self._base}{text.page}", None
        if not text.button:
            return "", None
        if letter.template is Template.INVITATION:
            purpose = f"invitation:{dict(letter.details).get('invitation', '')}"
            minted = await self._access.mint("", address, purpose, _INVITATION_MS)
        else:
            minted = await self._access.mint(letter.person, address, str(letter.template), LETTER_MS)
        return f"{self._base}/sign-in#{minted.token}", minted
