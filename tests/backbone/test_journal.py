"""The journal: one order, nothing acknowledged before it is on disk, nothing done twice, whatever fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from turia.backbone import journal as module
from turia.backbone.journal import FORGET_EVERY_MS, KEEP_ANSWERS_MS, Journal, JournalStats
from turia.errors import Refused
from turia.event import commands
from turia.event.commands import (
    COMMANDS,
    QUERIES,
    Actor,
    Answer,
    Command,
    Decision,
    Moment,
    Query,
    command,
    decided,
    query,
)
from turia.event.entries import EVENT, Entry, delete, put
from turia.event.permissions import Permission
from turia.event.programme import Room
from turia.event.settings import Block, EventClock
from turia.event.state import State
from turia.store.memory import MemoryStore
from turia.store.ports import Answered, MovedError, unavailable
from turia.testing.backbone import NOW, counted_ids, entries_of, journal, picture
from turia.testing.manual_clock import ManualClock


class Write(Command, frozen=True):
    """Writes blocks in the stream of each page; ``expect``: their texts as the client believes them to be."""

    keys: tuple[str, ...]
    text: str = ""
    stream: str = EVENT
    expect: str | None = None


class Wipe(Command, frozen=True):
    key: str
    stream: str = EVENT


class Broken(Command, frozen=True):
    unwritable: bool = False


class Written(Answer, frozen=True):
    offset: int
    id: str


class Unwritable:
    """Something no encoder knows."""


class Count(Query, frozen=True):
    stream: str = EVENT


class Counted(Answer, frozen=True):
    blocks: int
    event_at: int


@pytest.fixture(autouse=True)
def _test_commands() -> Iterator[None]:
    """Commands of our own, for these tests only."""
    with install():
        yield


class install:  # noqa: N801 - reads as a statement
    def __enter__(self) -> None:
        command("test.write", permission=Permission.ANYBODY, answer=Written)(write)
        command("test.wipe", permission=Permission.ANYBODY)(wipe)
        command("test.broken", permission=Permission.ANYBODY)(broken)
        query("test.count", permission=Permission.ANYBODY, answer=Counted)(count)

    def __exit__(self, *_: object) -> None:
        for name in ("test.write", "test.wipe", "test.broken"):
            del COMMANDS[name]
        del QUERIES["test.count"]


def write(state: State, given: Write, by: Actor, moment: Moment) -> Decision:
    for key in given.keys:
        old = state.get(given.stream, Block, key)
        if given.expect is not None and (old.text if old else "") != given.expect:
            raise Refused("changed", "Somebody else was first.")
    changes = [put(given.stream, key, Block(key, given.text)) for key in given.keys]
    return decided(*changes, answer=Written(state.top(given.stream) + len(changes), moment.new_id()))


def wipe(state: State, given: Wipe, by: Actor, moment: Moment) -> Decision:
    if state.get(given.stream, Block, given.key) is None:
        raise Refused("unknown", "It is not there.")
    return decided(delete(given.stream, Block, given.key))


def broken(state: State, given: Broken, by: Actor, moment: Moment) -> Decision:
    if given.unwritable:
        room = Room("x", order=Unwritable())  # type: ignore[arg-type]
        return decided(put(EVENT, "before", Block("b", "b")), put(EVENT, "x", room))
    raise RuntimeError("a mistake of ours")


def count(state: State, given: Count, by: Actor, moment: Moment) -> Counted:
    return Counted(len(state.all(given.stream, Block)), moment.event_at)


ANA, BEN = Actor("ana"), Actor("ben")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def book(store: MemoryStore, clock: ManualClock) -> AsyncIterator[Journal]:
    async with journal(store=store, clock=clock) as opened:
        yield opened


def log_of(store: MemoryStore) -> State:
    """What the entries add up to, by the log alone."""
    state = State()
    for entries in store.log.values():
        state.apply(entries)
    return state


def heard(book: Journal) -> list[Entry]:
    """Collects what listeners are told."""
    entries: list[Entry] = []
    book.listen(entries.extend)
    return entries


# -- doing and asking ------------------------------------------------------------------------------


async def test_a_command_is_on_disk_and_told_when_it_is_answered(book: Journal, store: MemoryStore) -> None:
    told = heard(book)
    answer = await book.do("test.write", Write(("a", "b"), "hello"), ANA)
    assert answer == Written(2, "id-1")
    expected = [Entry(EVENT, n + 1, NOW, "ana", "block", key, Block(key, "hello")) for n, key in enumerate("ab")]
    assert store.log[EVENT] == told == expected
    assert book.state.get(EVENT, Block, "b") == Block("b", "hello")
    assert await book.entries(EVENT, 1, 10) == expected[1:]


async def test_a_refusal_changes_nothing(book: Journal, store: MemoryStore) -> None:
    with pytest.raises(Refused, match="not there"):
        await book.do("test.wipe", Wipe("none"), ANA)
    assert (store.log, store.commits, picture(book.state)) == ({}, 1, {"tops": {}})


async def test_queries_see_what_is_so_and_the_shifted_clock(
    book: Journal, store: MemoryStore, clock: ManualClock
) -> None:
    await book.do("test.write", Write(("a",)))
    async with journal(put(EVENT, "clock", EventClock(-5_000)), clock=clock) as shifted:
        assert shifted.ask("test.count", Count(), ANA) == Counted(0, NOW - 5_000)
    assert book.ask("test.count", Count(), ANA) == Counted(1, NOW)


async def test_commands_that_come_together_share_a_commit_and_see_each_other(book: Journal, store: MemoryStore) -> None:
    before = store.commits
    wanted = [Write(("a",), "1", expect=""), Write(("a",), "2", expect="1"), Write(("a",), "3", expect="1")]
    tasks = [book.do("test.write", each, ANA) for each in wanted]
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers[:2] == [Written(1, "id-1"), Written(2, "id-2")]
    assert isinstance(answers[2], Refused)
    assert store.commits == before + 1
    assert [entry.value.text for entry in store.log[EVENT] if isinstance(entry.value, Block)] == ["1", "2"]


async def test_more_commands_than_one_commit_takes_keep_their_order(
    book: Journal, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 3)
    before = store.commits
    await asyncio.gather(*(book.do("test.write", Write((f"k{n}",)), ANA) for n in range(10)))
    assert [entry.key for entry in store.log[EVENT]] == [f"k{n}" for n in range(10)]
    assert store.commits == before + 4


async def test_a_full_queue_refuses_at_once(book: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_QUEUE", 2)
    tasks = [asyncio.ensure_future(book.do("test.write", Write((f"k{n}",)), ANA)) for n in range(4)]
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    refused = [each for each in answers if isinstance(each, Refused)]
    assert [(each.code, each.retry) for each in refused] == [("try_again", True)] * 2


async def test_what_it_does_is_counted(book: Journal, store: MemoryStore) -> None:
    await book.do("test.write", Write(("a", "b")), ANA, "mid-0001")
    await book.do("test.write", Write(("a", "b")), ANA, "mid-0001")
    with pytest.raises(Refused):
        await book.do("test.wipe", Wipe("none"), ANA)
    store.failing = unavailable("the disk is full")
    with pytest.raises(Refused):
        await book.do("test.write", Write(("c",)), ANA)
    assert book.stats == JournalStats(commands=1, refused=1, answered_again=1, commits=1, entries=2, failed_commits=1)
    assert book.waiting == 0


# -- the same command again ------------------------------------------------------------------------


async def test_the_same_id_gets_the_same_answer_and_has_no_second_effect(book: Journal, store: MemoryStore) -> None:
    first = await book.do("test.write", Write(("a",), "1"), ANA, "mid-0001")
    assert await book.do("test.write", Write(("a",), "1"), ANA, "mid-0001") == first
    assert len(store.log[EVENT]) == 1


async def test_the_same_id_after_a_restart(store: MemoryStore, clock: ManualClock) -> None:
    async with journal(store=store) as book:
        first = await book.do("test.write", Write(("a",), "1"), ANA, "mid-0001")
    async with journal(store=store) as book:
        assert await book.do("test.write", Write(("a",), "1"), ANA, "mid-0001") == first
        assert picture(book.state) == picture(log_of(store))


async def test_the_same_id_twice_in_one_batch(book: Journal, store: MemoryStore) -> None:
    given = Write(("a",), "1", expect="")
    answers = await asyncio.gather(*(book.do("test.write", given, ANA, "mid-0001") for _ in range(3)))
    assert answers == [Written(1, "id-1")] * 3
    assert len(store.log[EVENT]) == 1


async def test_a_refused_command_twice_in_one_batch_is_refused_twice(book: Journal) -> None:
    answers = await asyncio.gather(
        *(book.do("test.wipe", Wipe("none"), ANA, "mid-0001") for _ in range(2)), return_exceptions=True
    )
    assert [each.code for each in answers if isinstance(each, Refused)] == ["unknown"] * 2


async def test_a_refused_command_may_come_again_under_its_id(book: Journal) -> None:
    with pytest.raises(Refused):
        await book.do("test.wipe", Wipe("a"), ANA, "mid-0001")
    await book.do("test.write", Write(("a",)), ANA)
    assert await book.do("test.wipe", Wipe("a"), ANA, "mid-0001") == Answer()


async def test_the_same_id_of_another_person_is_another_command(book: Journal, store: MemoryStore) -> None:
    both = [book.do("test.write", Write(("a",), by.person), by, "mid-0001") for by in (ANA, BEN)]
    answers = await asyncio.gather(*both)
    assert answers == [Written(1, "id-1"), Written(2, "id-2")]
    assert [entry.actor for entry in store.log[EVENT]] == ["ana", "ben"]


async def test_an_id_that_was_used_for_another_command_is_refused(book: Journal) -> None:
    await book.do("test.write", Write(("a",)), ANA, "mid-0001")
    await book.do("test.wipe", Wipe("a"), ANA, "mid-0002")
    with pytest.raises(Refused) as caught:
        await book.do("test.write", Write(("a",)), ANA, "mid-0002")
    assert caught.value.code == "mid_used"
    assert not caught.value.retry


async def test_a_command_without_changes_is_remembered_too(book: Journal) -> None:
    first = await book.do("test.write", Write(()), ANA, "mid-0001")
    assert await book.do("test.write", Write(()), ANA, "mid-0001") == first


async def test_old_answers_are_forgotten_every_hour(book: Journal, store: MemoryStore, clock: ManualClock) -> None:
    first = await book.do("test.write", Write(("a",)), ANA, "mid-0001")
    clock.advance(KEEP_ANSWERS_MS / 1_000 - 60)
    await book.do("test.write", Write(("b",)), ANA)
    assert await book.do("test.write", Write(("a",)), ANA, "mid-0001") == first
    clock.advance(FORGET_EVERY_MS / 1_000)
    await book.do("test.write", Write(("b",)), ANA)
    assert await book.do("test.write", Write(("a",)), ANA, "mid-0001") != first


async def test_many_old_answers_go_with_one_commit_after_the_other(
    book: Journal, store: MemoryStore, clock: ManualClock
) -> None:
    store.forget_at_once = 2
    for n in range(5):
        await book.do("test.write", Write((f"k{n}",)), ANA, f"mid-{n:04}")
    clock.advance(KEEP_ANSWERS_MS / 1_000 + 1)
    left = []
    for _ in range(4):
        await book.do("test.write", Write(("x",)), ANA)
        left.append(len(await store.answers([("ana", f"mid-{n:04}") for n in range(5)])))
    await book.close()
    assert left[0] in (3, 5)
    assert left[-1] == 0


async def test_forgetting_may_fail(book: Journal, store: MemoryStore, clock: ManualClock) -> None:
    async def fails(before: int) -> bool:
        raise unavailable("the disk is full")

    store.forget_answers = fails  # type: ignore[method-assign]
    clock.advance(FORGET_EVERY_MS / 1_000)
    assert await book.do("test.write", Write(("a",)), ANA)
    assert await book.do("test.write", Write(("a",)), ANA)


# -- failures --------------------------------------------------------------------------------------


async def test_a_commit_that_fails_leaves_no_trace_and_the_same_id_may_come_again(
    book: Journal, store: MemoryStore
) -> None:
    await asyncio.gather(*(book.do("test.write", Write((key,), "old"), ANA) for key in "abc"))
    told, before = heard(book), picture(book.state)
    store.failing = unavailable("the disk is full")
    wanted = (("test.wipe", Wipe("a")), ("test.write", Write(("b", "d"), "new")), ("test.wipe", Wipe("d")))
    tasks = [book.do(name, given, ANA, f"mid-{n:04}") for n, (name, given) in enumerate(wanted)]
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [each.retry for each in answers if isinstance(each, Refused)] == [True] * 3
    assert (picture(book.state), told) == (before, [])
    store.failing = None
    await asyncio.gather(*(book.do(name, given, ANA, f"mid-{n:04}") for n, (name, given) in enumerate(wanted)))
    assert list(book.state.all(EVENT, Block)) == ["b", "c"]
    assert picture(book.state) == picture(log_of(store))


async def test_what_waits_behind_a_failing_commit_is_refused_with_it(
    book: Journal, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt takes the database's whole time limit: nobody waits for a second one."""
    monkeypatch.setattr(module, "_BATCH", 1)
    store.failing = unavailable("the database does not answer")
    attempts = 0

    async def commit(entries: object, answered: object) -> None:
        nonlocal attempts
        attempts += 1
        raise unavailable("the database does not answer")

    store.commit = commit  # type: ignore[method-assign]
    store.failing = None
    tasks = [book.do("test.write", Write((f"k{n}",)), ANA) for n in range(20)]
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [each.code for each in answers if isinstance(each, Refused)] == ["try_again"] * 20
    assert attempts == 1


