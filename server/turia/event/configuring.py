"""What organisers set: the event's facts, texts, rules, documents and clock. Every change is an entry. Pure."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from turia.errors import Refused
from turia.event import countries, day, names
from turia.event.admission_rules import Places, letter
from turia.event.commands import Actor, Command, Decision, Key, Moment, Text, command, decided
from turia.event.entries import EVENT, Change, Value, delete, put
from turia.event.mail import Template
from turia.event.quoting import quoted
from turia.event.roles import Permission
from turia.event.settings import Block, Document, EventClock, Info, Policies, RegistrationMode, StageRule
from turia.event.stale import check_offset, check_seen
from turia.event.state import State

_LINE = 200
_TEXT = 20_000
#: Blocks of the public page at most.
MOST_BLOCKS: Final = 100
FORMATS: Final = ("physical", "remote_observation", "remote_participation", "e_meeting")
#: A rehearsal is never further away than this.
MOST_SHIFT_MS: Final = 20 * 366 * 24 * 3600 * 1000
_LINES = ("title", "subtitle", "city", "venue_name", "venue_address", "host", "contact_name", "contact_phone")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,79}")


class SetInfo(Command, frozen=True, kw_only=True):
    """The event's facts as they are to be. ``seen``: offset of what was edited, 0 for none (here and below)."""

    info: Info
    seen: int


class SetBlock(Command, frozen=True, kw_only=True):
    """A block of the public page, a new one or a changed one."""

    block: Key
    value: Block
    seen: int = 0


class DeleteBlock(Command, frozen=True):
    """A block of the public page."""

    block: Key
    seen: int


class SetPolicies(Command, frozen=True, kw_only=True):
    """The event's rules as they are to be."""

    policies: Policies
    seen: int


class SetDocument(Command, frozen=True, kw_only=True):
    """``document``: the privacy text, the code of conduct, or what people agree to who are recorded. A
    changed one is a new version, and asked for again."""

    document: Literal["privacy", "conduct", "recording"]
    title: Text
    text: Text
    seen: int


class ShiftClock(Command, frozen=True, kw_only=True):
    """``shift_ms``: what is added to the real time, for a rehearsal; 0 ends it."""

    shift_ms: int
    seen: int


class SendTestMail(Command, frozen=True):
    """A letter that says that letters arrive."""

    address: Text


@command("settings.set_info", permission=Permission.EVENT_CONFIGURE)
def set_info(state: State, given: SetInfo, by: Actor, moment: Moment) -> Decision:
    """Change the event's facts: title, days, zone, place, contact, colour, logo."""
    del by, moment
    return decided(*_write(state, "info", checked_info(given.info), given.seen))


@command("settings.set_block", permission=Permission.EVENT_CONFIGURE)
def set_block(state: State, given: SetBlock, by: Actor, moment: Moment) -> Decision:
    """Write a block of the public page."""
    del by, moment
    if state.get(EVENT, Block, given.block) is None and len(state.items(EVENT, Block)) >= MOST_BLOCKS:
        raise Refused("too_many_blocks", f"The page has {MOST_BLOCKS} blocks, which is the most. Delete one first.")
    return decided(*_write(state, given.block, checked_block(given.value), given.seen))


@command("settings.delete_block", permission=Permission.EVENT_CONFIGURE)
def delete_block(state: State, given: DeleteBlock, by: Actor, moment: Moment) -> Decision:
    """Take a block off the public page."""
    del by, moment
    if state.get(EVENT, Block, given.block) is None:
        raise Refused("unknown_block", "This block was deleted already.")
    check_offset(state, EVENT, Block, given.block, given.seen)
    return decided(delete(EVENT, Block, given.block))


@command("settings.set_policies", permission=Permission.EVENT_CONFIGURE)
def set_policies(state: State, given: SetPolicies, by: Actor, moment: Moment) -> Decision:
    """Change the rules; more places go at once to those who wait. Fewer places put nobody out."""
    del by
    wanted = checked_policies(given.policies)
    changes = _write(state, "policies", wanted, given.seen)
    return decided(*changes, *(Places(state, wanted.capacity).move_up(moment) if changes else []))


@command("settings.set_document", permission=Permission.EVENT_CONFIGURE)
def set_document(state: State, given: SetDocument, by: Actor, moment: Moment) -> Decision:
    """Write a text that people agree to; a change counts its version up."""
    del by, moment
    title, text = names.line(given.title, "title", _LINE), names.text(given.text, "text", _TEXT)
    if not title or not text:
        raise Refused("text_empty", "Give the document a title and a text.")
    before = state.get(EVENT, Document, given.document)
    same = before is not None and (before.title, before.text) == (title, text)
    version = (before.version if before else 0) + (0 if same else 1)
    return decided(*_write(state, given.document, Document(title, text, version), given.seen))


