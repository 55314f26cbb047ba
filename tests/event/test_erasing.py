"""Deleting a person: nothing of him stands in the state or in the log, and everybody else's entries stay."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from tests.event.rig import Event

from turia.backbone.erasing import Eraser
from turia.backbone.journal import Journal
from turia.errors import Refused
from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_STAFF, delete, person_stream, put, room_staff_stream
from turia.event.erasing import EraseMine, Erasure, pending
from turia.event.people import Registration, Star, Status
from turia.event.programme import Room, Session, Speaker
from turia.event.rooms import Waiting
from turia.store.memory import MemoryStore
from turia.store.ports import unavailable
from turia.testing.backbone import journal

HALL = room_staff_stream("hall")


def busy_event() -> tuple[Event, str]:
    """Ana did a bit of everything, under her present and a former name."""
    event = Event(capacity=2)
    event.do("people.invite", event.organiser, address="ana@example.org", name="Ana Secret", role="speaker")
    ana = event.enrol("Ana Secret", email="ana@example.org", affiliation="Hidden Ltd")
    event.grant(ana, "steward")
    event.do("people.reissue", event.organiser, person=ana)
    event.put(
        put(EVENT, "hall", Room("Hall")),
        put(EVENT, "sp", Speaker("Keynote speaker", person=ana)),
        put(EVENT, "s1", Session("Opening", 1, 2, room="hall", chairs=(ana, "olga"))),
        put(person_stream(ana), "s1", Star()),
        put(HALL, ana, Waiting("Ana Secret", "Hidden Ltd")),
        put(HALL, "ben", Waiting("Ben")),
        delete(HALL, Waiting, ana),
    )
    return event, ana


def test_everything_of_the_person_leaves_the_state() -> None:
    event, ana = busy_event()
    ben = event.enrol("Ben")
    assert event[ben].status is Status.WAITING
    event.do("people.erase_mine", Actor(ana), sure=True)
    standing = msgspec.json.encode(
        [item.value for things in event.state._items.values() for item in things.values()]
    ).decode()
    assert "Secret" not in standing
    assert "Hidden" not in standing
    assert "ana@example.org" not in standing
    assert event.state.get(EVENT, Session, "s1") == Session("Opening", 1, 2, room="hall", chairs=("olga",))
    assert event.state.get(EVENT, Speaker, "sp") == Speaker("Keynote speaker")
    assert event[ben].status is Status.APPROVED, "the place goes to who waits"
    assert event.refuses("people.me", Actor(ana)).code == "not_allowed"
    assert event.refuses("people.erase_mine", Actor(ana), sure=True).code == "not_allowed"
    assert event.enrol("Ana Secret", email="ana@example.org") != ana, "who comes back is somebody new"


def test_the_log_keeps_the_act_without_the_data() -> None:
    event, ana = busy_event()
    event.do("people.erase", event.organiser, person=ana, reason="Asked by letter")
    (erasure,) = event.state.all(EVENT_STAFF, Erasure).values()
    assert (erasure.person, erasure.own, erasure.reason, erasure.done) == (ana, False, "Asked by letter", False)
    assert (person_stream(ana), "", "") in erasure.things
    assert (HALL, "waiting", ana) in erasure.things
    kinds = {kind for _, kind, _ in erasure.things}
    assert {"mail", "invitation"} <= kinds


def test_one_says_that_one_is_sure() -> None:
    event, ana = busy_event()
    assert event.refuses("people.erase_mine", Actor(ana), sure=False).code == "not_sure"
    assert event.refuses("people.erase", event.organiser, person="nobody").code == "unknown_person"


def told(store: MemoryStore) -> str:
    return msgspec.json.encode(store.log).decode()


def done_in(book: Journal) -> asyncio.Event:
    """Set once an erasure is done."""
    done = asyncio.Event()
    book.listen(lambda entries: done.set() if any(_is_done(entry.value) for entry in entries) else None)
    return done


async def test_the_log_is_blanked_and_offsets_stay() -> None:
    event, ana = busy_event()
    store = MemoryStore()
    await store.commit(event.log, [])
    async with journal(store=store) as book:
        done = done_in(book)
        eraser = Eraser(book, store)
        eraser.start()
        tops = dict(book.state.tops)
        await book.do("people.erase_mine", EraseMine(sure=True), Actor(ana))
        await asyncio.wait_for(done.wait(), 5)
        await eraser.close()
        assert not pending(book.state)
        assert all(book.state.top(stream) >= top for stream, top in tops.items())
    log = told(store)
    for word in ("Secret", "Hidden", "ana@example.org"):
        assert word not in log
    assert "Ben" in log
    for stream, entries in store.log.items():
        assert [entry.offset for entry in entries] == list(range(1, len(entries) + 1)), stream
    assert store.log[person_stream(ana)][0].kind == Registration.kind


async def test_what_a_crash_or_a_full_disk_cut_off_is_done_later() -> None:
    event, ana = busy_event()
    event.do("people.erase_mine", Actor(ana), sure=True)
    store = Stubborn()
    await store.commit(event.log, [])
    async with journal(store=store) as book:
        done = done_in(book)
        eraser = Eraser(book, store, again_s=0)
        eraser.start()
        await asyncio.wait_for(done.wait(), 5)
        await eraser.close()
        assert store.asked == 2
    assert "Secret" not in told(store)


class Stubborn(MemoryStore):
    """Does not take the first blanking."""

    asked = 0

    async def blank(self, things: list[tuple[str, str, str]]) -> None:
        self.asked += 1
        if self.asked == 1:
            raise unavailable("the disk is full")
        await super().blank(things)


def _is_done(value: object) -> bool:
    return isinstance(value, Erasure) and value.done


def test_a_steward_or_moderator_cannot_erase_anybody() -> None:
    event, ana = busy_event()
    ben = event.do("people.add", event.organiser, **{**_form("Ben"), "over_capacity": True}).person
    event.grant(ben, "moderator")
    with pytest.raises(Refused):
        event.do("people.erase", Actor(ben), person=ana)


def _form(name: str) -> dict[str, object]:
    return {"name": name, "email": f"{name.lower()}@example.org", "category": "individual", "country": "ES"} | {
        "contribute": True
    }
