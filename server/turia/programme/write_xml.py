"""Writes ``schedule.xml`` as frab, pretalx and voc's tools read it. Structs in, bytes out."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from turia.event import day, identity
from turia.event.plan import DAY_CHANGE_MIN, Plan
from turia.event.programme import Session
from turia.programme import texts, writing

#: What XML 1.0 cannot say at all.
_IMPOSSIBLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Days = list[tuple[date, dict[str, Session]]]
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


def write(plan: Plan, base_url: str = "") -> bytes:
    """The whole programme; ``base_url``: of the programme's page."""
    return "\n".join(_Writer(plan, base_url).lines()).encode("utf-8")


class _Writer:
    def __init__(self, plan: Plan, base_url: str) -> None:
        self._plan, self._base = plan, base_url
        self._zone = day.zone(plan.info.zone)
        self._rooms = plan.room_names()

    def lines(self) -> list[str]:
        days = self._plan.days()
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<schedule>",
            f"  <generator name={_quoted(writing.GENERATOR)} version={_quoted(writing.VERSION)}/>",
            _tag("version", str(self._plan.programme.version), 2),
            *self._conference(days),
        ]
        for index, (of_day, sessions) in enumerate(days, start=1):
            begins, ends = (
                day.local(day.day_start(each, self._zone, DAY_CHANGE_MIN), self._zone)
                for each in (of_day, of_day + timedelta(days=1))
            )
            lines.append(
                f"  <day index={_quoted(str(index))} date={_quoted(of_day.isoformat())}"
                f" start={_quoted(begins.isoformat())} end={_quoted((ends - timedelta(minutes=1)).isoformat())}>"
            )
            lines += self._by_room(sessions)
            lines.append("  </day>")
        return [*lines, "</schedule>", ""]

    def _conference(self, days: Days) -> list[str]:
        info = self._plan.info
        lines = [
            "  <conference>",
            _tag("acronym", identity.slug(info.title) or "event", 4),
            _tag("title", info.title, 4),
            _tag("subtitle", info.subtitle, 4),
            _tag("venue", info.venue_name, 4),
            _tag("city", info.city, 4),
            _tag("start", str(days[0][0]) if days else "", 4),
            _tag("end", str(days[-1][0]) if days else "", 4),
            _tag("days", str(len(days)), 4),
            _tag("timeslot_duration", "00:05", 4),
            _tag("base_url", self._base, 4),
            _tag("time_zone_name", info.zone, 4),
        ]
        for key, track in self._plan.tracks.items():
            colour = f" color={_quoted(track.colour)}" if track.colour else ""
            lines.append(f"    <track name={_quoted(track.title)} slug={_quoted(key)}{colour}/>")
        return [*lines, "  </conference>"]

    def _by_room(self, sessions: dict[str, Session]) -> list[str]:
        """Rooms in their order; what is in none comes last, in one without a name."""
        lines: list[str] = []
        for room in [*self._rooms, ""]:
            here = {key: session for key, session in sessions.items() if session.room == room}
            if not here:
                continue
            name = _quoted(self._rooms.get(room, ""))
            guid = f" guid={_quoted(identity.guid_of(room))}" if room else ""
            lines.append(f"    <room name={name}{guid}>")
            for key, session in here.items():
                lines += self._event(key, session)
            lines.append("    </room>")
        return lines

    def _event(self, key: str, session: Session) -> list[str]:
        start = day.local(session.start, self._zone)
        track = self._plan.tracks.get(session.track)
        code = f" code={_quoted(session.code)}" if session.code else ""
        guid, number = _quoted(writing.guid(key, session)), _quoted(writing.number(key, session))
        lines = [
            f"      <event guid={guid} id={number}{code}>",
            _tag("date", start.isoformat()),
            _tag("start", f"{start:%H:%M}"),
            _tag("duration", texts.span_text((session.end - session.start) // 60_000)),
            _tag("room", self._rooms.get(session.room, "")),
            _tag("slug", session.slug or f"{writing.GENERATOR}-{key}"),
            _tag("url", session.url or writing.one_of(session, "url")),
            _tag("title", writing.title(session)),
            _tag("subtitle", session.subtitle),
            _tag("track", track.title if track else ""),
            _tag("type", writing.type_text(session)),
            _tag("language", session.language),
            _tag("abstract", session.abstract),
            _tag("description", session.description),
            _tag("logo", writing.one_of(session, "logo")),
            *self._recording(session),
            *self._persons(session),
            *_addresses("link", [*session.links, *_kept(session, "link")]),
            *_addresses("attachment", _kept(session, "attachment")),
        ]
        if session.cancelled:
            lines.append(_tag("cancelled", "true"))
        lines += [_tag(name, text) for name, text in writing.others(session) if _NAME.fullmatch(name)]
        return [*lines, "      </event>"]

    def _recording(self, session: Session) -> list[str]:
        optout = "true" if writing.one_of(session, "do_not_record") else "false"
        return [
            "        <recording>",
            _tag("license", writing.one_of(session, "recording_license"), 10),
            _tag("optout", optout, 10),
            "        </recording>",
        ]

    def _persons(self, session: Session) -> list[str]:
        lines = ["        <persons>"]
        for key in session.speakers:
            speaker = self._plan.speakers.get(key)
            if speaker is None:
                continue
            guid = writing.speaker_guid(key, speaker)
            code = f" code={_quoted(speaker.code)}" if speaker.code else ""
            id_ = speaker.code if speaker.code.isdecimal() else identity.number_of(guid)
            lines.append(
                f"          <person id={_quoted(id_)} guid={_quoted(guid)}{code}>{_escaped(speaker.name)}</person>"
            )
        return [*lines, "        </persons>"]


def _kept(session: Session, name: str) -> list[tuple[str, str]]:
    return [(title, href) for href, title in map(writing.href_and_title, writing.all_of(session, name))]


def _addresses(tag: str, pairs: list[tuple[str, str]]) -> list[str]:
    inner = [f"          <{tag} href={_quoted(href)}>{_escaped(title)}</{tag}>" for title, href in pairs]
    return [f"        <{tag}s>", *inner, f"        </{tag}s>"]


def _tag(name: str, text: str, indent: int = 8) -> str:
    space = " " * indent
    return f"{space}<{name}>{_escaped(text)}</{name}>" if text else f"{space}<{name}/>"


def _escaped(text: str) -> str:
    return escape(_IMPOSSIBLE.sub("", text))


def _quoted(text: str) -> str:
    return quoteattr(_IMPOSSIBLE.sub("", text))
