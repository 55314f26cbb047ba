"""Writing captions, correcting the last of them, and handing over to another captioner; the transcript."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import captions_text, names, sessions, talks
from turia.event.captions import CORRECTABLE, Caption, Captioner, CaptionSource, keys_of, line_of
from turia.event.captions_text import Cue
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Query, Text, command, decided, query
from turia.event.entries import Change, delete, put, room_stream, talk_stream
from turia.event.grants import Grants
from turia.event.programme import Session
from turia.event.roles import Permission
from turia.event.rooms import Phase, SessionRun
from turia.event.sessions import RUNNING
from turia.event.state import State
from turia.event.talks import OfSession, of_session
from turia.event.visibility import may_follow

MOST_LINE_CHARS: Final = 500
#: Lines of one session.
MOST_LINES: Final = 20_000
#: A line may come so long after it was said, so long before its end by the server's clock, and after the session's end.
OLDEST_MS: Final = 600_000
AHEAD_MS: Final = 10_000
LATE_MS: Final = 60_000
#: Lines of one page of a transcript.
PAGE_LINES: Final = 500

Milliseconds = Annotated[int, Meta(ge=0)]


class WriteCaption(Command, frozen=True, kw_only=True):
    """``at``, ``end_at``: when it was said, milliseconds of the event’s clock; 0: now. ``person``: who said it, ""
    nobody known; ``speaker``: his name, "" as he is registered."""

    session: Key
    text: Text
    at: Milliseconds = 0
    end_at: Milliseconds = 0
    speaker: Text = ""
    person: Annotated[str, Meta(max_length=64)] = ""
    source: CaptionSource = "human"


class CorrectCaption(Command, frozen=True, kw_only=True):
    """``text`` "": the line goes. ``speaker`` None: stays as it is."""

    session: Key
    caption: Key
    text: Text
    speaker: Text | None = None


class OfferCaptions(Command, frozen=True):
    """``person``: another captioner, "" takes the offer back."""

    session: Key
    person: Annotated[str, Meta(max_length=64)]


class CaptionersOf(Query, frozen=True):
    """``session``: of the programme."""

    session: Key


class NamedCaptioner(Answer, frozen=True):
    """Somebody who may write."""

    person: str
    name: str


class ListedCaptioners(Answer, frozen=True):
    """Everybody who may write the captions of a session now, by name."""

    captioners: tuple[NamedCaptioner, ...]


class Written(Answer, frozen=True):
    """``caption``: its key."""

    caption: str


class AskTranscript(Query, frozen=True):
    """``first``: where the page begins, in lines from 0. The pages of ``vtt`` one after the other are the file."""

    session: Key
    format: Literal["vtt", "text"] = "vtt"
    first: Annotated[int, Meta(ge=0)] = 0


class Transcript(Answer, frozen=True):
    """A page of it. ``next``: where the next one begins, 0 for the last. ``lines``: of all pages."""

    session: str
    text: str
    next: int
    lines: int


@command("caption.write", permission=Permission.CAPTIONS_WRITE, scope=of_session, answer=Written)
def write(state: State, given: WriteCaption, by: Actor, moment: Moment) -> Decision:
    """Write a line. Who writes while nobody does is the captioner from then on; a recogniser writes at any time."""
    session = _written(state, given.session, moment)
    text = names.line(given.text, "caption", MOST_LINE_CHARS)
    if not text:
        raise Refused("text_empty", "Write something.")
    if len(keys_of(state, given.session)) >= MOST_LINES:
        raise Refused("too_many_lines", f"This session has {MOST_LINES:,} lines of captions, which is the most.")
    at = given.at or moment.event_at
    end_at = given.end_at or max(at, moment.event_at)
    _check_times(at, end_at, moment)
    turn = _taken(state, given.session, session, by, moment) if given.source == "human" else []
    speaker = names.line(given.speaker, "speaker", 100) or talks.name_of(state, given.person)
    key = moment.new_id()
    line = Caption(given.session, text, at, end_at, speaker, given.person, by.person, given.source)
    return decided(*turn, put(talk_stream(given.session), key, line), answer=Written(key))


@command("caption.correct", permission=Permission.CAPTIONS_WRITE, scope=of_session)
def correct(state: State, given: CorrectCaption, by: Actor, moment: Moment) -> Decision:
    """Correct one of the last 20 lines, or take it out."""
    del by, moment
    line = line_of(state, given.session, given.caption)
    if line is None:
        raise Refused("unknown_caption", "This line was taken out already.")
    if given.caption not in _last(state, given.session):
        raise Refused("too_late", f"Only the last {CORRECTABLE} lines can be corrected.")
    text = names.line(given.text, "caption", MOST_LINE_CHARS)
    if not text:
        return decided(delete(talk_stream(given.session), Caption, given.caption))
    speaker = line.speaker if given.speaker is None else names.line(given.speaker, "speaker", 100)
    if (text, speaker) == (line.text, line.speaker):
        return decided()
    wanted = msgspec.structs.replace(line, text=text, speaker=speaker, edited=True)
    return decided(put(talk_stream(given.session), given.caption, wanted))


@command("caption.take", permission=Permission.CAPTIONS_WRITE, scope=of_session)
def take(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Write from now on, whoever did before."""
    session = talks.running(state, given.session)
    return decided(*_captions_of(state, given.session, session, by, moment))