async def test_a_refusal_that_rests_on_a_commit_waits_for_it(book: Journal, store: MemoryStore) -> None:
    store.failing = unavailable("the disk is full")
    wanted = [Write(("seat",), "ana", expect=""), Write(("seat",), "ben", expect="")]
    answers = await asyncio.gather(*(book.do("test.write", each) for each in wanted), return_exceptions=True)
    assert [each.code for each in answers if isinstance(each, Refused)] == ["try_again"] * 2


async def test_a_commit_that_was_written_though_it_seemed_to_fail_is_found(book: Journal, store: MemoryStore) -> None:
    told = heard(book)
    store.losing = unavailable("the database does not answer")
    with pytest.raises(Refused) as caught:
        await book.do("test.write", Write(("a",), "1", expect=""), ANA, "mid-0001")
    assert caught.value.retry
    assert (picture(book.state), told) == ({"tops": {}}, [])
    store.losing = None
    assert await book.do("test.write", Write(("a",), "1", expect=""), ANA, "mid-0001") == Written(1, "id-1")
    assert told == store.log[EVENT]
    assert picture(book.state) == picture(log_of(store))


async def test_what_was_thought_lost_counts_for_the_next_command(book: Journal, store: MemoryStore) -> None:
    store.losing = unavailable("the database does not answer")
    with pytest.raises(Refused):
        await book.do("test.write", Write(("a",), "1", expect=""), ANA)
    store.losing = None
    with pytest.raises(Refused, match="first"):
        await book.do("test.write", Write(("a",), "2", expect=""), BEN)


