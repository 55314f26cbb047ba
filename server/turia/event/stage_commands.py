"""Going on air and off, being called on stage, and what the big screen shows."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import grants, hands, names, recordings, talks
from turia.event.admission_rules import policies_of
from turia.event.commands import Actor, Answer, Command, Decision, Key, Line, Moment, Query, command, decided, query
from turia.event.decks import SlideShow, shown_in
from turia.event.entries import Change, delete, put, room_stream, talk_stream
from turia.event.roles import Permission
from turia.event.scopes import Scope
from turia.event.settings import StageRule
from turia.event.stage import (
    MOST_CALLED,
    MOST_ON_AIR,
    STAGE_SOURCES,
    Airs,
    Layout,
    OnAir,
    ScreenLayout,
    StageCall,
    StageSource,
    on_air,
)
from turia.event.state import State
from turia.event.talks import OfSession, of_session

#: People who are taken off air in one go.
_MOST_FORGOTTEN: Final = 2_000

Sources = Annotated[tuple[StageSource, ...], Meta(max_length=len(STAGE_SOURCES))]


class CallOnStage(Command, frozen=True):
    """Whom to call."""

    session: Key
    person: Key


class GoOnAir(Command, frozen=True):
    """``sources``: what is to be seen and heard; may be empty for somebody who shows slides and writes."""

    session: Key
    sources: Sources = ()


class TakeOff(Command, frozen=True):
    """``reason`` is shown to the person."""

    session: Key
    person: Key
    reason: Line = ""


class SetLayout(Command, frozen=True):
    """``layout`` None: everybody's own choice again. ``focus``: somebody on air, "" whoever speaks."""

    session: Key
    layout: Layout | None
    focus: Annotated[str, Meta(max_length=64)] = ""


class ForgetOnAir(Command, frozen=True):
    """People who left the venue."""

    room: Key
    people: Annotated[tuple[Key, ...], Meta(max_length=_MOST_FORGOTTEN)]


class Aired(Answer, frozen=True):
    """``since``: on air since then, milliseconds of the event's clock."""

    session: str
    since: int
    sources: tuple[StageSource, ...]


class SpeakersOf(Query, frozen=True):
    """``session``: of the programme."""

    session: Key


class NamedSpeaker(Answer, frozen=True):
    """Somebody who may go on air. ``own``: by the programme or a role in this session or room, not in all the event."""

    person: str
    name: str
    own: bool


class ListedSpeakers(Answer, frozen=True):
    """Everybody who may go on air in a session now: its own people first, then by name."""

    speakers: tuple[NamedSpeaker, ...]


@query("stage.speakers", permission=Permission.STAGE_DIRECT, scope=of_session, answer=ListedSpeakers)
def speakers(state: State, given: SpeakersOf, by: Actor, moment: Moment) -> ListedSpeakers:
    """Who can be called on stage: those whom the programme names, and whoever has the role by invitation or grant."""
    del by
    scope = of_session(state, given)
    programme = state.view(grants.Appearances)
    appearing = [each for each in programme.people() if any(key == given.session for _, key in programme.of(each))]
    people = dict.fromkeys((*appearing, *state.view(grants.Grants).people()))
    found = [
        NamedSpeaker(each, talks.name_of(state, each), each in appearing or _works_here(state, each, scope))
        for each in people
        if talks.holds(state, each, Permission.STAGE_SPEAK, scope, moment)
    ]
    return ListedSpeakers(tuple(sorted(found, key=lambda each: (not each.own, each.name.casefold(), each.person))))


@command("stage.call", permission=Permission.STAGE_DIRECT, scope=of_session)
def call(state: State, given: CallOnStage, by: Actor, moment: Moment) -> Decision:
    """Call a speaker on stage; calling again is fine. He accepts by going on air, or declines."""
    session = talks.running(state, given.session)
    scope, stream = Scope(session.room, given.session), room_stream(session.room)
    name = talks.somebody(state, given.person)
    if not talks.holds(state, given.person, Permission.STAGE_SPEAK, scope, moment):
        raise Refused(
            "no_speaker",
            f"{name} is no speaker of “{session.title}”. Give him the microphone, or ask an organiser for the role.",
        )
    known = state.get(stream, StageCall, given.person)
    if known is not None and known.session == given.session and not known.declined:
        return decided()
    if len(state.items(stream, StageCall)) >= MOST_CALLED and known is None:
        raise Refused("too_many_called", f"{MOST_CALLED} people are called already. Take one off first.")
    text = f"You are called on stage in “{session.title}”."
    return decided(
        put(stream, given.person, StageCall(given.session, by.person, moment.event_at, name)),
        talks.told(given.person, moment, "stage_call", text, scope),
    )


