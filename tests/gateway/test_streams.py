from __future__ import annotations

import asyncio
from typing import Any

import pytest

from turia.errors import Refused
from turia.event.all_commands import COMMANDS
from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_STAFF, person_stream, put, room_staff_stream, room_stream
from turia.event.grants import Grant
from turia.event.people import Registration, Status
from turia.event.permissions import Scope
from turia.event.settings import Block
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.store.memory import MemoryStore
from turia.store.ports import unavailable
from turia.testing.backbone import NOW
from turia.testing.event_house import PUT_NOTE, EventHouse, offsets, things

ANA = Registration(Status.CHECKED_IN, "Ana", "ana@example.org", "individual", country="ES")
HALL = room_stream("hall")
HALL_STAFF = room_staff_stream("hall")


def names(frames: list[Any]) -> list[str]:
    return [each[0] for each in frames]


# -- subscribing -----------------------------------------------------------------------------------


async def test_who_subscribes_first_gets_the_answer_then_the_whole_state() -> None:
    async with EventHouse(put(EVENT, "a", Block("A", "text")), put(EVENT, "b", Block("B", ""))) as house:
        ana = house.join()
        house.sub(ana, EVENT)
        house.tick()
        ack, state = house.read(ana)
        assert ack == ("ack", {"streams": [{"stream": EVENT, "how": "fresh", "message": ""}]})
        assert state == (
            "state",
            {
                "stream": EVENT,
                "epoch": 1,
                "top": 2,
                "first": True,
                "last": True,
                "things": [
                    ["block", "a", 1, NOW, "system", {"title": "A", "text": "text"}],
                    ["block", "b", 2, NOW, "system", {"title": "B", "text": ""}],
                ],
            },
        )


async def test_an_empty_stream_is_one_empty_page() -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.sub(ana, HALL)
        house.tick()
        (_, (name, page)) = house.read(ana)
        assert (name, page["first"], page["last"], page["top"], page["things"]) == ("state", True, True, 0, [])


async def test_a_long_state_comes_in_pages_that_belong_together() -> None:
    blocks = [put(EVENT, f"b{n}", Block("title", "x" * 1_000)) for n in range(100)]
    async with EventHouse(*blocks) as house:
        ana = house.join()
        house.sub(ana, EVENT)
        house.tick(20)
        pages = [payload for name, payload in house.read(ana) if name == "state"]
        assert [page["first"] for page in pages] == [True] + [False] * (len(pages) - 1)
        assert [page["last"] for page in pages] == [False] * (len(pages) - 1) + [True]
        assert {page["top"] for page in pages} == {100}
        assert [row[1] for page in pages for row in page["things"]] == [f"b{n}" for n in range(100)]
        assert len(pages) >= 6


async def test_of_some_kinds_a_fresh_state_holds_the_newest_only() -> None:
    async with EventHouse() as house:
        for n in range(60):
            await house.put(f"text {n}", kind="notice", key=f"n{n}")
        ana = house.join()
        house.sub(ana, EVENT)
        house.tick()
        assert list(things(house.read(ana))) == [("notice", f"n{n}") for n in range(10, 60)]


async def test_a_fresh_state_never_shows_what_is_not_on_disk() -> None:
    store = SlowStore()
    async with EventHouse(put(EVENT, "a", Block("A", "")), store=store) as house:
        ana, ben = house.join("ana"), house.join("ben")
        store.gate = asyncio.Event()
        doing = asyncio.ensure_future(house.put("never", key="b"))
        await house.settle()
        house.sub(ana, EVENT)
        house.emit(ben, "ask", {"name": "stream.read", "body": {"stream": EVENT}})
        house.tick()
        assert names(house.read(ana)) == ["ack"]
        store.failing = unavailable("the disk is full")
        store.gate.set()
        with pytest.raises(Refused):
            await doing
        store.failing = None
        house.tick()
        assert list(things(house.read(ana))) == [("block", "a")]
        assert [row[1] for row in house.read(ben)[0][1]["answer"]["things"]] == ["a"]
        await house.put("text", key="c")
        house.tick()
        assert offsets(house.read(ana)) == [2]


