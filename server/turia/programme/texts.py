"""Words of files: markup made plain, types and durations and times understood. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Final

from turia.event import day
from turia.event.names import clean_text
from turia.event.programme import SessionType

#: Text longer than this is cut, and a problem says so.
LONGEST_TEXT: Final = 20_000
_MARKUP: Final = re.compile(
    r"</?(p|br|a|b|i|u|em|strong|ul|ol|li|div|span|h[1-6]|code|pre|blockquote|hr|img)\b[^<>]*>", re.IGNORECASE
)
_BLOCKS: Final = frozenset({"p", "div", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN: Final = frozenset({"script", "style"})
#: Stands for <em> until it is known what is around it. Inside of a word it was an underscore that some tool took for
#: Markdown: snake<em>case</em>name is snake_case_name.
_EMPHASIS: Final = "\ue000"
_EMPHASIS_IN_WORD: Final = re.compile(rf"(?<=\w){_EMPHASIS}(?=\.?\w)")
_SPAN: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+")
#: Words in the types of other tools, and what they mean here.
_WORDS: Final[tuple[tuple[str, SessionType], ...]] = (
    ("keynote", SessionType.KEYNOTE),
    ("panel", SessionType.PANEL),
    ("podium", SessionType.PANEL),
    ("opening", SessionType.OPENING),
    ("closing", SessionType.CLOSING),
    ("award", SessionType.AWARD),
    ("exhibition", SessionType.EXHIBITION),
    ("pitch", SessionType.PITCH),
    ("flagship", SessionType.FLAGSHIP),
    ("break", SessionType.BREAK),
    ("lunch", SessionType.BREAK),
    ("coffee", SessionType.BREAK),
    ("pause", SessionType.BREAK),
)


def session_type(text: str) -> SessionType:
    """What a type of a file means here; OTHER for everything that we have no name for."""
    word = text.strip().lower()
    try:
        return SessionType(word.replace(" ", "_"))
    except ValueError:
        return next((kind for part, kind in _WORDS if part in word), SessionType.OTHER)


def type_extra(text: str) -> tuple[tuple[str, str], ...]:
    """A type that is not ours is kept for the next export."""
    word = text.strip()
    return () if word.lower().replace(" ", "_") in set(SessionType) | {""} else (("type", word),)


def address(text: str) -> str:
    """A web address, or "" for anything else: nothing else is ever made a link."""
    text = text.strip()
    return text if _ADDRESS.fullmatch(text) and len(text) <= 2_000 else ""


def body(raw: str, *, plain: bool) -> str:
    """A long text, clean. Unless it is ``plain`` already, HTML becomes lines, lists and [links](address)."""
    if plain:
        return clean_text(raw)[:LONGEST_TEXT]
    return clean_text(without_markup(raw) if _MARKUP.search(raw) else raw.strip())[:LONGEST_TEXT]


def without_markup(raw: str) -> str:
    """HTML as plain text in Markdown's habits; what is not markup stays as written."""
    parser = _Plain()
    parser.feed(raw)
    parser.close()
    text = _EMPHASIS_IN_WORD.sub("_", "".join(parser.parts)).replace(_EMPHASIS, "")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


class _Plain(HTMLParser):
    """Collects text; blocks become lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "em":
            self.parts.append(_EMPHASIS)
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a":
            self._links.append((address(dict(attrs).get("href") or ""), len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        """See HTMLParser."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "em":
            self.parts.append(_EMPHASIS)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._links:
            href, begins = self._links.pop()
            text = "".join(self.parts[begins:]).strip()
            if href and text != href:
                self.parts[begins:] = [f"[{text}]({href})" if text else href]

    def handle_data(self, data: str) -> None:
        """See HTMLParser."""
        if not self._hidden:
            self.parts.append(data)


def minutes_of(text: str, *, ours: bool = False) -> int | None:
    """``HH:MM`` or ``D:HH:MM`` (frab, pretalx) or ``HH:MM:SS`` as minutes; None if it is none of them.

    ``ours``: we wrote it, and write no seconds.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return int(text) if text.strip().isdecimal() and len(text.strip()) <= 4 else None
    first, second, third = found.groups()
    if first is None:
        return int(second) * 60 + int(third)
    if ours or (len(first) == 1 and int(second) < 24):  # pretalx writes days without a leading zero
        return (int(first) * 24 + int(second)) * 60 + int(third)
    return int(first) * 60 + int(second)


def clock(text: str) -> int | None:
    """``HH:MM`` or ``HH:MM:SS`` as minutes of the day; None if it is none. 24:00 and later belong to the next day."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text.strip())
    if found is None or int(found[2]) > 59 or int(found[1]) > 47:
        return None
    return int(found[1]) * 60 + int(found[2])


def moment(text: str, zone: str) -> int | None:
    """An ISO date and time as milliseconds UTC; without an offset it is local to ``zone``. None if it is none."""
    text = text.strip()
    if "T" not in text and " " not in text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    try:
        return day.to_ms(found) if found.tzinfo else day.at_wall(found, day.zone(zone))
    except (ValueError, OverflowError):
        return None


def at_clock(of_day: str, minutes: int, zone: str) -> int | None:
    """Minutes after midnight of a day (``YYYY-MM-DD``) on the wall clock of ``zone``, milliseconds UTC."""
    date = day.parse_day(of_day.strip()[:10])
    if date is None:
        return None
    midnight = datetime(date.year, date.month, date.day)  # noqa: DTZ001 - the zone comes next
    return day.at_wall(midnight + timedelta(minutes=minutes), day.zone(zone))


def span_text(minutes: int) -> str:
    """Minutes as frab and pretalx write a duration: ``HH:MM``, from 24 hours on ``D:HH:MM``."""
    hours, rest = divmod(minutes, 60)
    return f"{hours // 24}:{hours % 24:02}:{rest:02}" if hours >= 24 else f"{hours:02}:{rest:02}"
