"""The contract of turia.store.ports.Store, kept by all its versions: memory, SQLite, PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from turia.event.entries import EVENT, EVENT_STAFF, Change, Entry, delete, person_stream, put
from turia.event.people import Star
from turia.event.permissions import Grant, Scope
from turia.event.programme import Room, Session, SessionType
from turia.event.settings import Block
from turia.event.state import State
from turia.settings import Settings
from turia.store.memory import MemoryStore
from turia.store.open import open_store
from turia.store.ports import Answered, MovedError, Saved, Store
from turia.testing.backbone import entries_of, picture
from turia.testing.manual_clock import ManualClock
from turia.testing.postgres import PostgresProcess


class Data:
    """One set of data, opened by one server after the other."""

    def __init__(self, make: Callable[[], Store]) -> None:
        self._make = make
        self._opened: list[Store] = []
        self.epoch = 0
        self.state = State()

    async def open(self) -> Store:
        """Another server on the same data, with ``epoch`` and ``state`` as it finds them."""
        store = self._make()
        self._opened.append(store)
        self.epoch, saved = await store.open()
        self.state = loaded(saved)
        return store

    async def again(self) -> Store:
        """The server stops and starts."""
        await self.close()
        return await self.open()

    async def close(self) -> None:
        while self._opened:
            await self._opened.pop().close()


def loaded(saved: list[Saved]) -> State:
    state = State()
    for each in saved:
        state.load(each.stream, each.top, each.things)
    return state


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def data(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Data]:
    if request.param == "memory":
        memory = MemoryStore()
        data = Data(lambda: memory)
    else:
        database = ""
        if request.param == "postgresql":
            server: PostgresProcess = request.getfixturevalue("postgres")
            database = server.create_database()
        settings = Settings(data_dir=tmp_path, database=database)
        data = Data(lambda: open_store(settings, ManualClock()))
    yield data
    await data.close()


async def happen(store: Store, state: State, *changes: Change, answered: list[Answered] | None = None) -> list[Entry]:
    """Commit changes on top of ``state``, and take them in."""
    entries = entries_of(*changes, state=state)
    await store.commit(entries, answered or [])
    state.apply(entries)
    return entries


def answer(mid: str, actor: str = "ana", at: int = 5, text: bytes = b'{"done":true}') -> Answered:
    return Answered(actor, mid, at, text)


SESSION = Session(
    "Öffnung – 開会",
    10,
    20,
    SessionType.KEYNOTE,
    speakers=("a", "b"),
    links=(("x", "y"),),
    extra=(("k", "\x00\u2028"),),
)


async def test_nothing_is_there_at_first_and_the_epoch_stays(data: Data) -> None:
    store = await data.open()
    assert picture(data.state) == {"tops": {}}
    assert (await store.tops(), await store.answers([]), await store.entries(EVENT, 0, 10)) == ({}, {}, [])
    assert await store.height() == 0
    epoch = data.epoch
    assert 0 < epoch < 2**53
    await data.again()
    assert data.epoch == epoch


async def test_what_was_committed_is_read_back_as_it_was(data: Data) -> None:
    store, state = await data.open(), data.state
    entries = await happen(
        store, state, put(EVENT, "s1", SESSION), put(EVENT_STAFF, "g", Grant("ana", "chair", Scope("r")))
    )
    entries += await happen(store, state, put(EVENT, "s1", Session("Other", 1, 2)), delete(EVENT, Session, "s1"))
    assert await store.entries(EVENT, 0, 10) == [each for each in entries if each.stream == EVENT]
    assert await store.entries(EVENT_STAFF, 0, 10) == [each for each in entries if each.stream == EVENT_STAFF]
    await data.again()
    assert picture(data.state) == picture(state)


async def test_entries_come_page_by_page(data: Data) -> None:
    store, state = await data.open(), data.state
    entries = await happen(store, state, *(put(EVENT, f"b{n}", Block(f"{n}", "")) for n in range(25)))
    assert await store.entries(EVENT, 0, 10) == entries[:10]
    assert await store.entries(EVENT, 20, 10) == entries[20:]
    assert await store.entries(EVENT, 25, 10) == []
    assert await store.entries("room/none", 0, 10) == []


async def test_things_stay_in_the_order_of_their_creation(data: Data) -> None:
    store, state = await data.open(), data.state
    await happen(store, state, *(put(EVENT, key, Room(key)) for key in ("c", "a", "b")))
    await happen(store, state, put(EVENT, "c", Room("replaced")), put(EVENT, "d", Room("d")))
    await happen(store, state, delete(EVENT, Room, "a"))
    await happen(
        store, state, put(EVENT, "a", Room("again")), delete(EVENT, Room, "b"), put(EVENT, "b", Room("at once"))
    )
    assert list(state.all(EVENT, Room)) == ["c", "d", "a", "b"]
    await data.again()
    assert picture(data.state) == picture(state)


async def test_a_deletion_of_what_is_not_there_is_an_entry_like_any_other(data: Data) -> None:
    store, state = await data.open(), data.state
    await happen(store, state, delete(EVENT, Room, "none"), put(EVENT, "x", Room("x")), delete(EVENT, Room, "x"))
    await data.again()
    assert picture(data.state) == {"tops": {EVENT: 3}}


@pytest.mark.parametrize("offset", [1, 3, 4, 9])
async def test_only_the_next_offset_is_taken_and_nothing_else_of_that_commit(data: Data, offset: int) -> None:
    store, state = await data.open(), data.state
    await happen(store, state, put(EVENT, "a", Room("a")))
    wrong = [
        *entries_of(put(person_stream("ana"), "s1", Star())),
        Entry(EVENT, offset, 1, "ana", "room", "b", Room("b")),
    ]
    with pytest.raises(MovedError):
        await store.commit(wrong, [answer("mid-0001")])
    assert await store.answers([("ana", "mid-0001")]) == {}
    assert await store.tops() == {EVENT: 1}
    await data.again()
    assert picture(data.state) == picture(state)


async def test_one_of_two_servers_is_first(data: Data) -> None:
    """PostgreSQL is meant for several; for the others, two views of the same data stand for it."""
    store, state = await data.open(), data.state
    mine, theirs = entries_of(put(EVENT, "a", Room("mine"))), entries_of(put(EVENT, "a", Room("theirs")))
    await store.commit(mine, [])
    with pytest.raises(MovedError):
        await store.commit(theirs, [])
    state.apply(await store.entries(EVENT, state.top(EVENT), 100))
    assert (await happen(store, state, put(EVENT, "a", Room("theirs"))))[0].offset == 2


async def test_answers_are_kept_by_person_and_id(data: Data) -> None:
    store, state = await data.open(), data.state
    await happen(
        store, state, put(EVENT, "a", Room("a")), answered=[answer("mid-0001"), answer("mid-0001", "ben", 6, b"{}")]
    )
    await store.commit([], [answer("mid-0002", text=b'{"later":1}')])
    asked = [("ana", "mid-0001"), ("ben", "mid-0001"), ("ana", "mid-0002"), ("ben", "mid-0002"), ("ana", "mid-0003")]
    expected = {asked[0]: b'{"done":true}', asked[1]: b"{}", asked[2]: b'{"later":1}'}
    assert await store.answers(asked) == expected
    store = await data.again()
    assert await store.answers(asked * 700) == expected


async def test_a_command_is_not_done_twice(data: Data) -> None:
    store, state = await data.open(), data.state
    await happen(store, state, put(EVENT, "a", Room("a")), answered=[answer("mid-0001")])
    with pytest.raises(MovedError):
        await store.commit(entries_of(put(EVENT, "b", Room("b")), state=state), [answer("mid-0001")])
    assert await store.tops() == {EVENT: 1}


async def test_old_answers_are_forgotten(data: Data) -> None:
    store = await data.open()
    await store.commit([], [answer("mid-0001", at=10), answer("mid-0002", at=11), answer("mid-0003", at=12)])
    assert await store.forget_answers(11) is False
    found = await store.answers([("ana", f"mid-000{n}") for n in (1, 2, 3)])
    assert sorted(mid for _, mid in found) == ["mid-0002", "mid-0003"]


async def test_old_answers_are_forgotten_some_at_a_time(data: Data) -> None:
    store = await data.open()
    await store.commit([], [answer(f"mid-{n:04}", at=n % 7) for n in range(1_300)])
    left = [await store.forget_answers(7) for _ in range(4)]
    assert left == [True, True, False, False]
    assert await store.answers([("ana", f"mid-{n:04}") for n in range(1_300)]) == {}


async def test_blanked_values_are_gone_and_offsets_stay(data: Data) -> None:
    store, state = await data.open(), data.state
    await happen(store, state, put(EVENT, "a", Room("Hall")), put(EVENT, "b", Room("Lab")))
    await happen(store, state, put(EVENT, "a", Room("Great hall")))
    await happen(store, state, put(person_stream("ana"), "s1", Star()), put(person_stream("ben"), "s1", Star()))
    await happen(store, state, delete(EVENT, Room, "a"), delete(person_stream("ana"), Star, "s1"))
    await store.blank([(EVENT, "room", "a"), (person_stream("ana"), "", ""), ("room/none", "", "")])
    kept = [(entry.offset, entry.key, entry.value) for entry in await store.entries(EVENT, 0, 10)]
    assert kept == [(1, "a", None), (2, "b", Room("Lab")), (3, "a", None), (4, "a", None)]
    assert [entry.value for entry in await store.entries(person_stream("ana"), 0, 10)] == [None, None]
    assert [entry.value for entry in await store.entries(person_stream("ben"), 0, 10)] == [Star()]
    await data.again()
    assert picture(data.state) == picture(state)


async def test_many_streams_in_one_commit(data: Data) -> None:
    store, state = await data.open(), data.state
    people = [person_stream(f"p{n}") for n in range(1_200)]
    await happen(store, state, *(put(stream, "s1", Star()) for stream in people))
    await happen(store, state, *(put(stream, "s2", Star()) for stream in people[::2]))
    assert (await store.tops())[people[0]] == 2
    assert await store.height() == sum((await store.tops()).values())
    await data.again()
    assert picture(data.state) == picture(state)