@command("stage.decline", permission=Permission.EVENT_ENTER)
def decline(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Do not come on stage now."""
    del moment
    stream = room_stream(of_session(state, given).room)
    known = state.get(stream, StageCall, by.person)
    if known is None or known.session != given.session or known.declined:
        return decided()
    return decided(put(stream, by.person, msgspec.structs.replace(known, declined=True)))


@command("stage.go_on_air", permission=Permission.STAGE_SPEAK, scope=of_session, answer=Aired)
def go_on_air(state: State, given: GoOnAir, by: Actor, moment: Moment) -> Decision:
    """Go on air in a live session; who is on air already changes what he sends."""
    session = talks.live(state, given.session)
    scope, sources = Scope(session.room, given.session), _in_order(given.sources)
    there = on_air(state, session.room, by.person, given.session)
    if there is None:
        _check_called(state, by, scope, moment)
        _check_place(state, by, scope)
    _check_consent(state, by, scope)
    since = there.since if there else moment.event_at
    wanted = OnAir(given.session, since, sources, talks.name_of(state, by.person))
    changes = [] if wanted == there else [put(room_stream(session.room), by.person, wanted)]
    if there is None:
        changes += hands.down(state, by.person)
    return decided(*changes, answer=Aired(given.session, since, sources))


@command("stage.change_sources", permission=Permission.STAGE_SPEAK, scope=of_session, answer=Aired)
def change_sources(state: State, given: GoOnAir, by: Actor, moment: Moment) -> Decision:
    """Switch camera, microphone, screen or film on or off while on air."""
    del moment
    room = of_session(state, given).room
    there = on_air(state, room, by.person, given.session)
    if there is None:
        raise Refused("not_on_air", "You are not on air. Go on air first.")
    wanted = msgspec.structs.replace(there, sources=_in_order(given.sources))
    changes = [] if wanted == there else [put(room_stream(room), by.person, wanted)]
    return decided(*changes, answer=Aired(given.session, there.since, wanted.sources))


@command("stage.leave_air", permission=Permission.EVENT_ENTER)
def leave_air(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Go off air. Where the chair calls people on stage, one must be called anew."""
    del moment
    room = of_session(state, given).room
    if on_air(state, room, by.person, given.session) is None:
        return decided()
    return decided(*_off(state, room, by.person, given.session))


@command("stage.take_off", permission=Permission.STAGE_DIRECT, scope=of_session)
def take_off(state: State, given: TakeOff, by: Actor, moment: Moment) -> Decision:
    """Take somebody off air, and his slides off the screen; or take back that he was called."""
    scope = of_session(state, given)
    changes = _off(state, scope.room, given.person, given.session)
    if not changes:
        raise Refused("not_on_air", "This person is neither on air nor called any more.")
    if on_air(state, scope.room, given.person, given.session) is not None and given.person != by.person:
        reason = names.line(given.reason, "reason", 200)
        text = "The chair took you off air." + (f" {reason}" if reason else "")
        changes.append(talks.told(given.person, moment, "taken_off_air", text, scope))
    shown = shown_in(state, given.session)
    if shown is not None and shown.presenter == given.person:
        changes.append(delete(talk_stream(given.session), SlideShow, given.session))
    return decided(*changes)


@command("stage.layout", permission=Permission.STAGE_DIRECT, scope=of_session)
def set_layout(state: State, given: SetLayout, by: Actor, moment: Moment) -> Decision:
    """Choose what the big screen shows, or leave it to everybody."""
    del by, moment
    session = talks.running(state, given.session)
    stream = room_stream(session.room)
    known = state.get(stream, ScreenLayout, session.room)
    if given.layout is None:
        return decided(*([] if known is None else [delete(stream, ScreenLayout, session.room)]))
    if given.focus and on_air(state, session.room, given.focus, given.session) is None:
        raise Refused("not_on_air", "This person is not on air any more. Choose somebody who is.")
    wanted = ScreenLayout(given.session, given.layout, given.focus)
    return decided(*([] if wanted == known else [put(stream, session.room, wanted)]))


@command("stage.forget", permission=Permission.NOBODY)
def forget(state: State, given: ForgetOnAir, by: Actor, moment: Moment) -> Decision:
    """Take people off air who left the venue, or lost the right to speak. Who was called stays called."""
    del by, moment
    return decided(*talks.forgotten(state, OnAir, given.room, given.people))


def _works_here(state: State, person: str, scope: Scope) -> bool:
    given = [each.scope for each in state.view(grants.Grants).of(person)]
    return any(each.session == scope.session or (each.room and each.room == scope.room) for each in given)


def _in_order(sources: tuple[StageSource, ...]) -> tuple[StageSource, ...]:
    return tuple(each for each in STAGE_SOURCES if each in sources)


def _check_called(state: State, by: Actor, scope: Scope, moment: Moment) -> None:
    if policies_of(state).stage_rule is not StageRule.CHAIR or by.system:
        return
    if talks.holds(state, by.person, Permission.STAGE_DIRECT, scope, moment):
        return
    known = state.get(room_stream(scope.room), StageCall, by.person)
    if known is None or known.session != scope.session or known.declined:
        raise Refused(
            "not_called", "In this event the chair calls people on stage. Wait for the call, or ask the chair."
        )


def _check_place(state: State, by: Actor, scope: Scope) -> None:
    airs = state.view(Airs)
    if airs.of(by.person):
        raise Refused("on_air_elsewhere", "You are on air in another room. Go off air there first.")
    if len(airs.in_room(scope.room)) >= MOST_ON_AIR:
        raise Refused(
            "stage_full", f"{MOST_ON_AIR} people are on air already, which is the most. Wait for one to leave."
        )


def _check_consent(state: State, by: Actor, scope: Scope) -> None:
    recording = recordings.recording_of(state, scope.session)
    if recording.state not in recordings.ARMED or recordings.may_record(state, by.person, scope.session):
        return
    text = recordings.text_of(state)
    raise Refused(
        "consent_needed",
        f"This session is recorded. Read “{text.title}” and agree to it before you go on air, or ask the chair to stop "
        "the recording.",
    )


def _off(state: State, room: str, person: str, session: str) -> list[Change]:
    stream = room_stream(room)
    called, there = state.get(stream, StageCall, person), state.get(stream, OnAir, person)
    return [
        delete(stream, type(each), person) for each in (there, called) if each is not None and each.session == session
    ]
