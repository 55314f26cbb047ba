"""Recording a session: arming, pausing, agreeing to it; and what the recorder says. The moves are the table's."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import recordings, sessions, talks
from turia.event.admission_rules import policies_of
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Query, Text, command, decided, query
from turia.event.entries import person_stream, put, room_stream
from turia.event.microphones import MicGrant
from turia.event.people import Consent
from turia.event.recordings import Recording, Recordings, RecordingState
from turia.event.roles import Permission
from turia.event.rooms import Phase
from turia.event.stage import Airs
from turia.event.state import State
from turia.event.talks import OfSession, of_session

_DAY_MS: Final = 24 * 3_600_000
_MAX_MESSAGE_CHARS: Final = 500

Count = Annotated[int, Meta(ge=0)]


class AgreeToRecording(Command, frozen=True):
    """``version``: of the text that was shown. ``given`` False takes it back, from now on."""

    session: Key
    version: int
    given: bool = True


class RecordingBegun(Command, frozen=True):
    """``server``: which of several servers on one database records it; the first that says so does."""

    session: Key
    server: Annotated[str, Meta(max_length=64)] = ""


class RecordingFinished(Command, frozen=True, kw_only=True):
    """What there is to be watched. ``bytes``: of all files."""

    session: Key
    duration_ms: Count
    bytes: Count
    segments: Count


class RecordingFailed(Command, frozen=True):
    """``message``: what went wrong, and what to do."""

    session: Key
    message: Text


class RecordingMoved(Answer, frozen=True):
    """Where the recording stands now."""

    session: str
    state: RecordingState


class AskText(Query, frozen=True):
    """What does one agree to who is recorded?"""

    session: Key


class RecordingText(Answer, frozen=True):
    """``version``: what to agree to. ``agreed``: whether the asker did, for this session. ``days``: so long it is kept,
    0 without end."""

    title: str
    text: str
    version: int
    agreed: bool
    days: int


@query("recording.text", permission=Permission.EVENT_ENTER, answer=RecordingText)
def recording_text(state: State, given: AskText, by: Actor, moment: Moment) -> RecordingText:
    """The text that people agree to who are recorded, and whether I did."""
    del moment
    text = recordings.text_of(state)
    agreed = recordings.may_record(state, by.person, given.session)
    return RecordingText(text.title, text.text, text.version, agreed, policies_of(state).recording_days)


@command("recording.consent", permission=Permission.EVENT_ENTER)
def agree(state: State, given: AgreeToRecording, by: Actor, moment: Moment) -> Decision:
    """Agree to being recorded in a session, or take that back."""
    del moment
    session = sessions.session_of(state, given.session)
    text = recordings.text_of(state)
    if given.version != text.version:
        raise Refused("consent_stale", f"The text has changed: read “{text.title}” again and agree to it.")
    if recordings.may_record(state, by.person, given.session) == given.given:
        return decided()
    key = recordings.consent_key(given.session, text.version)
    consent = Consent(recordings.DOCUMENT, text.version, given.given, given.session)
    microphone = state.get(room_stream(session.room), MicGrant, by.person)
    told = microphone is not None and microphone.session == given.session and microphone.recorded != given.given
    shown = [msgspec.structs.replace(microphone, recorded=given.given)] if microphone is not None and told else []
    return decided(
        put(person_stream(by.person), key, consent),
        *(put(room_stream(session.room), by.person, each) for each in shown),
    )


@command("recording.arm", permission=Permission.RECORDING_ARM, scope=of_session, answer=RecordingMoved)
def arm(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Record the session once it is live. Who is on air or has the microphone and did not agree is asked, and not
    recorded until he does."""
    session = sessions.session_of(state, given.session)
    if sessions.phase_of(state, given.session) in (Phase.ENDED, Phase.CANCELLED):
        raise Refused("not_now", f"“{session.title}” is over. Open it again to record it.")
    version = recordings.text_of(state).version
    decision = _move(state, given.session, "arm", by, moment, text_version=version)
    text = f"“{session.title}” is about to be recorded. Agree to it, or you are left out of the recording."
    airs, microphones = state.view(Airs).in_room(session.room), state.all(room_stream(session.room), MicGrant)
    people = [person for person, each in airs.items() if each.session == given.session]
    people += [person for person, each in microphones.items() if each.session == given.session]
    asked = [
        talks.told(person, moment, "recording_consent", text, of_session(state, given))
        for person in dict.fromkeys(people)
        if not recordings.may_record(state, person, given.session)
    ]
    return decided(*decision.changes, *(asked if decision.changes else ()), answer=decision.answer)


