"""The web site without a gateway: pages, API and guards over a context made in memory, for tests of turia.web."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from turia.backbone.drawing import Draw, Drawing
from turia.backbone.journal import Journal
from turia.backbone.recording import Recorder
from turia.backbone.recording_tape import Tape
from turia.media.health import RoomSeen, ServerSeen
from turia.protocol.media import Interim
from turia.recording.folder import RecordingsFolder
from turia.settings import Settings
from turia.slides import safely
from turia.slides.folder import DecksFolder
from turia.store.credentials import MemoryCredentials
from turia.store.memory import MemoryStore
from turia.testing.manual_clock import ManualClock
from turia.testing.memory_post import MemoryPost
from turia.web import assets
from turia.web.addresses import Proxies
from turia.web.auth import Passes, Signer
from turia.web.connections import Gate
from turia.web.context import Context, VenueFiles
from turia.web.rates import Rates
from turia.web.reception import Reception
from turia.web.site import add_pages, create_site

#: The origin whose pages may use the site.
ORIGIN = "https://venue.example.org"
KEY = b"a key of thirty-two bytes, right"


class NobodySends:
    """A media plane without anybody on it."""

    def tap(self, room: str, tap: Tape) -> Callable[[], None]:  # noqa: ARG002
        """Nothing comes."""
        return lambda: None

    def ask_keys(self, room: str) -> None:
        """Nobody is asked."""


class NothingOn:
    """See :class:`turia.media.health.Monitor`; ``rooms`` and ``plane`` are what a test says."""

    def __init__(self) -> None:
        self.rooms: dict[str, RoomSeen] = {}
        self.plane = ServerSeen(
            flush_ms=1.0, flush_p99_ms=2.0, period_ms=20, skipped=0, bit_rate=0, lines=0, blocked=0, tracks=0
        )

    def busy(self) -> Collection[str]:
        """See Monitor."""
        return self.rooms

    async def look(self, room: str) -> RoomSeen:
        """See Monitor."""
        return self.rooms.get(room, RoomSeen())

    def server(self) -> ServerSeen:
        """See Monitor."""
        return self.plane


@dataclass
class Entrance:
    """Settings go in as keywords of :class:`turia.settings.Settings`; what the gateway would say is set here."""

    overrides: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, assets.Asset] | None = None
    clock: ManualClock = field(default_factory=ManualClock)
    people: int = 3
    ready: bool = True
    figures: dict[str, float] = field(default_factory=dict)
    #: Draws slides; in a child process unless a test does otherwise.
    draw: Draw = safely.draw
    #: Person -> the programme's room where he stands.
    standing: dict[str, str] = field(default_factory=dict)
    #: Interim captions that were shown: whose, and what.
    interims: list[tuple[str, Interim]] = field(default_factory=list)
    #: What the media plane says of rooms and of itself.
    monitor: NothingOn = field(default_factory=NothingOn)

    def __post_init__(self) -> None:
        self.settings = Settings(**{"allowed_origins": (ORIGIN,), "guests": True, **self.overrides})
        self.signer = Signer(KEY, self.clock)
        self.passes = Passes(self.signer)
        self.store = MemoryStore()
        self.journal = Journal(self.store, self.clock)
        self.credentials = MemoryCredentials()
        self.post = MemoryPost()
        self.reception = Reception(
            self.journal, self.credentials, self.passes, self.settings, KEY, self.clock, post=self.post
        )
        self.identity = self.reception.identity
        self.drawing = Drawing(self.journal, DecksFolder(self.settings.data_dir), self.draw)
        self.recorder = Recorder(self.journal, RecordingsFolder(self.settings.data_dir), NobodySends(), self.clock)
        bodies = {"venue.glb": b"glTF" * 50_000, "venue.json": b"{}", "walk.npz": b"npz"}
        files = {name: assets.compressed(assets.make(body, name, assets.FOREVER)) for name, body in bodies.items()}
        proxies = Proxies(self.settings.trusted_proxies)
        self.context = Context(
            settings=self.settings,
            clock=self.clock,
            journal=self.journal,
            reception=self.reception,
            venue=VenueFiles("0123456789abcdef", "Reference hall", "A model", files),
            drawing=self.drawing,
            recorder=self.recorder,
            interim=lambda person, text: self.interims.append((person, text)),
            monitor=self.monitor,
            stands_in=lambda person: self.standing.get(person, ""),
            client=self.client,
            proxies=proxies,
            rates=Rates(self.settings.api_per_minute),
            gate=Gate(self.settings, proxies),
            population=lambda: self.people,
            ready=lambda: self.ready,
            figures=lambda: self.figures,
        )

    def application(self) -> web.Application:
        """A fresh application over the context."""
        site = create_site(self.context)
        add_pages(site)
        site.cleanup_ctx.append(self._backbone)
        return site

    async def _backbone(self, _site: web.Application) -> AsyncIterator[None]:
        await self.journal.open()
        await self.drawing.start()
        await self.reception.open(sending=False)
        yield
        await self.reception.close()
        await self.drawing.close()
        await self.journal.close()