@command("caption.offer", permission=Permission.CAPTIONS_WRITE, scope=of_session)
def offer(state: State, given: OfferCaptions, by: Actor, moment: Moment) -> Decision:
    """Offer the writing to another captioner; one writes on until he accepts."""
    session = talks.running(state, given.session)
    stream, scope = room_stream(session.room), of_session(state, given)
    now = state.get(stream, Captioner, given.session)
    if now is None or now.active != by.person:
        raise Refused("not_your_turn", "Only who writes the captions can hand them over. Take them first.")
    if given.person:
        name = talks.somebody(state, given.person)
        if given.person == by.person or not talks.holds(state, given.person, Permission.CAPTIONS_WRITE, scope, moment):
            raise Refused("no_captioner", f"{name} cannot take over. Choose another captioner of this session.")
    if now.next == given.person:
        return decided()
    changes: list[Change] = [put(stream, given.session, msgspec.structs.replace(now, next=given.person))]
    if given.person:
        mine = talks.name_of(state, by.person)
        text = f"{mine} hands the captions of “{session.title}” over to you: accept when you are ready."
        changes.append(talks.told(given.person, moment, "captions_offered", text, scope))
    return decided(*changes)


@command("caption.accept", permission=Permission.CAPTIONS_WRITE, scope=of_session)
def accept(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Take over what was offered."""
    session = talks.running(state, given.session)
    now = state.get(room_stream(session.room), Captioner, given.session)
    if now is not None and now.active == by.person:
        return decided()
    if now is None or now.next != by.person:
        raise Refused("not_offered", "The captions are not offered to you any more. Take them, if you must write now.")
    return decided(*_captions_of(state, given.session, session, by, moment))


@command("caption.stop", permission=Permission.CAPTIONS_WRITE, scope=of_session)
def stop(state: State, given: OfSession, by: Actor, moment: Moment) -> Decision:
    """Write no longer."""
    del moment
    stream = room_stream(of_session(state, given).room)
    now = state.get(stream, Captioner, given.session)
    return decided(*([] if now is None or now.active != by.person else [delete(stream, Captioner, given.session)]))


@query("captions.captioners", permission=Permission.CAPTIONS_WRITE, scope=of_session, answer=ListedCaptioners)
def captioners(state: State, given: CaptionersOf, by: Actor, moment: Moment) -> ListedCaptioners:
    """To whom the captions can be handed over, oneself included."""
    del by
    scope = of_session(state, given)
    found = [
        each
        for each in state.view(Grants).people()
        if talks.holds(state, each, Permission.CAPTIONS_WRITE, scope, moment)
    ]
    named = [NamedCaptioner(each, talks.name_of(state, each)) for each in found]
    return ListedCaptioners(tuple(sorted(named, key=lambda each: (each.name.casefold(), each.person))))


@query("captions.transcript", permission=Permission.EVENT_ENTER, answer=Transcript)
def transcript(state: State, given: AskTranscript, by: Actor, moment: Moment) -> Transcript:
    """What was said in a session, as WebVTT or as text, page by page; for whoever its door lets in."""
    if keys_of(state, given.session) and not may_follow(state, by, given.session, moment.event_at):
        raise Refused("not_allowed", "What was said here is for people whom the door of this room lets in. Ask there.")
    lines = lines_of(state, given.session)
    page = lines[given.first : given.first + PAGE_LINES]
    after = given.first + PAGE_LINES
    before = lines[given.first - 1] if 0 < given.first <= len(lines) else None
    cues = [captions_text.cue(each, live_at(state, given.session)) for each in page]
    text = _written_as(given.format, cues, first=not given.first, speaker=before.speaker if before else "")
    return Transcript(given.session, text, after if after < len(lines) else 0, len(lines))


def lines_of(state: State, session: str) -> list[Caption]:
    """The lines of a session by the time at which they were said."""
    return sorted(state.all(talk_stream(session), Caption).values(), key=lambda line: line.at)


def live_at(state: State, session: str) -> int:
    """When the session went live first, which is where its transcript begins; where it did not, its first line."""
    there = of_session(state, OfSession(session))
    run = state.get(room_stream(there.room), SessionRun, session)
    if run is not None and run.live_at:
        return run.live_at
    lines = lines_of(state, session)
    return lines[0].at if lines else 0


def _written_as(format_: str, cues: list[Cue], *, first: bool, speaker: str) -> str:
    if format_ == "vtt":
        return (captions_text.HEAD if first else "") + captions_text.vtt_cues(cues)
    return captions_text.text(cues, speaker=speaker, first=first)


def _written(state: State, key: str, moment: Moment) -> Session:
    """The session, while captions may still be written: the last words come a little after its end."""
    session = sessions.session_of(state, key)
    run = state.get(room_stream(session.room), SessionRun, key)
    phase = sessions.phase_of(state, key)
    late = phase is Phase.ENDED and run is not None and moment.event_at < run.since + LATE_MS
    if phase not in RUNNING and not late:
        raise Refused("not_running", f"“{session.title}” is not on: captions are written while it is.")
    return session


def _check_times(at: int, end_at: int, moment: Moment) -> None:
    if not moment.event_at - OLDEST_MS <= at <= end_at <= moment.event_at + AHEAD_MS:
        raise Refused(
            "bad_time",
            "This line is too old, ends before it begins, or lies ahead. Send milliseconds of the event’s clock, "
            "or 0 for now.",
        )


def _taken(state: State, key: str, session: Session, by: Actor, moment: Moment) -> list[Change]:
    """Whoever writes is the captioner; raises Refused while somebody else is."""
    now = state.get(room_stream(session.room), Captioner, key)
    if now is None:
        on = sessions.phase_of(state, key) in RUNNING
        return _captions_of(state, key, session, by, moment) if on else []
    if now.active != by.person:
        raise Refused(
            "not_your_turn",
            f"{talks.name_of(state, now.active) or 'Somebody else'} writes the captions. Take them over first.",
        )
    return []


def _captions_of(state: State, key: str, session: Session, by: Actor, moment: Moment) -> list[Change]:
    now = state.get(room_stream(session.room), Captioner, key)
    if now is not None and now.active == by.person and not now.next:
        return []
    mine = Captioner(by.person, moment.event_at)
    return [put(room_stream(session.room), key, mine)]


def _last(state: State, session: str) -> set[str]:
    backwards: Any = keys_of(state, session)  # see turia.event.reading
    return set(islice(reversed(backwards), CORRECTABLE))
