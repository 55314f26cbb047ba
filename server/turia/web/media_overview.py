"""How talks get on, for the staff: of each room that one works in, what comes, who gets it, and what to do about it.

Whoever reads what only the staff of a room reads (``room.staff``: its chairs, moderators and stewards, and organisers)
sees it. People who send are named, for everybody who watches sees their names. People who are stuck are named when they
stand in the room, where all can see them; who follows it from elsewhere is named for those who read the list of people.
No address of anybody is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from aiohttp import web

from turia.errors import Refused
from turia.event import sessions
from turia.event.commands import Actor
from turia.event.entries import EVENT
from turia.event.permissions import EVENT_SCOPE, permits
from turia.event.programme import Room
from turia.event.roles import Permission
from turia.event.rooms import Phase
from turia.event.scopes import Scope
from turia.event.stage import Airs
from turia.media import problems
from turia.media.health import AudienceSeen, Named, OnAirSeen, Problem, PublisherSeen, RefusedSeen, ServerSeen
from turia.web.auth import not_signed_in
from turia.web.context import Context, context
from turia.web.endpoints import Endpoint
from turia.web.guards import acting, check_read
from turia.web.wire import struct_answer

_NO_ROOM: Final = "There is no such room in the programme any more."
_NOT_ALLOWED: Final = (
    "This is for the staff of the room: its chairs, moderators and stewards. Ask an organiser for a role."
)


class RoomMedia(msgspec.Struct, frozen=True, kw_only=True):
    """A room with something on air. ``session``: what is on, "" nothing; ``live``: whether it is live; ``on_air``: the
    event's word. ``unnamed``: people who are stuck, beside those who are named."""

    room: str
    title: str
    session: str
    live: bool
    problems: tuple[Problem, ...]
    on_air: tuple[OnAirSeen, ...]
    publishers: tuple[PublisherSeen, ...]
    refused: tuple[RefusedSeen, ...]
    audience: AudienceSeen
    unnamed: int


class MediaOverview(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms with something on air, those with the worst problems first. ``rooms_looked_after``: how many rooms the
    asker may look at, whether anything is on there or not."""

    rooms: tuple[RoomMedia, ...]
    rooms_looked_after: int
    server: ServerSeen
    server_problems: tuple[Problem, ...]


async def overview(request: web.Request) -> web.Response:
    """GET /api/media: how talks get on, in all rooms that one works in, or in one. Needs ``room.staff`` there."""
    check_read(request)
    ctx, by = context(request), acting(request)
    if not by.person:
        raise not_signed_in()
    rooms = _rooms(ctx, by, request.query.get("room", ""))
    server = ctx.monitor.server()
    busy = {*ctx.monitor.busy()}
    shown = [await _room(ctx, by, key, room, server) for key, room in rooms if key in busy or _goes_on(ctx, key)]
    allowed = [each for each in shown if _may(ctx, by, Permission.ROOM_STAFF, each.room)]  # others ran in between
    allowed.sort(key=lambda each: _worst(each.problems))
    return struct_answer(
        MediaOverview(
            rooms=tuple(allowed),
            rooms_looked_after=len(rooms),
            server=server,
            server_problems=problems.of_server(server),
        )
    )


def _rooms(ctx: Context, by: Actor, only: str) -> list[tuple[str, Room]]:
    """Those that he may look at, in the order of the programme. Raises Refused when there is none."""
    every = ctx.journal.state.all(EVENT, Room)
    if only and only not in every:
        raise Refused("unknown_room", _NO_ROOM)
    wanted = [(only, every[only])] if only else sorted(every.items(), key=lambda each: (each[1].order, each[0]))
    found = [(key, room) for key, room in wanted if _may(ctx, by, Permission.ROOM_STAFF, key)]
    if not found and (only or not _may(ctx, by, Permission.ROOM_STAFF, "")):
        raise Refused("not_allowed", _NOT_ALLOWED)
    return found


def _may(ctx: Context, by: Actor, permission: Permission, room: str) -> bool:
    scope = Scope(room=room) if room else EVENT_SCOPE
    return permits(ctx.journal.state, by.person, permission, scope, ctx.journal.moment().event_at, guest=by.guest)


def _goes_on(ctx: Context, room: str) -> bool:
    return bool(ctx.journal.state.view(Airs).in_room(room))


async def _room(ctx: Context, by: Actor, key: str, room: Room, server: ServerSeen) -> RoomMedia:
    seen = await ctx.monitor.look(key)
    state, moment = ctx.journal.state, ctx.journal.moment()
    on = sessions.current(state, key)
    on_air = tuple(
        OnAirSeen(person, air.name, air.sources, max(0, moment.event_at - air.since))
        for person, air in state.view(Airs).in_room(key).items()
    )
    named = _nameable(ctx, by, key, seen.audience.stuck_people)
    return RoomMedia(
        room=key,
        title=room.title,
        session=on[1].title if on else "",
        live=on is not None and sessions.phase_of(state, on[0]) is Phase.LIVE,
        problems=problems.of_room(seen, on_air, server),
        on_air=on_air,
        publishers=seen.publishers,
        refused=seen.refused,
        audience=msgspec.structs.replace(seen.audience, stuck_people=named),
        unnamed=seen.audience.stuck - len(named),
    )


def _nameable(ctx: Context, by: Actor, room: str, people: Sequence[Named]) -> tuple[Named, ...]:
    """Those whose names he may see."""
    if people and _may(ctx, by, Permission.PEOPLE_READ, ""):
        return tuple(people)
    return tuple(each for each in people if ctx.stands_in(each.person) == room)


def _worst(found: Sequence[Problem]) -> int:
    return min(("bad", "warning", "note").index(each.severity) for each in found) if found else len(problems.ORDER)


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="/api/media",
        run=overview,
        tag="media",
        in_query=(("room", "Key of a room: only this one."),),
        answer=MediaOverview,
    ),
)
