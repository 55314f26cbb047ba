"""What the writers of files share: how a session of ours is said in their words. Pure."""

from __future__ import annotations

from typing import Final

from turia import __version__
from turia.event import identity
from turia.event.programme import Session, Speaker
from turia.programme import texts

GENERATOR: Final = "turia"
VERSION: Final = __version__
#: Said before the title of a cancelled session, because the formats have no word for it.
CANCELLED: Final = "Cancelled: "
#: Of ``extra``, what has a place of its own in files.
_PLACED: Final = frozenset({"type", "id", "attachment", "link", "url", "recording_license", "do_not_record", "logo"})


def title(session: Session) -> str:
    """The title, marked where the session does not take place."""
    return f"{CANCELLED}{session.title}" if session.cancelled else session.title


def type_text(session: Session) -> str:
    """The type: the word of the file it came from, unless somebody has chosen another one since."""
    own = dict(session.extra).get("type", "")
    return own if own and texts.session_type(own) is session.type else session.type.value


def guid(key: str, session: Session) -> str:
    """What identifies a session in every file."""
    return identity.guid_of(key, session.guid)


def number(key: str, session: Session) -> str:
    """A number that identifies it: its own, or one made of the guid."""
    for own in (dict(session.extra).get("id", ""), session.code):
        if own.isdecimal():
            return own
    return identity.number_of(guid(key, session))


def speaker_guid(key: str, speaker: Speaker) -> str:
    """What identifies a speaker in every file."""
    return identity.guid_of(key, dict(speaker.extra).get("guid", ""))


def all_of(session: Session, name: str) -> list[str]:
    """Everything that was kept under a name."""
    return [text for key, text in session.extra if key == name]


def one_of(session: Session, name: str) -> str:
    """The first that was kept under a name, or ""."""
    return next(iter(all_of(session, name)), "")


def others(session: Session) -> list[tuple[str, str]]:
    """What was kept and has no place of its own."""
    return [(name, text) for name, text in session.extra if name not in _PLACED]


def href_and_title(kept: str) -> tuple[str, str]:
    """An attachment or link that was kept as one text."""
    href, _, words = kept.partition(" ")
    return href, words
