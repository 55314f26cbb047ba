"""The composition root: builds everything in order, starts it, stops it in reverse.

::

    socket -> settings as they really are -> certificate -> bundle and client -> key, passes, tickets
           -> store, journal -> space -> gateway -> web site
           -> the state is loaded -> ticks -> accepting connections -> bots

Whatever is wrong with what the organiser gave (port, certificate, folders, bundle) is a TuriaError whose sentence says
what to do; the command prints it and returns 2.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
import socket
import ssl
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import uvloop
from aiohttp import web

from turia import folders, logs
from turia.backbone.captioning import Captioning
from turia.backbone.captioning_engine import recognisers_of
from turia.backbone.drawing import Drawing
from turia.backbone.erasing import Eraser
from turia.backbone.first_start import first_start, move_talks
from turia.backbone.following import Following
from turia.backbone.journal import Journal
from turia.backbone.leaving_air import LeavingAir
from turia.backbone.leaving_hands import LeavingHands
from turia.backbone.post import MAIL_FOLDER, how
from turia.backbone.recording import Recorder
from turia.backbone.timetable import Timetable
from turia.backbone.waiting import WaitingRooms
from turia.bots_process import BotsProcess
from turia.captioning.opus import OpusDecoder
from turia.clock import Clock, SystemClock
from turia.errors import Refused, StartError
from turia.gateway.acting import room_of
from turia.gateway.gateway import Gateway
from turia.gateway.media_frames import on_the_line
from turia.gateway.media_plane import MediaPlane
from turia.gateway.media_rights import EventRights
from turia.gateway.settings import GatewaySettings
from turia.media.relay import Relay
from turia.recording.folder import RecordingsFolder
from turia.settings import Settings
from turia.slides.folder import DecksFolder
from turia.store.open import open_store
from turia.store.sql_credentials import SqlCredentials
from turia.venue.bundle import load_bundle
from turia.web import building, keys, listening
from turia.web.addresses import Proxies, allowed_origins, is_local
from turia.web.auth import Passes, ResumeTickets, Signer
from turia.web.connections import Gate, Site, make_runner, watch
from turia.web.context import Context
from turia.web.rates import Rates
from turia.web.reception import Reception
from turia.web.site import add_pages, create_site
from turia.world.audibility import Audibility
from turia.world.earshot import Earshot
from turia.world.layout import Layout
from turia.world.space import Space

log = logging.getLogger(__name__)

#: Saying goodbye to everybody in the gateway.
_DRAIN_S: Final = 4.0
#: The same on the media plane, before it.
_MEDIA_DRAIN_S: Final = 1.0
#: Waiting for requests under way; aiohttp waits up to twice this. Together with the drain: under 10 s.
_FINISH_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What was built, before anything runs."""

    settings: Settings
    sock: socket.socket
    tls: ssl.SSLContext | None
    journal: Journal
    eraser: Eraser
    timetable: Timetable
    waiting: WaitingRooms
    leaving_air: LeavingAir
    leaving_hands: LeavingHands
    drawing: Drawing
    recorder: Recorder
    reception: Reception
    layout: Layout
    gateway: Gateway
    media: MediaPlane
    gate: Gate
    site: web.Application


def build(settings: Settings, *, clock: Clock, rng: np.random.Generator) -> Parts:
    """Everything, in order; raises TuriaError. The socket is bound, but nobody is listened to yet."""
    sock = listening.bind(settings)
    try:
        settings = replace(settings, port=sock.getsockname()[1])
        settings = replace(settings, allowed_origins=allowed_origins(settings))
        return _build(settings, sock, clock, rng)
    except BaseException:
        sock.close()
        raise


def _build(settings: Settings, sock: socket.socket, clock: Clock, rng: np.random.Generator) -> Parts:
    if settings.bots and not settings.guests:
        raise StartError("Bots enter as guests, but guests may not enter. Add --guests or --demo, or leave --bots out.")
    tls = listening.tls_context(settings)
    bundle = load_bundle(folders.venue_dir(settings))
    venue = building.venue_files(bundle)
    key = keys.signing_key(settings.data_dir)
    signer = Signer(key, clock)
    store = open_store(settings, clock)
    journal = Journal(store, clock)
    reception = Reception(journal, SqlCredentials(store.database), Passes(signer), settings, key, clock)
    gateway_settings = _gateway_settings(settings, venue.id)
    space = Space(bundle.layout, bundle.walk, capacity=settings.capacity)
    gateway = Gateway(
        space,
        authenticator=reception.identity,
        tickets=ResumeTickets(signer, clock),
        settings=gateway_settings,
        clock=clock,
        rng=rng,
        journal=journal,
    )
    media = MediaPlane(
        gateway.house,
        relay=Relay(on_the_line),
        rights=EventRights(journal, reception.identity.actor_of),
        authenticator=reception.identity,
        settings=replace(gateway_settings, drain_s=_MEDIA_DRAIN_S),
        audibility=Audibility(Earshot(bundle.layout, space.avatars, space.regions), settings.capacity),
    )
    drawing = Drawing(journal, DecksFolder(settings.data_dir))
    recorder = Recorder(journal, RecordingsFolder(settings.data_dir), media, clock)
    proxies = Proxies(settings.trusted_proxies)
    ctx = Context(
        settings=settings,
        clock=clock,
        journal=journal,
        reception=reception,
        venue=venue,
        drawing=drawing,
        recorder=recorder,
        client=building.client_files(folders.client_dir(settings)),
        proxies=proxies,
        rates=Rates(settings.api_per_minute),
        gate=Gate(settings, proxies),
        population=lambda: gateway.stats.people,
        ready=lambda: gateway.ready,
        figures=lambda: gateway.stats.figures() | media.figures(),
        mail=how(settings),
        interim=media.interim,
        monitor=media.overview,
        stands_in=lambda person: room_of(gateway.house, person),
    )
    reception.sign_ins.ended = gateway.renew
    site = create_site(ctx)
    gateway.attach(site)
    media.attach(site)
    add_pages(site)
    eraser = Eraser(journal, store, settings.data_dir / MAIL_FOLDER)
    timetable = Timetable(journal)
    waiting = WaitingRooms(journal, clock, gateway.is_here)
    leaving_air = LeavingAir(journal, clock, gateway.is_here)
    leaving_hands = LeavingHands(journal, clock, gateway.is_here)
    return Parts(
        settings,
        sock,
        tls,
        journal,
        eraser,
        timetable,
        waiting,
        leaving_air,
        leaving_hands,
        drawing,
        recorder,
        reception,
        bundle.layout,
        gateway,
        media,
        ctx.gate,
        site,
    )


