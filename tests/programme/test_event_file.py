"""event.toml: what it holds, and a sentence for everything that is wrong with it."""

from __future__ import annotations

import pytest

from turia.errors import SettingsError
from turia.event.programme import DoorPolicy, SessionType
from turia.programme.event_file import parse

GOOD = """
draft = false
[info]
title = "An event"
zone = "Europe/Madrid"
[rooms.hall]
title = "Hall"
session_door = "waiting_room"
[rooms.foyer]
title = "Foyer"
[speakers.ana]
name = "Ana"
[sessions.talk]
title = "A talk"
type = "keynote"
room = "hall"
speakers = ["ana"]
start = 2025-11-03T09:30:00
end = 2025-11-03T09:00:00Z
[sessions.break]
title = "A break"
start = 2025-10-26T02:30:00
minutes = 60
"""


def test_times_are_of_the_events_zone_unless_they_say_otherwise() -> None:
    seed = parse(GOOD.encode(), "event.toml")
    assert not seed.draft
    talk = seed.sessions["talk"]
    assert (talk.start, talk.end) == (1_762_158_600_000, 1_762_160_400_000)
    assert talk.type is SessionType.KEYNOTE
    assert seed.sessions["break"].start == 1_761_438_600_000
    assert seed.sessions["break"].end - seed.sessions["break"].start == 3_600_000
    assert seed.rooms["hall"].session_door is DoorPolicy.WAITING_ROOM
    assert [room.order for room in seed.rooms.values()] == [0, 1]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[info]", "[inof]", r"“inof”.*Did you mean info"),
        ('title = "An event"', "", "title"),
        ("[info]", "[info", "not valid TOML"),
        ("Europe/Madrid", "Europe/Valencia", r"\[info\], zone is “Europe/Valencia”"),
        ("draft = false", 'draft = "no"', "draft must be true or false"),
        ('session_door = "waiting_room"', 'session_door = "ajar"', r"\[rooms.hall\].*'ajar'"),
        ('session_door = "waiting_room"', "seats = 3", r"\[rooms.hall\] has a field “seats”"),
        ("[rooms.foyer]", '[rooms."a b"]', r"a key has letters"),
        ('room = "hall"', 'room = "cellar"', "“talk”.*“cellar”"),
        ("start = 2025-11-03T09:30:00", 'start = "9:30"', r"\[sessions.talk\], start must be a date and time"),
        ("end = 2025-11-03T09:00:00Z", "end = 2025-11-03T08:00:00Z", "“talk” ends before it begins"),
        ("minutes = 60", "minutes = 0", "minutes must be a whole number"),
        ("minutes = 60", "minutes = 60\nend = 2025-10-26T04:00:00", "either end or minutes"),
        ("minutes = 60", "", r"\[sessions.break\], end must be"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(SettingsError, match=says) as error:
        parse(GOOD.replace(old, new).encode(), "event.toml")
    assert "event.toml" in error.value.message


def test_other_encodings_and_deep_nesting_are_refused() -> None:
    with pytest.raises(SettingsError, match="UTF-8"):
        parse('[info]\ntitle = "Café"'.encode("latin-1"), "event.toml")
    with pytest.raises(SettingsError, match="not valid TOML"):
        parse(b"a = " + b"[" * 50_000, "event.toml")
