"""Everything between a person and the venue, put together: sign-ins, links and codes, identity, letters."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from turia.backbone.access import ORGANISER, ORGANISER_MS, Access
from turia.backbone.journal import Journal
from turia.backbone.mailer import Mailer
from turia.backbone.post import Post, make_post
from turia.backbone.reminders import Reminders
from turia.clock import Clock
from turia.event.admission_rules import organisers
from turia.settings import Settings
from turia.store.credentials import Credentials
from turia.web import listening
from turia.web.addresses import allowed_origins
from turia.web.auth import Passes
from turia.web.feeds import Feeds
from turia.web.identity import Identity
from turia.web.sign_ins import SignIns
from turia.web.sign_outs import SignOuts

#: Several servers may share a PostgreSQL database: each sends its own letters, and those of one that ended after this.
_ELSEWHERE_S: Final = 30.0


class Reception:
    """``await open()`` once the journal is, ``await close()`` before it. ``key``: 32 bytes apart from the database."""

    def __init__(
        self,
        journal: Journal,
        credentials: Credentials,
        passes: Passes,
        settings: Settings,
        key: bytes,
        clock: Clock,
        *,
        post: Post | None = None,
    ) -> None:
        self.passes = passes
        self.access = Access(credentials, key, clock)
        self.feeds = Feeds(key)
        self.sign_ins = SignIns(credentials, clock)
        self.identity = Identity(journal, self.sign_ins, passes, guests=settings.guests)
        here, self.base = addresses_of(settings)
        self._here = here
        self.mailer = Mailer(
            journal,
            self.access,
            post or make_post(settings),
            clock,
            base=self.base,
            sender=settings.smtp_from,
            elsewhere_s=_ELSEWHERE_S if settings.database else 0.0,
            also=Reminders(journal).step,
        )
        self._journal = journal
        self._sign_outs = SignOuts(journal, self.sign_ins, self.access)

    async def open(self, *, sending: bool = True) -> None:
        """Load who is signed in, listen to who leaves, and send letters (tests do it step by step)."""
        await self.sign_ins.open()
        await self._sign_outs.open()
        self.mailer.take_up()
        if sending:
            self.mailer.start()

    async def close(self) -> None:
        """Let what is under way end."""
        await self.mailer.close()
        await self._sign_outs.close()

    async def organiser_link(self) -> str:
        """The one-time link by which the first organiser comes in; "" once there is an organiser."""
        if organisers(self._journal.state):
            return ""
        await self.access.void("", ORGANISER)
        minted = await self.access.mint("", "", ORGANISER, ORGANISER_MS, uses=1)
        return f"{self._here}/sign-in#{minted.token}"


def addresses_of(settings: Settings) -> tuple[str, str]:
    """Origin of the venue for this machine, and as letters say it: the first of the origins that were set, else an
    address by which others on the network reach it."""
    own = allowed_origins(replace(settings, allowed_origins=()))
    if settings.allowed_origins and settings.allowed_origins != own:
        return settings.allowed_origins[0], settings.allowed_origins[0]
    urls = [url.rstrip("/") for url in listening.urls(settings)]
    return urls[0], urls[1] if len(urls) > 1 else urls[0]