# -- entries ---------------------------------------------------------------------------------------


async def test_entries_of_a_tick_are_one_frame_and_the_same_bytes_for_all() -> None:
    async with EventHouse() as house:
        people = [house.join(name) for name in ("ana", "ben", "eve")]
        for each in people:
            house.sub(each, EVENT)
        house.tick()
        for each in people:
            house.read(each)
        await house.put("one", key="a")
        await house.put("", key="a")
        assert all(not each.outbox.pending for each in people)
        house.streams.publish()
        frames = [each.outbox.pending for each in people]
        assert [len(each) for each in frames] == [1, 1, 1]
        assert frames[0][0] is frames[1][0] is frames[2][0]
        house.tick()
        assert house.read(people[0]) == [
            (
                "entries",
                {
                    "stream": EVENT,
                    "epoch": 1,
                    "entries": [
                        [1, NOW + 50, "system", "block", "a", {"title": "one", "text": "one"}],
                        [2, NOW + 50, "system", "block", "a", None],
                    ],
                },
            )
        ]


async def test_an_answer_never_overtakes_the_entries_it_speaks_of() -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.sub(ana, EVENT)
        house.tick()
        house.read(ana)
        house.emit(ana, "do", {"name": PUT_NOTE, "mid": "mid-00001", "body": {"text": "hello"}})
        await house.settle()
        assert house.entries(), "it is on disk"
        assert not ana.outbox.pending, "and nothing was said before the tick"
        house.tick()
        entries, ack = house.read(ana)
        assert (entries[0], ack) == ("entries", ("ack", {"answer": {"offset": 1}}))


async def test_answers_wait_behind_entries_that_a_slow_line_keeps_back() -> None:
    blocks = [put(EVENT, f"b{n}", Block("title", "x" * 2_000)) for n in range(200)]
    async with EventHouse(*blocks) as house:
        ana = house.join()
        house.transports[ana].block()
        house.house.held.add(ana.outbox)
        house.sub(ana, EVENT)
        house.emit(ana, "do", {"name": PUT_NOTE, "mid": "mid-00001", "body": {"text": "hello"}})
        await house.settle()
        house.tick(3)
        house.transports[ana].free()
        house.tick(30)
        read = house.read(ana)
        assert names(read)[0] == "ack"
        assert names(read)[-2:] == ["entries", "ack"]
        assert set(names(read)[1:-2]) == {"state"}


async def test_a_fresh_state_goes_no_faster_than_the_line() -> None:
    blocks = [put(EVENT, f"b{n}", Block("title", "x" * 4_000)) for n in range(100)]
    async with EventHouse(*blocks) as house:
        ana = house.join()
        house.sub(ana, EVENT)
        house.tick()
        first = house.read(ana)
        assert 0 < len(first) < 10
        house.transports[ana].block()
        house.house.held.add(ana.outbox)
        house.tick(20)
        assert house.read(ana) == []
        assert ana.outbox.pending_bytes < limits.OUTBOX_MAX_BYTES
        house.transports[ana].free()
        house.tick(40)
        assert len(things(first + house.read(ana))) == 100


async def test_a_line_that_takes_nothing_is_closed_before_much_waits_for_it() -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.sub(ana, EVENT)
        house.tick()
        house.transports[ana].block()
        house.house.held.add(ana.outbox)
        for n in range(80):
            await house.put("x" * 2_000, key=f"k{n}", times=50)
            house.tick()
        assert house.transports[ana].aborted
        assert ana.close_code is CloseCode.SLOW_CONSUMER
        assert not house.streams._readers
        assert not house.streams._slow