@command("recording.disarm", permission=Permission.RECORDING_ARM, scope=of_session, answer=RecordingMoved)
def disarm(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Do not record the session after all."""
    return _move(state, given.session, "disarm", by, moment)


@command("recording.pause", permission=Permission.RECORDING_ARM, scope=of_session, answer=RecordingMoved)
def pause(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Off the record; captions go on."""
    return _move(state, given.session, "pause", by, moment)


@command("recording.resume", permission=Permission.RECORDING_ARM, scope=of_session, answer=RecordingMoved)
def resume(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """On the record again."""
    return _move(state, given.session, "resume", by, moment)


@command("recording.stop", permission=Permission.RECORDING_ARM, scope=of_session, answer=RecordingMoved)
def stop(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Enough is recorded; the session goes on."""
    return _move(state, given.session, "stop", by, moment)


@command("recording.begin", permission=Permission.NOBODY, answer=RecordingMoved)
def begin(state: State, given: RecordingBegun, by: Actor, moment: Moment) -> Decision:
    """The recorder writes from here on."""
    talks.live(state, given.session)
    return _move(state, given.session, "begin", by, moment, server=given.server)


@command("recording.finish", permission=Permission.NOBODY, answer=RecordingMoved)
def finish(state: State, given: RecordingFinished, by: Actor, moment: Moment) -> Decision:
    """It can be watched, for as many days as the policies say."""
    days = policies_of(state).recording_days
    return _move(
        state,
        given.session,
        "finish",
        by,
        moment,
        duration_ms=given.duration_ms,
        bytes=given.bytes,
        segments=given.segments,
        keep_until=moment.at + days * _DAY_MS if days else 0,
    )


@command("recording.fail", permission=Permission.NOBODY, answer=RecordingMoved)
def fail(state: State, given: RecordingFailed, by: Actor, moment: Moment) -> Decision:
    """It could not be recorded, or not be finished; what was written is kept."""
    return _move(state, given.session, "fail", by, moment, message=given.message[:_MAX_MESSAGE_CHARS])


@command("recording.prepare", permission=Permission.RECORDING_READ, scope=of_session, answer=RecordingMoved)
def prepare(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Try again to finish a recording that failed, as when the disk has space again."""
    return _move(state, given.session, "prepare", by, moment)


@command("recording.delete", permission=Permission.RECORDING_READ, scope=of_session, answer=RecordingMoved)
def delete_recording(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Delete a recording; its files go at once."""
    return _move(state, given.session, "delete", by, moment, duration_ms=0, bytes=0, segments=0, keep_until=0)


def _move(state: State, key: str, name: str, by: Actor, moment: Moment, **fields: object) -> Decision:
    """Doing again what was done already (two chairs press at once) is fine and changes nothing."""
    session = sessions.session_of(state, key)
    now = recordings.recording_of(state, key)
    if now.state is recordings.after(now, name):
        return decided(answer=RecordingMoved(key, now.state))
    recordings.check_move(session.title, now, name)
    changed: Recording = msgspec.structs.replace(recordings.moved(now, name, by.person, moment.event_at), **fields)
    room = state.view(Recordings).room_of(key) or session.room
    return decided(put(room_stream(room), key, changed), answer=RecordingMoved(key, changed.state))