async def test_a_mistake_of_ours_fails_that_command_alone(book: Journal, caplog: pytest.LogCaptureFixture) -> None:
    before = picture(book.state)
    with caplog.at_level(logging.CRITICAL, "turia.backbone.journal"):
        answers = await asyncio.gather(
            book.do("test.broken", Broken(), ANA),
            book.do("test.write", Write(("a",)), ANA),
            return_exceptions=True,
        )
    assert isinstance(answers[0], Refused)
    assert answers[0].code == "internal"
    assert answers[1] == Written(1, "id-1")
    assert picture(book.state) != before


async def test_what_cannot_be_written_does_not_take_the_others_with_it(
    book: Journal, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    async def commit(entries: list[Entry], answered: list[Answered]) -> None:
        if any(isinstance(entry.value, Room) for entry in entries):
            raise TypeError("no encoder")
        await MemoryStore.commit(store, entries, answered)

    store.commit = commit  # type: ignore[method-assign]
    with caplog.at_level(logging.CRITICAL, "turia.backbone.journal"):
        answers = await asyncio.gather(
            book.do("test.write", Write(("a",)), ANA),
            book.do("test.broken", Broken(unwritable=True), ANA),
            book.do("test.write", Write(("b",)), ANA),
            return_exceptions=True,
        )
    assert isinstance(answers[1], Refused)
    assert [entry.key for entry in store.log[EVENT]] == ["a", "b"]
    assert picture(book.state) == picture(log_of(store))


async def test_a_deaf_listener_does_not_take_it_from_the_others(
    book: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    def deaf(_entries: list[Entry]) -> None:
        raise RuntimeError("deaf")

    stop = book.listen(deaf)
    told = heard(book)
    with caplog.at_level(logging.CRITICAL, "turia.backbone.journal"):
        await book.do("test.write", Write(("a",)), ANA)
    stop()
    await book.do("test.write", Write(("b",)), ANA)
    assert [entry.key for entry in told] == ["a", "b"]


async def test_a_listener_may_do_commands_and_stop_listening(book: Journal, store: MemoryStore) -> None:
    tasks: list[asyncio.Future[Answer]] = []

    def react(entries: list[Entry]) -> None:
        stop()
        tasks.append(asyncio.ensure_future(book.do("test.write", Write(("reaction",)))))

    stop = book.listen(react)
    await book.do("test.write", Write(("a",)), ANA)
    await asyncio.gather(*tasks)
    assert [entry.key for entry in store.log[EVENT]] == ["a", "reaction"]


async def test_whoever_stops_waiting_does_not_undo_it(book: Journal, store: MemoryStore) -> None:
    task = asyncio.ensure_future(book.do("test.write", Write(("a",)), ANA))
    await asyncio.sleep(0)
    task.cancel()
    await book.do("test.write", Write(("b",)), ANA)
    assert task.cancelled()
    assert [entry.key for entry in store.log[EVENT]] == ["a", "b"]


# -- other nodes -----------------------------------------------------------------------------------


async def test_another_node_was_first_also_in_a_stream_that_is_new_to_us(book: Journal, store: MemoryStore) -> None:
    told = heard(book)
    async with journal(store=store) as other:
        await other.do("test.write", Write(("a",), "theirs"), BEN)
        await other.do("test.write", Write(("w",), "wait", stream="room/new"), BEN)
        with pytest.raises(Refused, match="first"):
            await book.do("test.write", Write(("a",), "mine", expect=""), ANA)
        assert picture(book.state) == picture(other.state) == picture(log_of(store))
    assert [entry.actor for entry in told] == ["ben", "ben"]


async def test_the_same_command_on_two_nodes_is_done_once(book: Journal, store: MemoryStore) -> None:
    async with journal(store=store) as other:
        both = (each.do("test.write", Write(("a",), "1"), ANA, "mid-0001") for each in (book, other))
        first, second = await asyncio.gather(*both)
    assert first == second
    assert len(store.log[EVENT]) == 1


async def test_somebody_who_is_always_second_is_told_to_try_again(book: Journal, store: MemoryStore) -> None:
    async def commit(entries: object, answered: object) -> None:
        await MemoryStore.commit(store, entries_of(put(EVENT, "x", Block("x", "")), state=log_of(store)), [])
        raise MovedError

    store.commit = commit  # type: ignore[method-assign]
    with pytest.raises(Refused, match="Too much") as caught:
        await book.do("test.write", Write(("a",)), ANA)
    assert caught.value.retry
    assert [entry.key for entry in store.log[EVENT]] == ["x"] * 5


# -- opening and closing ---------------------------------------------------------------------------


async def test_it_takes_nothing_before_it_is_open_and_after_it_was_closed(store: MemoryStore) -> None:
    book = Journal(store, ManualClock())
    for _ in range(2):
        with pytest.raises(Refused, match="restarting") as caught:
            await book.do("test.write", Write(("a",)), ANA)
        assert caught.value.retry
        await book.close()
    assert store.log == {}


async def test_closing_finishes_what_waits(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 2)
    book = Journal(store, ManualClock(), counted_ids())
    await book.open()
    tasks = [asyncio.ensure_future(book.do("test.write", Write((f"k{n}",)), ANA)) for n in range(7)]
    await asyncio.sleep(0)
    await asyncio.gather(book.close(), book.close())
    assert await asyncio.gather(*tasks) == [Written(n, f"id-{n}") for n in range(1, 8)]
    assert len(store.log[EVENT]) == 7
    with pytest.raises(Refused, match="restarting"):
        await book.do("test.write", Write(("late",)), ANA)


async def test_nobody_waits_for_ever_when_the_loop_is_torn_down(store: MemoryStore) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def commit(entries: object, answered: object) -> None:
        begun.set()
        await never.wait()

    store.commit = commit  # type: ignore[method-assign]
    book = Journal(store, ManualClock())
    await book.open()
    tasks = [asyncio.ensure_future(book.do("test.write", Write(("a",)), ANA))]
    await begun.wait()
    tasks.append(asyncio.ensure_future(book.do("test.write", Write(("b",)), ANA)))
    await asyncio.sleep(0)
    assert book._task is not None
    book._task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [each.code for each in answers if isinstance(each, Refused)] == ["try_again"] * 2
    assert picture(book.state) == {"tops": {}}


# -- everything at once ----------------------------------------------------------------------------


class Sent(NamedTuple):
    """A command in a client's outbox. ``wiped``: id of the command whose block it takes away."""

    person: str
    mid: str
    stream: str
    wiped: str

    @property
    def key(self) -> tuple[str, str]:
        return self.person, self.mid


class Backbone(RuleBasedStateMachine):
    """Commands, failures, second nodes and restarts in any order.

    Clients keep their commands in an outbox and repeat them until they are answered, as browsers do. Every command
    writes one entry that carries its id, so that the log itself shows what was lost, doubled or reordered.
    """

    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.installed = install()
        self.installed.__enter__()
        self.store = MemoryStore()
        self.nodes = [self.node(), self.node()]
        self.told: list[list[Entry]] = [[], []]
        for number in (0, 1):
            self.hear(number)
        self.numbers = 0
        #: What was acknowledged: (actor, mid) -> answer.
        self.acknowledged: dict[tuple[str, str], Answer] = {}

    def node(self) -> Journal:
        book = Journal(self.store, ManualClock(), counted_ids())
        self.loop.run_until_complete(book.open())
        return book

    def hear(self, number: int) -> None:
        self.told[number] = []
        self.nodes[number].listen(lambda entries: self.told[number].extend(entries))
        #: What it knew when it started to listen.
        self.known = getattr(self, "known", [{}, {}])
        self.known[number] = dict(self.nodes[number].state.tops)

    @rule(
        target=sent,
        person=st.sampled_from(["ana", "ben"]),
        stream=st.sampled_from([EVENT, "room/a", "room/b"]),
        wiped=st.one_of(st.none(), sent),
    )
    def command(self, person: str, stream: str, wiped: Sent | None) -> Sent:
        """A command for the outbox: a new block, or away with the one that an earlier command wrote."""
        self.numbers += 1
        return Sent(person, f"mid-{self.numbers:05}", wiped.stream if wiped else stream, wiped.mid if wiped else "")

    @rule(
        batch=st.lists(st.tuples(sent, st.integers(0, 1)), min_size=1, max_size=12),
        failing=st.sampled_from(["", "", "failing", "losing"]),
    )
    def send(self, batch: list[tuple[Sent, int]], failing: str) -> None:
        """Some commands, new or repeated, at once on both nodes, while the store works or not."""
        if failing:
            setattr(self.store, failing, unavailable("the database does not answer"))
        before = set(self.acknowledged)
        answers = self.loop.run_until_complete(self.together(batch))
        self.store.failing = self.store.losing = None
        for (wanted, node), answer in zip(batch, answers, strict=True):
            if isinstance(answer, Refused):
                assert answer.code == "unknown" or (failing and answer.code == "try_again")
                assert wanted.key not in before or failing
            elif isinstance(answer, Answer):
                assert self.acknowledged.setdefault(wanted.key, answer) == answer
                assert self.offset_of(wanted) <= self.nodes[node].state.top(wanted.stream)
            else:
                raise answer

    def offset_of(self, done: Sent) -> int:
        """Offset of what a command wrote: the one that answered it must know it."""
        key, wiped = done.wiped or done.mid, bool(done.wiped)
        log = self.store.log[done.stream]
        found = [entry.offset for entry in log if entry.key == key and (entry.value is None) == wiped]
        assert len(found) == 1
        return found[0]

    async def together(self, batch: list[tuple[Sent, int]]) -> list[Answer | BaseException]:
        return await asyncio.gather(*(self.do(self.nodes[node], each) for each, node in batch), return_exceptions=True)

    async def do(self, book: Journal, sent: Sent) -> Answer:
        """A block is named by the id of the command that wrote it."""
        if sent.wiped:
            return await book.do("test.wipe", Wipe(sent.wiped, sent.stream), Actor(sent.person), sent.mid)
        return await book.do("test.write", Write((sent.mid,), sent.person, sent.stream), Actor(sent.person), sent.mid)

    @rule(number=st.integers(0, 1))
    def restart(self, number: int) -> None:
        """A node is killed (nothing is flushed) and comes back."""
        task = self.nodes[number]._task
        assert task is not None
        task.cancel()
        self.loop.run_until_complete(asyncio.wait([task]))
        self.nodes[number] = self.node()
        self.hear(number)

    @rule(number=st.integers(0, 1))
    def stop(self, number: int) -> None:
        """A node is stopped in order and comes back."""
        self.loop.run_until_complete(self.nodes[number].close())
        self.nodes[number] = self.node()
        self.hear(number)

    @invariant()
    def nothing_is_lost_doubled_or_reordered(self) -> None:
        for stream, entries in self.store.log.items():
            assert [entry.offset for entry in entries] == list(range(1, len(entries) + 1)), stream
        written = [
            (entry.actor, entry.key) for log in self.store.log.values() for entry in log if entry.value is not None
        ]
        assert len(written) == len(set(written))
        lost = {key for key, answer in self.acknowledged.items() if isinstance(answer, Written)} - set(written)
        assert not lost

    @invariant()
    def each_node_knows_a_beginning_of_the_log_and_told_all_of_it(self) -> None:
        for book, told, known in zip(self.nodes, self.told, self.known, strict=True):
            folded = State()
            for stream, top in book.state.tops.items():
                folded.apply(self.store.log[stream][:top])
                assert [entry for entry in told if entry.stream == stream] == (
                    self.store.log[stream][known.get(stream, 0) : top]
                )
            assert picture(book.state) == picture(folded)

    def teardown(self) -> None:
        for book in self.nodes:
            self.loop.run_until_complete(book.close())
        self.loop.close()
        self.installed.__exit__()


def test_commands_failures_and_restarts_in_any_order() -> None:
    for name in ("test.write", "test.wipe", "test.broken"):
        commands.COMMANDS.pop(name)
    commands.QUERIES.pop("test.count")
    try:
        run_state_machine_as_test(Backbone, settings=settings(max_examples=100, stateful_step_count=20, deadline=None))
    finally:
        install().__enter__()