# -- coming back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("in_memory", [True, False])
async def test_who_comes_back_gets_exactly_what_is_missing(in_memory: bool) -> None:
    store = MemoryStore()
    async with EventHouse(store=store) as first:
        for n in range(1, 11):
            await first.put(f"text {n}", key=f"k{n}")
        first.tick()
        if in_memory:
            ana = first.join()
            first.sub(ana, (EVENT, 1, 7))
            first.tick()
            ack, *rest = first.read(ana)
            assert ack[1]["streams"][0]["how"] == "recovered"
            assert offsets(rest) == [8, 9, 10]
            return
    async with EventHouse(store=store) as second:  # after a restart nothing of it is in memory
        ana = second.join()
        second.sub(ana, (EVENT, 1, 7))
        await second.put("text 11", key="k11")
        second.tick()
        await second.settle()
        second.tick()
        ack, *rest = second.read(ana)
        assert ack[1]["streams"][0]["how"] == "recovered"
        assert sorted(set(offsets(rest))) == [8, 9, 10, 11]
        assert offsets(rest)[:3] == [8, 9, 10]


async def test_what_was_deleted_meanwhile_is_not_sent_to_who_missed_it() -> None:
    async with EventHouse() as house:
        await house.put("first", key="a")
        await house.put("erased", key="b")
        await house.put("", key="b")
        await house.put("kept", key="c")
        house.tick()
        ana = house.join()
        house.sub(ana, (EVENT, 1, 1))
        house.tick()
        _, (_, frame) = house.read(ana)
        assert [(row[0], row[4], row[5]) for row in frame["entries"]] == [
            (2, "b", None),
            (3, "b", None),
            (4, "c", {"title": "kept", "text": "kept"}),
        ]


async def test_who_has_everything_gets_nothing() -> None:
    async with EventHouse(put(EVENT, "a", Block("A", ""))) as house:
        ana = house.join()
        house.sub(ana, (EVENT, 1, 1))
        house.tick()
        assert house.read(ana) == [("ack", {"streams": [{"stream": EVENT, "how": "recovered", "message": ""}]})]
        await house.put("text")
        house.tick()
        assert offsets(house.read(ana)) == [2]


@pytest.mark.parametrize(("epoch", "offset"), [(2, 5), (1, 6), (1, 0), (0, 5)])
async def test_another_epoch_or_an_offset_that_never_was_is_not_recovered(epoch: int, offset: int) -> None:
    async with EventHouse(*(put(EVENT, f"b{n}", Block("B", "")) for n in range(5))) as house:
        ana = house.join()
        house.sub(ana, (EVENT, epoch, offset))
        house.tick()
        ack, *rest = house.read(ana)
        assert ack[1]["streams"][0]["how"] == "fresh"
        assert len(things(rest)) == 5


async def test_who_lacks_too_much_gets_a_fresh_state() -> None:
    async with EventHouse() as house:
        await house.put("text", times=limits.RECOVER_ENTRIES + 2)
        house.tick()
        ana, ben = house.join("ana"), house.join("ben")
        house.sub(ana, (EVENT, 1, 1))
        house.sub(ben, (EVENT, 1, 2))
        house.tick()
        await house.settle()
        house.tick(10)
        assert house.read(ana)[0][1]["streams"][0]["how"] == "fresh"
        ack, *rest = house.read(ben)
        assert ack[1]["streams"][0]["how"] == "recovered"
        assert offsets(rest) == list(range(3, limits.RECOVER_ENTRIES + 3))


async def test_if_the_disk_does_not_answer_the_whole_state_comes_instead_of_what_is_missing() -> None:
    store = MemoryStore()
    async with EventHouse(*(put(EVENT, f"b{n}", Block("B", "")) for n in range(5)), store=store) as house:
        ana = house.join()
        store.failing = unavailable("the disk is gone")
        house.sub(ana, (EVENT, 1, 2))
        await house.settle()
        house.tick()
        assert len(things(house.read(ana))) == 5


