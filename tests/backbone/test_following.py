"""Two servers on one database: each sees within two seconds what the other wrote, whether or not anybody said so."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from turia.backbone.following import EVERY_S, Following
from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.errors import Refused
from turia.event.commands import THE_SYSTEM
from turia.event.entries import EVENT, Entry
from turia.settings import Settings
from turia.store.memory import MemoryStore
from turia.store.open import open_store
from turia.store.ports import Store, unavailable
from turia.testing.backbone import counted_ids, picture
from turia.testing.event_house import PUT_NOTE, PutNote, TestingCommands
from turia.testing.manual_clock import ManualClock
from turia.testing.postgres import PostgresProcess


class Node:
    """A journal, and what its listeners were told."""

    def __init__(self, store: Store, clock: Clock, name: str) -> None:
        self.book = Journal(store, clock, counted_ids(name))
        self.told: list[Entry] = []
        self.book.listen(self.told.extend)

    async def put(self, text: str, *, stream: str = EVENT, times: int = 1, mid: str = "") -> None:
        await self.book.do(PUT_NOTE, PutNote(stream, "block", text, text, times), THE_SYSTEM, mid)

    def offsets(self, stream: str = EVENT) -> list[int]:
        return [entry.offset for entry in self.told if entry.stream == stream]


@pytest.fixture(params=["memory", "postgresql"])
async def nodes(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Node, Node]]:
    stores: list[Store]
    if request.param == "memory":
        stores = [MemoryStore()] * 2
    else:
        server: PostgresProcess = request.getfixturevalue("postgres")
        address = server.create_database()
        stores = [open_store(Settings(data_dir=tmp_path / name, database=address)) for name in ("a", "b")]
    async with AsyncExitStack() as stack:
        stack.enter_context(TestingCommands())
        both = [Node(store, ManualClock(), name) for store, name in zip(stores, "ab", strict=True)]
        for node in both:
            await node.book.open()
            stack.push_async_callback(node.book.close)
        yield both[0], both[1]


async def test_a_node_that_does_not_write_sees_what_another_wrote(nodes: tuple[Node, Node]) -> None:
    writes, reads = nodes
    await writes.put("one")
    await writes.put("many", times=1_200)
    await writes.put("mine", stream="person/ana", times=3)
    assert reads.told == []
    await reads.book.look()
    assert picture(reads.book.state) == picture(writes.book.state)
    assert reads.offsets() == list(range(1, 1_202)), "each once, in order, whatever the pages are"
    assert reads.offsets("person/ana") == [1, 2, 3]
    await reads.book.look()
    assert len(reads.told) == 1_204
    await reads.put("back")
    await writes.book.look()
    assert picture(reads.book.state) == picture(writes.book.state)


async def test_nothing_is_read_where_nothing_was_written(
    nodes: tuple[Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, reads = nodes
    await reads.put("own")

    async def never() -> None:
        raise AssertionError("caught up without a reason")

    monkeypatch.setattr(reads.book, "_catch_up", never)
    await asyncio.gather(*(reads.book.look() for _ in range(5)))


async def test_looking_and_writing_on_both_sides_at_once_end_in_one_order(nodes: tuple[Node, Node]) -> None:
    async def persist(node: Node, text: str, mid: str) -> None:
        while True:  # as an outbox does: the other node may be first many times in a row
            try:
                return await node.put(text, mid=mid)
            except Refused as refused:
                if not refused.retry:
                    raise

    async def live(node: Node, name: str) -> None:
        for number in range(20):
            await persist(node, f"{name}{number}", f"mid-{name}-{number:04}")
            await node.book.look()

    await asyncio.gather(*(live(node, name) for node, name in zip(nodes, "ab", strict=True)))
    for node in nodes:
        await node.book.look()
        assert node.offsets() == list(range(1, 41))
    assert picture(nodes[0].book.state) == picture(nodes[1].book.state)


async def test_a_commit_whose_end_was_not_seen_is_shown_without_another_command() -> None:
    store = MemoryStore()
    with TestingCommands():
        node = Node(store, ManualClock(), "a")
        await node.book.open()
        store.losing = unavailable("the line broke")
        with pytest.raises(Refused, match="the line broke"):
            await node.put("perhaps")
        assert (node.told, node.book.state.top(EVENT)) == ([], 0)
        store.losing = None
        await node.book.look()
        assert node.offsets() == [1]
        await node.book.close()


async def test_a_look_says_when_the_database_does_not_answer_and_the_next_one_works() -> None:
    store = MemoryStore()
    with TestingCommands():
        writes, reads = Node(store, ManualClock(), "a"), Node(store, ManualClock(), "b")
        for node in (writes, reads):
            await node.book.open()
        await writes.put("one")
        store.failing = unavailable("frozen")
        with pytest.raises(Refused, match="frozen"):
            await reads.book.look()
        store.failing = None
        await reads.book.look()
        assert reads.offsets() == [1]
        for node in (writes, reads):
            await node.book.close()
        await reads.book.look()  # after the end nothing is looked at


async def test_a_command_does_not_wait_for_a_look_and_then_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen is frozen: people are told to try again after one wait, not after two."""
    store, asked, over = MemoryStore(), asyncio.Event(), asyncio.Event()

    async def frozen() -> int:
        asked.set()
        await over.wait()
        raise unavailable("frozen")

    with TestingCommands():
        node = Node(store, ManualClock(), "a")
        await node.book.open()
        with monkeypatch.context() as broken:
            broken.setattr(store, "height", frozen)
            looking = asyncio.ensure_future(node.book.look())
            await asked.wait()
            putting = asyncio.ensure_future(node.put("meanwhile", mid="mid-0001"))
            await asyncio.sleep(0)
            over.set()
            for each in (looking, putting):
                with pytest.raises(Refused, match="frozen"):
                    await each
        assert store.commits == 0
        await node.put("meanwhile", mid="mid-0001")
        assert node.offsets() == [1]
        await node.book.close()


async def test_it_looks_by_itself_and_one_failure_holds_up_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert EVERY_S <= 2.0
    caplog.set_level(logging.ERROR)
    count, seen = itertools.count(1), asyncio.Event()

    async def refused() -> None:
        raise unavailable("frozen")

    async def broken() -> None:
        raise RuntimeError("a mistake of ours")

    async def works() -> None:
        if next(count) == 3:
            seen.set()

    following = Following(refused, broken, works, every_s=0.001)
    following.start()
    await asyncio.wait_for(seen.wait(), 60)
    await following.close()
    await following.close()
    assert [record.message for record in caplog.records][:1] == ["looking at what others wrote failed"]
    after = next(count)
    await asyncio.sleep(0.01)
    assert next(count) == after + 1
