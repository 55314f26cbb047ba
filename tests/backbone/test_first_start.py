"""The first start: the default event, a custom venue, and the demo's day."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from turia.backbone.first_start import event_file, first_start, minimal, opening_ms, read_seed
from turia.backbone.journal import Journal
from turia.errors import SettingsError
from turia.event.entries import EVENT
from turia.event.programme import Programme, Room, Session, SessionType
from turia.event.settings import EventClock, Info
from turia.programme.event_file import parse
from turia.settings import Settings, load
from turia.store.memory import MemoryStore
from turia.testing.halls import two_rooms
from turia.testing.manual_clock import ManualClock
from turia.world.layout import Layout

VALENCIA = Path(__file__).parents[2] / "world_assets" / "valencia"
DEFAULT = Settings(event_file=VALENCIA / "event.toml")
DAY_S = 24 * 3600
LAYOUT = two_rooms().layout


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(wall=1_790_000_000.0)


@pytest.fixture
async def journal(clock: ManualClock) -> AsyncIterator[Journal]:
    made = Journal(MemoryStore(), clock)
    await made.open()
    yield made
    await made.close()


async def test_the_default_event_is_the_day_of_the_circular(journal: Journal, clock: ManualClock) -> None:
    await first_start(journal, DEFAULT, LAYOUT)
    state = journal.state
    info = state.get(EVENT, Info, "info")
    assert info is not None
    assert (info.first_day, info.last_day, info.zone) == ("2025-11-03", "2025-11-03", "Europe/Madrid")
    programme = state.get(EVENT, Programme, "programme")
    assert programme is not None
    assert programme.draft
    types = {session.type for session in state.all(EVENT, Session).values()}
    assert types == set(SessionType) - {SessionType.OTHER}
    assert journal.moment().event_at == int(clock.wall() * 1000)


async def test_the_demo_opens_now_and_its_day_goes_on(journal: Journal, clock: ManualClock) -> None:
    demo = replace(DEFAULT, profile="demo")
    await first_start(journal, demo, LAYOUT)
    opening = next(s for s in journal.state.all(EVENT, Session).values() if s.type is SessionType.OPENING)
    assert opening.start < journal.moment().event_at < opening.end
    clock.advance(3_600)
    offset = journal.state.top(EVENT)
    await first_start(journal, demo, LAYOUT)
    assert journal.state.top(EVENT) == offset, "a restart in the middle of the day changes nothing"
    clock.advance(DAY_S)
    await first_start(journal, demo, LAYOUT)
    assert opening.start < journal.moment().event_at < opening.end


async def test_an_event_keeps_its_own_time_after_its_day(journal: Journal, clock: ManualClock) -> None:
    await first_start(journal, DEFAULT, LAYOUT)
    clock.advance(DAY_S)
    await first_start(journal, DEFAULT, LAYOUT)
    assert journal.state.get(EVENT, EventClock, "clock") == EventClock(0)


async def test_a_venue_without_an_event_file_gets_its_rooms(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "venue.json").write_text("{}")
    await first_start(journal, Settings(venue_dir=tmp_path, title="Our event", profile="demo"), LAYOUT)
    assert journal.state.get(EVENT, Info, "info") == Info("Our event", LAYOUT.subtitle)
    places = {room.place for room in journal.state.all(EVENT, Room).values()}
    assert places
    assert places <= {room.id for room in LAYOUT.rooms}
    assert journal.moment().event_at == journal.moment().at, "without sessions there is no day to go to"


def test_titles_of_the_settings_win() -> None:
    seed = read_seed(replace(DEFAULT, title="Rehearsal"), LAYOUT)
    assert seed.info.title == "Rehearsal"
    assert "Valencia" in seed.info.subtitle


def test_an_event_file_is_found_in_the_venue_beside_the_settings_and_by_name(tmp_path: Path) -> None:
    venue = tmp_path / "venue"
    venue.mkdir()
    (venue / "venue.json").write_text("{}")
    (tmp_path / "turia.toml").write_text('venue_dir = "venue"')
    assert event_file(load(tmp_path / "turia.toml")) is None
    (venue / "event.toml").write_text("")
    assert event_file(load(tmp_path / "turia.toml")) == venue / "event.toml"
    (tmp_path / "event.toml").write_text("")
    assert event_file(load(tmp_path / "turia.toml")) == tmp_path / "event.toml"
    (tmp_path / "turia.toml").write_text('venue_dir = "venue"\nevent_file = "mine.toml"')
    assert event_file(load(tmp_path / "turia.toml")) == tmp_path / "mine.toml"
    with pytest.raises(SettingsError, match=r"mine\.toml cannot be read"):
        read_seed(load(tmp_path / "turia.toml"), LAYOUT)


def test_the_default_event_lies_beside_the_default_model() -> None:
    assert event_file(Settings(venue_dir=VALENCIA / "build")) == VALENCIA / "event.toml"


def test_rooms_of_the_default_event_are_rooms_of_the_default_venue() -> None:
    seed = parse((VALENCIA / "event.toml").read_bytes(), "event.toml")
    venue = json.loads((VALENCIA / "build" / "venue.json").read_text())
    places = {room.place for room in seed.rooms.values()}
    assert "" not in places
    assert places <= {room["id"] for room in venue["rooms"]}


def test_rooms_that_are_not_in_the_building_are_there_in_flat_view(caplog: pytest.LogCaptureFixture) -> None:
    seed = read_seed(DEFAULT, LAYOUT)
    assert {room.place for room in seed.rooms.values()} == {""}
    assert "is not in the building" in caplog.text


def test_odd_ids_of_rooms_become_keys() -> None:
    hall = msgspec.structs.replace(LAYOUT.rooms[1], id="Säle / 1", title="S")
    layout: Layout = msgspec.structs.replace(LAYOUT, rooms=[LAYOUT.rooms[0], hall])
    assert list(minimal("", "", layout).rooms) == ["S_le_1"]


def test_a_demo_without_an_opening_begins_with_its_first_session() -> None:
    hour = 3_600_000
    sessions = {"b": Session("B", 3 * hour, 4 * hour), "a": Session("A", 2 * hour, 3 * hour)}
    assert opening_ms(sessions) == 2 * hour + 60_000
    assert opening_ms({}) == 0