def _gateway_settings(settings: Settings, venue: str) -> GatewaySettings:
    return GatewaySettings(
        venue=venue,
        capacity=settings.capacity,
        allowed_origins=settings.allowed_origins,
        trusted_proxies=settings.trusted_proxies,
        max_connections=settings.max_connections,
        max_connections_per_address=settings.max_connections_per_address,
        drain_s=_DRAIN_S,
    )


class Server:
    """The parts, running: ``await start()``, then ``url`` answers; ``await stop()`` undoes it within 10 s."""

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, rng: np.random.Generator | None = None
    ) -> None:
        self._parts = build(settings, clock=clock or SystemClock(), rng=rng or np.random.default_rng())
        self._undo = contextlib.AsyncExitStack()

    @property
    def settings(self) -> Settings:
        """As they really are: port and origins filled in."""
        return self._parts.settings

    @property
    def urls(self) -> list[str]:
        """Addresses of the page, the one for this machine first."""
        return listening.urls(self._parts.settings)

    async def organiser_link(self) -> str:
        """The one-time link for the first organiser; "" once there is one."""
        return await self._parts.reception.organiser_link()

    async def start(self) -> None:
        """Load the state, run the ticks, accept connections, start the bots. Raises StartError."""
        parts, undo = self._parts, self._undo
        undo.callback(parts.sock.close)
        await parts.journal.open()
        undo.push_async_callback(parts.journal.close)
        await move_talks(parts.journal)
        await first_start(parts.journal, parts.settings, parts.layout)
        parts.eraser.start()
        undo.push_async_callback(parts.eraser.close)
        with contextlib.suppress(Refused):  # a busy database: it is asked again a second later
            await parts.timetable.follow()  # doors are right before the first person comes back
        for shell in (parts.timetable, parts.waiting, parts.leaving_air, parts.leaving_hands):
            shell.start()
            undo.push_async_callback(shell.close)
        await parts.drawing.start()
        undo.push_async_callback(parts.drawing.close)
        await parts.recorder.start()
        undo.push_async_callback(parts.recorder.close)
        if parts.settings.captions_model is not None:
            make = await asyncio.to_thread(recognisers_of, parts.settings.captions_model)
            captioning = Captioning(parts.journal, parts.media, make, OpusDecoder)
            captioning.start()
            undo.push_async_callback(captioning.close)
        await parts.reception.open()
        undo.push_async_callback(parts.reception.close)
        following = Following(
            parts.journal.look, *([parts.reception.sign_ins.follow] if parts.settings.database else [])
        )
        following.start()
        undo.push_async_callback(following.close)
        runner = make_runner(parts.site, parts.settings, _FINISH_S)
        undo.push_async_callback(runner.cleanup)
        await runner.setup()
        if runner.server is None:
            raise RuntimeError("aiohttp made no server")
        watch(runner.server, parts.gate)
        await parts.gateway.start()
        undo.push_async_callback(parts.gateway.stop)
        await parts.media.start()
        undo.push_async_callback(parts.media.stop)
        site = Site(runner, parts.sock, parts.tls)
        await site.start()
        undo.push_async_callback(site.stop)
        if parts.settings.bots:
            bots = BotsProcess(parts.settings.bots, self.urls[0], insecure=parts.settings.tls)
            await bots.start()
            undo.push_async_callback(bots.stop)

    async def stop(self) -> None:
        """Bots away, stop accepting, tell everybody to come back, finish requests, close."""
        await self._undo.aclose()


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once."""
    server = Server(settings)
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()

    def ask() -> None:
        asked.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
    try:
        await server.start()
        await _announce(server)
        await asked.wait()
        log.info("stopping")
    finally:
        await server.stop()
    log.info("stopped")


async def _announce(server: Server) -> None:
    settings = server.settings
    link = await server.organiser_link()
    log.info("listening", extra={"url": server.urls[0], "profile": settings.profile, "capacity": settings.capacity})
    lines = [f"Turia is open: {server.urls[0]}"]
    lines += [f"     from elsewhere: {url}" for url in server.urls[1:]]
    if settings.tls_self_signed:
        lines.append("The certificate is self-signed: the browser warns once; choose to go on.")
    if settings.guests and not is_local(settings.host):
        lines.append("Anybody who reaches it may enter with a name of their own choosing (guests = true).")
    if link:
        lines += ["", f"Nobody organises this event yet. Whoever opens this link first does: {link}", ""]
    lines.append("Press Ctrl+C to stop.")
    print("\n".join(lines), flush=True)


def raise_file_limit() -> None:
    """A connection is a file descriptor: take as many as the system lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run(settings: Settings) -> None:
    """Serve until told to stop. Raises TuriaError when the server cannot start."""
    logs.set_up(settings.log_format, settings.log_level)
    raise_file_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings))