async def test_subscribing_again_sends_it_again_and_twice_nothing_later() -> None:
    async with EventHouse(put(EVENT, "a", Block("A", ""))) as house:
        ana = house.join()
        house.sub(ana, EVENT)
        house.sub(ana, EVENT)
        house.tick()
        assert names(house.read(ana)) == ["ack", "state", "ack", "state"]
        await house.put("text")
        house.tick()
        assert offsets(house.read(ana)) == [2]


# -- leaving ---------------------------------------------------------------------------------------


async def test_what_was_done_is_answered_before_the_venue_stops() -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.sub(ana, EVENT)
        house.tick()
        house.read(ana)
        house.emit(ana, "do", {"name": PUT_NOTE, "mid": "mid-00001", "body": {"text": "hello"}})
        await house.doing.stop()
        await house.streams.stop()
        ana.close(CloseCode.SERVER_RESTART)
        assert names(house.read(ana)) == ["entries", "ack", "closing", "close"]


async def test_who_unsubscribes_or_leaves_is_forgotten() -> None:
    async with EventHouse() as house:
        ana, ben = house.join("ana"), house.join("ben")
        house.sub(ana, EVENT, HALL)
        house.sub(ben, EVENT)
        assert house.house.stats.subscriptions == 3
        house.emit(ana, "unsub", {"streams": [EVENT, "room/unknown"]})
        house.tick()
        house.read(ana)
        house.read(ben)
        await house.put("text")
        house.tick()
        assert house.read(ana) == []
        assert offsets(house.read(ben)) == [1]
        house.house.close(ana, CloseCode.LEFT)
        house.house.depart(ben)
        assert not house.streams._by_stream
        assert not house.streams._readers
        assert house.house.stats.subscriptions == 0


async def test_leaving_while_missing_entries_are_read_leaves_nothing_behind() -> None:
    store = SlowStore()
    async with EventHouse(*(put(EVENT, f"b{n}", Block("B", "")) for n in range(5)), store=store) as house:
        ana = house.join()
        store.reading = asyncio.Event()
        house.sub(ana, (EVENT, 1, 2))
        await house.settle()
        house.house.depart(ana)
        store.reading.set()
        await house.settle()
        house.tick()
        assert not house.streams._slow
        assert not house.streams._tasks
        assert [name for name, _ in house.read(ana) if name == "entries"] == []


# -- rights ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [EVENT_STAFF, "event/mail", HALL_STAFF, person_stream("ben"), "nothing", "room/"])
async def test_what_is_not_for_somebody_is_refused_as_if_it_did_not_exist(stream: str) -> None:
    async with EventHouse(put(person_stream("ana"), "ana", ANA)) as house:
        ana = house.join()
        house.sub(ana, stream, EVENT)
        house.tick()
        ack, state = house.read(ana)
        assert ack[1]["streams"][0]["how"] == "refused"
        assert ack[1]["streams"][0]["message"] == "You may not read this, or it does not exist."
        assert state[1]["stream"] == EVENT
        await house.put("secret", stream=stream, kind="notice")
        house.tick()
        assert house.read(ana) == []


async def test_who_loses_a_role_gets_no_entry_of_the_same_tick() -> None:
    grant = put(EVENT_STAFF, "g", Grant("ana", "moderator", Scope(room="hall")))
    async with EventHouse(put(person_stream("ana"), "ana", ANA), grant) as house:
        ana = house.join()
        house.sub(ana, HALL_STAFF, HALL)
        house.tick()
        house.read(ana)
        await house.put("for staff", stream=HALL_STAFF)
        house.tick()
        assert offsets(house.read(ana)) == [1]
        await house.put("secret", stream=HALL_STAFF)
        await house.journal.do("roles.revoke", _payload("roles.revoke", grant="g"))
        house.tick()
        assert house.read(ana) == [
            (
                "unsubscribed",
                {"stream": HALL_STAFF, "reason": "not_allowed", "message": "This is not for you any more."},
            )
        ]
        await house.put("for all", stream=HALL)
        house.tick()
        assert offsets(house.read(ana)) == [1]
        house.sub(ana, HALL_STAFF)
        house.tick()
        assert house.read(ana)[0][1]["streams"][0]["how"] == "refused"