@command("settings.shift_clock", permission=Permission.EVENT_CONFIGURE)
def shift_clock(state: State, given: ShiftClock, by: Actor, moment: Moment) -> Decision:
    """Shift the event's clock to rehearse, or set it right again."""
    del by, moment
    if abs(given.shift_ms) > MOST_SHIFT_MS:
        raise Refused("shift_too_far", "The clock can be shifted by 20 years at most.")
    return decided(*_write(state, "clock", EventClock(given.shift_ms), given.seen))


@command("settings.test_mail", permission=Permission.EVENT_CONFIGURE)
def test_mail(state: State, given: SendTestMail, by: Actor, moment: Moment) -> Decision:
    """Send a letter to see whether letters arrive."""
    del state, by
    return decided(letter(moment, "", Template.TEST, address=names.address(given.address)))


def checked_info(info: Info) -> Info:
    """The facts, cleaned; raises Refused with the first that is wrong."""
    lines = {name: names.line(getattr(info, name), name.replace("_", " "), _LINE) for name in _LINES}
    if not lines["title"]:
        raise Refused("title_empty", "Give the event a title.")
    first, last = (_day(getattr(info, name)) for name in ("first_day", "last_day"))
    if first and last and last < first:
        raise Refused("bad_days", "The last day is before the first. Change one of them.")
    if info.format not in FORMATS:
        raise Refused("choice_unknown", f"The format is one of: {', '.join(FORMATS)}.")
    return msgspec.structs.replace(
        info,
        **lines,
        zone=str(day.zone(info.zone)),
        country=_country(info.country),
        contact_email=names.address(info.contact_email) if info.contact_email.strip() else "",
        colour=_colour(info.colour),
        logo=_file(info.logo),
    )


def checked_block(block: Block) -> Block:
    """A block, cleaned; raises Refused."""
    title = names.line(block.title, "title", _LINE)
    if not title:
        raise Refused("title_empty", "Give the block a title.")
    if not -10_000 <= block.order <= 10_000:
        raise Refused("bad_order", "The order of a block is a number from -10,000 to 10,000.")
    return Block(title, names.text(block.text, "text", _TEXT), block.order, names.line(block.source, "source", _LINE))


def checked_policies(policies: Policies) -> Policies:
    """The rules; raises Refused for numbers that make no sense."""
    for name, most, unit in (
        ("capacity", 1_000_000, "people"),
        ("doors_open_min", 1_440, "minutes"),
        ("grace_min", 1_440, "minutes"),
        ("reminder_h", 720, "hours"),
        ("recording_days", 3_650, "days"),
    ):
        if not 0 <= getattr(policies, name) <= most:
            raise Refused("out_of_range", f"{name.replace('_', ' ')} is from 0 to {most:,} {unit}.")
    if policies.registration not in list(RegistrationMode):
        raise Refused("choice_unknown", f"Registration is one of: {', '.join(RegistrationMode)}.")
    if policies.stage_rule not in list(StageRule):
        raise Refused("choice_unknown", f"Who lets speakers go on air is one of: {', '.join(StageRule)}.")
    return policies


def _write(state: State, key: str, wanted: Value, seen: int) -> list[Change]:
    """The change, or none if it says so already; raises Refused if somebody else changed it meanwhile."""
    check_seen(state, EVENT, key, wanted, seen)
    return [] if state.get(EVENT, type(wanted), key) == wanted else [put(EVENT, key, wanted)]


def _day(text: str) -> str:
    if text and day.parse_day(text) is None:
        raise Refused("bad_day", f"{quoted(text[:20])} is no day. Write it as 2025-11-03.")
    return text


def _country(code: str) -> str:
    if code and code not in countries.countries():
        raise Refused("country_unknown", f"{quoted(code[:20])} is no country that we know. Choose one from the list.")
    return code


def _colour(text: str) -> str:
    colour = text.strip().lower()
    if colour and not _COLOUR.fullmatch(colour):
        raise Refused("bad_colour", f"{quoted(text[:20])} is no colour. Write it as #1f5f8b.")
    return colour


def _file(text: str) -> str:
    if text and not _FILE.fullmatch(text):
        raise Refused("bad_file", "The logo is the name of an uploaded picture.")
    return text
