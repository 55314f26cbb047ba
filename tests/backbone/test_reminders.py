"""Reminders go out once, in time, to those who may enter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from turia.backbone.journal import Journal
from turia.backbone.reminders import Reminders, beginning
from turia.event.entries import EVENT_MAIL
from turia.event.mail import Mail, Template
from turia.event.managing import AddPerson
from turia.event.posting import REMIND_AT_ONCE
from turia.event.programme import Room, Session
from turia.event.register import Register
from turia.event.registering import NewRegistration
from turia.event.seeding import Seed
from turia.event.settings import Info, Policies
from turia.store.memory import MemoryStore
from turia.store.ports import unavailable
from turia.testing.manual_clock import ManualClock

HOUR = 3_600.0


class House:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore()
        self.journal = Journal(self.store, self.clock)
        self.reminders = Reminders(self.journal)

    async def add(self, name: str) -> None:
        form = AddPerson(
            name=name, email=f"{name}@example.org", category="individual", country="ES", contribute=True, write=False
        )
        await self.journal.do("people.add", form)

    def reminded(self) -> list[str]:
        names = self.journal.state.view(Register).everybody
        letters = self.journal.state.all(EVENT_MAIL, Mail).values()
        return sorted(names[each.person].name for each in letters if each.template is Template.REMINDER)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.journal.open()
    start = int((made.clock.wall() + 48 * HOUR) * 1_000)
    sessions = {
        "later": Session("Later", start + 1, start + 2, room="hall"),
        "first": Session("First", start, start + 1, room="hall"),
        "gone": Session("Gone", start - 99_999_999, start, room="hall", cancelled=True),
    }
    seed = Seed(
        info=Info("Assembly"), policies=Policies(reminder_h=24), rooms={"hall": Room("Hall")}, sessions=sessions
    )
    await made.journal.do("event.seed", seed)
    yield made
    await made.journal.close()


async def test_nobody_is_reminded_before_its_time_nor_after_the_beginning(house: House) -> None:
    await house.add("Ana")
    house.clock.advance(24 * HOUR - 1)
    await house.reminders.step()
    assert house.reminded() == []
    house.clock.advance(1)
    await house.reminders.step()
    assert house.reminded() == ["Ana"]
    house.clock.advance(24 * HOUR)
    await house.add("Ben")
    await house.reminders.step()
    assert house.reminded() == ["Ana"]


async def test_everybody_is_reminded_once_and_late_comers_too(house: House) -> None:
    await house.add("Ana")
    house.clock.advance(25 * HOUR)
    for _ in range(3):
        await house.reminders.step()
    await house.add("Ben")
    await house.reminders.step()
    assert house.reminded() == ["Ana", "Ben"]


async def test_only_people_who_may_enter_are_reminded(house: House) -> None:
    form = NewRegistration(name="Zoe", email="zoe@example.org", category="individual", country="ES", contribute=True)
    await house.journal.do("people.register", form)
    house.clock.advance(25 * HOUR)
    await house.reminders.step()
    assert house.reminded() == []


async def test_hundreds_are_reminded_some_at_a_time(house: House) -> None:
    for n in range(REMIND_AT_ONCE + 5):
        await house.add(f"p{n}")
    house.clock.advance(25 * HOUR)
    await house.reminders.step()
    assert len(house.reminded()) == REMIND_AT_ONCE + 5


async def test_a_database_that_is_busy_is_left_alone_until_the_next_round(house: House) -> None:
    await house.add("Ana")
    house.clock.advance(25 * HOUR)
    house.store.failing = unavailable("the disk is full")
    await house.reminders.step()
    assert house.reminded() == []
    house.store.failing = None
    await house.reminders.step()
    assert house.reminded() == ["Ana"]


async def test_no_reminders_where_they_are_switched_off() -> None:
    made = House()
    await made.journal.open()
    await made.journal.do("event.seed", Seed(info=Info("Assembly"), policies=Policies(reminder_h=0)))
    assert beginning(made.journal.state) == 0
    assert not made.reminders.due()
    await made.journal.close()


async def test_without_sessions_the_day_begins_in_its_own_zone() -> None:
    made = House()
    await made.journal.open()
    await made.journal.do("event.seed", Seed(info=Info("Assembly", zone="Europe/Madrid", first_day="2025-11-03")))
    assert beginning(made.journal.state) == 1_762_156_800_000  # 08:00 UTC
    await made.journal.close()