async def test_a_role_ends_with_its_time_within_a_second() -> None:
    grant = put(EVENT_STAFF, "g", Grant("ana", "moderator", until=NOW + 5_000))
    async with EventHouse(put(person_stream("ana"), "ana", ANA), grant) as house:
        ana = house.join()
        house.sub(ana, HALL_STAFF)
        house.tick(95)
        assert "unsubscribed" not in names(house.read(ana))
        house.tick(25)
        assert "unsubscribed" in names(house.read(ana))


async def test_who_withdraws_is_shown_out_with_all_his_connections() -> None:
    async with EventHouse(put(person_stream("ana"), "ana", ANA)) as house:
        screens = [house.join(), house.join()]
        avatar = house.join("ana", tier="full")
        ben = house.join("ben")
        await house.journal.do("people.withdraw", _payload("people.withdraw"), Actor("ana"))
        house.tick()
        assert [each.close_code for each in (*screens, avatar)] == [CloseCode.NOT_ADMITTED] * 3
        assert ben.close_code is None


async def test_whoever_may_not_be_here_is_found_within_five_seconds_without_a_change() -> None:
    async with EventHouse() as house:
        nobody = house.join("nobody")  # of whom no entry tells: his guest pass has ended
        house.tick(100)
        assert nobody.close_code is CloseCode.NOT_ADMITTED


# -- limits ----------------------------------------------------------------------------------------


async def test_so_many_streams_and_no_more() -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.sub(ana, *(f"room/r{n}" for n in range(limits.MAX_SUBSCRIPTIONS)))
        house.sub(ana, "room/one-more")
        house.sub(ana, "room/r1")
        house.tick()
        acks = [payload for name, payload in house.read(ana) if name == "ack"]
        assert "streams" in acks[0]
        assert acks[1]["code"] == "too_many_streams"
        assert "streams" in acks[2]


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({"streams": []}, "length >= 1"),
        ({"streams": [{"stream": "room/a b"}]}, "$.streams[0].stream"),
        ({"streams": [{"stream": EVENT, "offset": -1}]}, "$.streams[0].offset"),
        ({"streams": [{"stream": EVENT}] * 33}, "length <= 32"),
        ({"streams": [{"stream": EVENT}] * 2}, "names a stream twice"),
        ({"streams": [{"stream": "x" * 200}]}, "length <= 160"),
        ({}, "`streams`"),
    ],
)
async def test_a_wrong_subscription_says_what_is_wrong(payload: Any, sentence: str) -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.emit(ana, "sub", payload)
        house.tick()
        ((_, answer),) = house.read(ana)
        assert answer["code"] == "invalid"
        assert sentence in answer["error"]


async def test_states_cannot_be_asked_for_as_fast_as_one_likes() -> None:
    async with EventHouse() as house:
        ana = house.join()
        for _ in range(3):
            house.sub(ana, *(f"room/r{n}" for n in range(30)))
        house.tick()
        answers = [payload for name, payload in house.read(ana) if name == "ack"]
        assert [each.get("code") for each in answers] == [None, None, "too_often"]


# -- helpers ---------------------------------------------------------------------------------------


class SlowStore(MemoryStore):
    """Waits at its gates, if they are set."""

    gate: asyncio.Event | None = None
    reading: asyncio.Event | None = None

    async def commit(self, entries: list[Any], answered: list[Any]) -> None:
        if self.gate is not None:
            await self.gate.wait()
        await super().commit(entries, answered)

    async def entries(self, stream: str, after: int, limit: int) -> list[Any]:
        if self.reading is not None:
            await self.reading.wait()
        return await super().entries(stream, after, limit)


def _payload(name: str, **fields: Any) -> Any:
    return COMMANDS[name].payload(**fields)
