"""What is wrong with a talk, in plain words and with what to do about it, the worst first. Pure: thresholds are here.

The one question behind all of it: is it the speaker, is it us, or is it somebody's own line? Only what comes to the
server and does not reach a viewer counts as stuck; what does not come to the server is the speaker's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from turia.media.health import (
    AudienceSeen,
    OnAirSeen,
    Problem,
    PublisherSeen,
    RefusedSeen,
    RoomSeen,
    ServerSeen,
    Severity,
    SourceSeen,
)

#: Nothing comes: every client sends a sign of life twice a second, of silence and of still pictures, too.
IDLE_MS: Final = 3_000
#: Announced, and nothing came yet: a browser may ask its owner for the camera first.
BEGIN_MS: Final = 8_000
#: On air by the programme's word, and no line.
ABSENT_MS: Final = 8_000
SILENT_MS: Final = 20_000
#: Whole pictures come every few seconds, and whenever somebody needs one; later than this nobody answers.
NO_KEY_MS: Final = 15_000
SLOW_MS: Final = 400
#: Pictures a second that look like moving ones, and that signs need (ACCESSIBILITY: at least 20; measured at 17 when a
#: window of two seconds is cut badly). Whoever pauses his camera sends two.
JERKY: Final = 10.0
SIGNS: Final = 17.0
PAUSED: Final = 3.0
#: Shares of viewers that are no longer their own affair, and from how many people on.
MANY: Final = 0.25
MANY_PEOPLE: Final = 3
MOST_REDUCED: Final = 0.5
#: Turns of ten seconds that a player's reserve cannot make up for: a tenth of them.
MANY_SKIPS: Final = 50
#: Writing to everybody takes too much of its period.
FULL_FLUSH: Final = 0.75
ORDER: Final = {"bad": 0, "warning": 1, "note": 2}
_WHAT: Final = {
    "camera": "picture",
    "microphone": "sound",
    "screen": "screen",
    "screen_audio": "sound of the screen",
    "film": "film",
    "film_audio": "sound of the film",
    "interpreter": "sign-language picture",
}
_DEVICE: Final = {
    "camera": "camera",
    "microphone": "microphone",
    "screen": "screen",
    "screen_audio": "screen",
    "film": "film",
    "film_audio": "film",
    "interpreter": "camera",
}
_LINE: Final = (
    "The line of {name} is down or very slow. It comes back by itself; after 10 s, ask {name} to reload the page."
)
#: Code of a refusal: what it means to others than its owner, what to do, and how bad it is.
_REFUSED: Final[dict[str, tuple[str, str, Severity]]] = {
    "muted": ("{name} is muted", "If {name} should be heard, unmute {name} under Talk, Stage.", "warning"),
    "audience_muted": (
        "{name} spoke, but the audience is muted",
        "Give {name} the microphone under Talk, Stage, or unmute the audience.",
        "note",
    ),
    "one_focus": ("{name} spoke during the talk", "Give {name} the microphone under Talk, Stage, if you wish.", "note"),
    "not_on_air": (
        "{name} sends the {device}, but is not on air",
        "Call {name} on stage under Talk, Stage.",
        "warning",
    ),
    "not_live": (
        "{name} wants to send the {device}, but the session is not live",
        "Start it, or go on with it, under Rooms, Manage.",
        "warning",
    ),
    "not_running": (
        "{name} wants to send the {device}, but the session is not open",
        "Open it under Rooms, Manage.",
        "warning",
    ),
    "not_allowed": (
        "{name} may not send the {device} here",
        "Ask an organiser to give {name} a role in this session, or give {name} the microphone.",
        "warning",
    ),
    "too_much": (
        "{name} sends more of the {device} than is taken",
        "Ask {name} to choose a smaller picture, or to turn the {device} off and on.",
        "bad",
    ),
    "already": (
        "{name} sends the {device} from another device or tab already",
        "Ask {name} to close the other one.",
        "warning",
    ),
}
_BROKEN: Final = (
    "What {name} sends from the {device} is broken and not taken ({code})",
    "Ask {name} to turn the {device} off and on; if it stays, to reload the page or use another browser.",
)


def of_room(seen: RoomSeen, on_air: Sequence[OnAirSeen], server: ServerSeen) -> tuple[Problem, ...]:
    """Everything that is wrong in a room, the worst first."""
    found = [
        *_absent(seen.publishers, on_air),
        *(problem for each in seen.publishers for problem in _of_publisher(each)),
        *_quiet(seen.publishers, on_air),
        *(_of_refusal(each) for each in seen.refused),
        *_of_audience(seen, server),
    ]
    return tuple(sorted(found, key=lambda each: ORDER[each.severity]))


def of_server(server: ServerSeen) -> tuple[Problem, ...]:
    """What is wrong with all rooms at once."""
    return tuple(sorted(_of_server(server), key=lambda each: ORDER[each.severity]))


# -- speakers ------------------------------------------------------------------------------------


def _absent(publishers: Sequence[PublisherSeen], on_air: Sequence[OnAirSeen]) -> Iterator[Problem]:
    """On air for the programme, and nothing of it here."""
    sending = {each.person for each in publishers}
    for each in on_air:
        if each.person in sending or not each.sources or each.for_ms < ABSENT_MS:
            continue
        text = f"{each.name} is on air with {_listed(each.sources)}, but nothing comes."
        advice = (
            f"The page of {each.name} is closed or has lost its line. Ask {each.name} to reload it and to go on air "
            "again, or take the person off under Talk, Stage."
        )
        yield Problem("bad", "absent", text, advice, each.person)


def _of_publisher(publisher: PublisherSeen) -> Iterator[Problem]:
    name, person, sources = publisher.name, publisher.person, publisher.sources
    still = [each for each in sources if each.idle_ms >= (IDLE_MS if each.begun else BEGIN_MS)]
    if len(still) == len(sources) > 1 and any(each.begun for each in sources):
        since = min(each.idle_ms for each in sources)
        text = f"Nothing has come from {name} for {_seconds(since)}."
        yield Problem("bad", "line_down", text, _LINE.format(name=name), person)
        still = []
    else:
        yield from (_stopped(publisher, each) for each in still)
    for each in sources:
        if each not in still and each.idle_ms < IDLE_MS:
            yield from _of_picture(publisher, each)
    if publisher.round_trip_ms is not None and publisher.round_trip_ms > SLOW_MS:
        text = f"The line of {name} is slow: {publisher.round_trip_ms} ms there and back."
        advice = f"Ask {name} to stop downloads, to use a cable, or to turn the camera off: sound needs little."
        yield Problem("warning", "slow_line", text, advice, person)


def _stopped(publisher: PublisherSeen, source: SourceSeen) -> Problem:
    name, what, device = publisher.name, _what(source.source), _device(source.source)
    if not source.begun:
        text = f"{_of(name)} {what} was announced {_seconds(source.idle_ms)} ago, and nothing has come."
        advice = f"{name} may have to allow the {device} in the browser. Ask {name} to turn it off and on."
        return Problem("bad", "not_begun", text, advice, publisher.person)
    text = f"{_of(name)} {what} has not come for {_seconds(source.idle_ms)}."
    advice = f"Ask {name} to turn the {device} off and on."
    if len(publisher.sources) == 1:
        advice += " If that is in vain, the line is down: ask to reload the page."
    return Problem("bad", "stopped", text, advice, publisher.person)


def _of_picture(publisher: PublisherSeen, source: SourceSeen) -> Iterator[Problem]:
    if source.media != "video" or not source.begun:
        return
    name, person, what = publisher.name, publisher.person, _what(source.source)
    rate = f"{source.frame_rate:.0f} pictures a second"
    if source.key_ms is not None and source.key_ms >= NO_KEY_MS and source.viewers:
        text = f"Whoever comes now misses {_of(name)} {what}: the last whole one is {_seconds(source.key_ms)} old."
        advice = f"Ask {name} to turn the {_device(source.source)} off and on."
        yield Problem("warning", "no_key", text, advice, person)
    if not source.frame_rate:  # it began a moment ago
        return
    if source.source == "interpreter" and source.frame_rate < SIGNS:
        text = f"{_of(name)} {what} has {rate}; signs need 20."
        advice = f"Ask {name} to close other programs, to use a cable, and to have more light."
        yield Problem("warning", "too_few_for_signs", text, advice, person)
    elif source.source == "camera" and source.frame_rate < PAUSED:
        text = f"{_of(name)} camera is paused, or can hardly be sent: {rate}."
        yield Problem("note", "paused", text, f"If {name} did not pause it, ask to close other programs.", person)
    elif source.source == "camera" and source.frame_rate < JERKY:
        text = f"{_of(name)} {what} is jerky: {rate}."
        advice = (
            f"The computer or the line of {name} is busy. Ask to close other programs, or to choose a smaller picture."
        )
        yield Problem("warning", "jerky", text, advice, person)
    if source.asked_bit_rate and source.viewers and source.behind / source.viewers >= MANY:
        few = f"the lines of {source.behind} of {source.viewers} people take no more"
        text = f"{_of(name)} {what} was made smaller: {few}."
        yield Problem("note", "sent_less", text, "Nothing is to be done: it grows again by itself.", person)


def _quiet(publishers: Sequence[PublisherSeen], on_air: Sequence[OnAirSeen]) -> Iterator[Problem]:
    """Nobody is heard though somebody should be. One who listens while another speaks is no problem."""
    sounds = [(each, source) for each in publishers for source in each.sources if source.media == "audio"]
    if not sounds:
        shown = [each for each in publishers if any(source.source == "camera" for source in each.sources)]
        names = _listed([each.name for each in shown])
        if shown and all(each.for_ms >= ABSENT_MS for each in on_air):
            advice = f"If {names} should be heard: ask to turn the microphone on at the desk."
            yield Problem("warning", "no_sound", f"Nobody sends sound here, only pictures come: of {names}.", advice)
        return
    coming = [(each, source) for each, source in sounds if source.idle_ms < IDLE_MS]
    if not coming or any((source.silent_ms or 0) < SILENT_MS for _, source in coming):
        return
    names = _listed(list(dict.fromkeys(each.name for each, _ in coming)))
    since = min(source.silent_ms or 0 for _, source in coming)
    text = f"Nobody has been heard for {_seconds(since)}. Sound comes from {names}, but it is silence."
    advice = "If somebody is speaking: ask to unmute at the desk, and to watch the level and the choice of microphone."
    yield Problem("warning", "silent", text, advice)


def _of_refusal(refused: RefusedSeen) -> Problem:
    broken: tuple[str, str, Severity] = (*_BROKEN, "bad")
    text, advice, severity = _REFUSED.get(refused.code, broken)
    words = {"name": refused.name, "device": _device(refused.source), "code": refused.code}
    return Problem(
        severity, f"refused_{refused.code}", f"{text.format(**words)}.", advice.format(**words), refused.person
    )


# -- viewers and the server ----------------------------------------------------------------------


def _of_audience(seen: RoomSeen, server: ServerSeen) -> Iterator[Problem]:
    audience = seen.audience
    watching = audience.viewers - audience.idle
    if audience.stuck:
        yield _stuck(audience, watching, server)
    less = audience.reduced + audience.sound_only
    if watching >= MANY_PEOPLE and less > MOST_REDUCED * watching:
        text = f"{less} of {watching} people get a smaller picture or sound only: their lines take no more."
        yield Problem(
            "note", "reduced", text, "Ask the speakers to choose a smaller picture, and describe what is shown."
        )
    if seen.publishers and not watching:
        yield Problem("note", "nobody", "Nobody watches at the moment.", "Nothing is to be done if that is expected.")


def _stuck(audience: AudienceSeen, watching: int, server: ServerSeen) -> Problem:
    many = audience.stuck >= MANY_PEOPLE and audience.stuck >= MANY * watching
    people = "1 person gets" if audience.stuck == 1 else f"{audience.stuck} people get"
    text = f"{people} nothing at the moment, of {watching} who watch. It comes here in order."
    if many and any(each.severity != "note" for each in _of_server(server)):
        advice = "It is us: see what is said of the server."
    elif many:
        advice = "If they sit in one place, it is their network; if not, the line of this server is full."
    else:
        advice = "It is their own lines or devices. Ask them to choose “Sound only” under Talk, or to reload the page."
    return Problem("bad" if many else "warning", "stuck", text, advice)


def _of_server(server: ServerSeen) -> Iterator[Problem]:
    short = "Stop other programs on the server. Fewer cameras at once help, too."
    if server.flush_p99_ms > FULL_FLUSH * server.period_ms or server.period_ms > 20:
        text = (
            f"The server is short of time: writing to everybody takes up to {server.flush_p99_ms:.0f} ms, "
            f"and should be done every {server.period_ms} ms."
        )
        yield Problem("bad" if server.period_ms > 20 else "warning", "server_busy", text, short)
    if server.skipped >= MANY_SKIPS:
        text = (
            f"The server had to leave out {server.skipped} turns in the last seconds: sound may stutter for everybody."
        )
        yield Problem("warning", "server_skips", text, short)
    if server.blocked >= MANY_PEOPLE and server.blocked >= MANY * server.lines:
        text = f"{server.blocked} of {server.lines} lines do not take what is sent."
        advice = "If people sit in different places, the line of this server is full: ask whoever runs it for more."
        yield Problem("bad", "lines_blocked", text, advice)


# -- words ---------------------------------------------------------------------------------------


def _what(source: str) -> str:
    return _WHAT.get(source, source.replace("_", " "))


def _device(source: str) -> str:
    return _DEVICE.get(source, source.replace("_", " "))


def _of(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _seconds(ms: int) -> str:
    seconds = ms // 1_000
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _listed(words: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
