from __future__ import annotations

import asyncio
from typing import Any

import pytest

from turia.event.entries import EVENT, person_stream, put
from turia.event.people import Registration, Status
from turia.event.settings import Block
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.store.memory import MemoryStore
from turia.store.ports import unavailable
from turia.testing.event_house import PUT_NOTE, EventHouse

ANA = Registration(Status.CHECKED_IN, "Ana", "ana@example.org", "individual", country="ES")


def order(mid: str, **body: Any) -> dict[str, Any]:
    return {"name": PUT_NOTE, "mid": mid, "body": {"text": "hello", **body}}


async def answers(house: EventHouse, connection: Any) -> list[Any]:
    await house.settle()
    house.tick()
    return [payload for name, payload in house.read(connection) if name == "ack"]


async def test_a_command_is_answered_once_it_is_on_disk() -> None:
    store = GatedStore()
    async with EventHouse(store=store) as house:
        ana = house.join()
        store.gate = asyncio.Event()
        house.emit(ana, "do", order("mid-00001"))
        assert await answers(house, ana) == []
        store.gate.set()
        assert await answers(house, ana) == [{"answer": {"offset": 1}}]
        assert [(each.actor, each.key) for each in house.entries()] == [("ana", "note")]


async def test_the_same_mid_again_has_the_same_answer_and_no_second_effect() -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.emit(ana, "do", order("mid-00001"))
        house.emit(ana, "do", order("mid-00001"))
        assert await answers(house, ana) == [{"answer": {"offset": 1}}] * 2
        house.house.depart(ana)
        again = house.join()
        house.emit(again, "do", order("mid-00001"))
        assert await answers(house, again) == [{"answer": {"offset": 1}}]
        assert len(house.entries()) == 1


async def test_a_mid_of_somebody_else_is_no_key_to_his_answer() -> None:
    async with EventHouse() as house:
        ana, ben = house.join("ana"), house.join("ben")
        house.emit(ana, "do", order("mid-00001", text="of ana"))
        await answers(house, ana)
        house.emit(ben, "do", order("mid-00001", text="of ben"))
        assert await answers(house, ben) == [{"answer": {"offset": 2}}]
        assert [each.actor for each in house.entries()] == ["ana", "ben"]


async def test_a_mid_of_another_command_is_refused_and_harms_nobody() -> None:
    async with EventHouse(put(person_stream("ana"), "ana", ANA)) as house:
        ana, ben = house.join("ana"), house.join("ben")
        house.emit(ana, "do", {"name": "people.change_look", "mid": "mid-00001", "body": {"look": [1] * 8}})
        await answers(house, ana)
        house.emit(ana, "do", order("mid-00001"))
        house.emit(ben, "do", order("mid-00002"))
        ((refused,), (done,)) = await answers(house, ana), await answers(house, ben)
        assert refused["code"] == "mid_used"
        assert done == {"answer": {"offset": 1}}


async def test_commands_of_one_connection_are_done_in_order() -> None:
    store = GatedStore()
    async with EventHouse(store=store) as house:
        ana = house.join()
        store.gate = asyncio.Event()
        for n in range(20):
            house.emit(ana, "do", order(f"mid-{n:05}", text=f"text {n}", key=f"k{n}"))
        store.gate.set()
        await house.settle()
        await house.settle()
        assert [each["answer"]["offset"] for each in await answers(house, ana)] == list(range(1, 21))
        assert [each.key for each in house.entries()] == [f"k{n}" for n in range(20)]


async def test_too_many_commands_under_way_are_told_to_come_again() -> None:
    store = GatedStore()
    async with EventHouse(store=store) as house:
        ana = house.join()
        store.gate = asyncio.Event()
        for n in range(limits.MAX_COMMANDS_WAITING + 1):
            house.clock.advance(0.1)
            house.emit(ana, "do", order(f"mid-{n:05}"))
        (refused,) = await answers(house, ana)
        assert (refused["code"], refused["retry"]) == ("too_many_commands", True)
        store.gate.set()
        for _ in range(20):
            await house.settle()
        assert len(await answers(house, ana)) == limits.MAX_COMMANDS_WAITING


async def test_what_was_taken_is_done_even_if_its_sender_is_gone() -> None:
    store = GatedStore()
    async with EventHouse(store=store) as house:
        ana = house.join()
        store.gate = asyncio.Event()
        house.emit(ana, "do", order("mid-00001", key="a"))
        house.emit(ana, "do", order("mid-00002", key="b"))
        house.house.depart(ana)
        store.gate.set()
        await house.settle()
        assert [each.key for each in house.entries()] == ["a", "b"]
        assert not house.doing._queues
        assert not house.doing._tasks


async def test_a_disk_that_takes_nothing_refuses_with_retry_and_costs_nobody_the_connection() -> None:
    store = MemoryStore()
    async with EventHouse(store=store) as house:
        ana = house.join()
        store.failing = unavailable("the disk is full")
        for n in range(2 * limits.STRIKES_PER_10_S):
            house.emit(ana, "do", order(f"mid-{n:05}"))
        refused = await answers(house, ana)
        await house.settle()
        refused += await answers(house, ana)
        assert {(each["code"], each["retry"]) for each in refused} == {("try_again", True)}
        assert ana.close_code is None
        store.failing = None
        house.clock.advance(5)
        house.emit(ana, "do", order("mid-00000"))
        assert await answers(house, ana) == [{"answer": {"offset": 1}}]


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({"name": "no.such", "mid": "mid-00001", "body": {}}, "There is no command 'no.such'."),
        ({"name": "x" * 100, "mid": "mid-00001"}, "$.name"),
        ({"name": "", "mid": "mid-00001"}, "$.name"),
        ({"name": PUT_NOTE, "mid": "short", "body": {}}, "$.mid"),
        ({"name": PUT_NOTE, "mid": "mid 00001", "body": {}}, "$.mid"),
        ({"name": PUT_NOTE, "mid": "m" * 65, "body": {}}, "$.mid"),
        ({"name": PUT_NOTE, "body": {}}, "`mid`"),
        (
            {"name": PUT_NOTE, "mid": "mid-00001", "body": {"text": 5}},
            "The field “text” must be text, not a whole number.",
        ),
        ({"name": PUT_NOTE, "mid": "mid-00001", "body": {"colour": "red"}}, "There is no field “colour”."),
        ({"name": PUT_NOTE, "mid": "mid-00001", "body": []}, "must be an object with fields, not a list"),
        ({"name": PUT_NOTE, "mid": "mid-00001", "body": None}, "must be an object with fields, not nothing"),
        ({"name": PUT_NOTE, "mid": "mid-00001", "body": {}, "by": "system"}, "`by`"),
    ],
)
async def test_a_wrong_command_says_what_is_wrong(payload: Any, sentence: str) -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.emit(ana, "do", payload)
        (answer,) = await answers(house, ana)
        assert answer["code"] == "invalid"
        assert sentence in answer["error"]
        assert house.entries() == []


async def test_nobody_does_what_only_the_server_does_and_trying_on_ends_the_connection() -> None:
    async with EventHouse() as house:
        ana = house.join()
        for n in range(limits.STRIKES_PER_10_S):
            house.emit(ana, "do", {"name": "session.follow_timetable", "mid": f"mid-{n:05}", "body": {}})
            await house.settle()
        house.tick()
        assert {payload["code"] for name, payload in house.read(ana) if name == "ack"} == {"not_allowed"}
        assert ana.close_code is CloseCode.TOO_MANY_REFUSED


async def test_a_query_is_answered_behind_the_entries_that_it_has_seen() -> None:
    async with EventHouse(put(EVENT, "a", Block("A", ""))) as house:
        ana = house.join()
        house.sub(ana, EVENT)
        house.tick()
        house.read(ana)
        await house.put("text", key="b")
        house.emit(ana, "ask", {"name": "stream.read", "body": {"stream": EVENT}})
        house.tick()
        (entries, (kind, answer)) = house.read(ana)
        assert (entries[0], kind) == ("entries", "ack")
        assert [row[1] for row in answer["answer"]["things"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"name": "no.such"}, "invalid"),
        ({"name": PUT_NOTE}, "invalid"),
        ({"name": "stream.read"}, "invalid"),
        ({"name": "stream.read", "body": {"stream": "event/staff"}}, "not_allowed"),
    ],
)
async def test_a_query_that_cannot_be_answered_is_refused(payload: Any, code: str) -> None:
    async with EventHouse() as house:
        ana = house.join()
        house.emit(ana, "ask", payload)
        (answer,) = await answers(house, ana)
        assert answer["code"] == code


async def test_commands_have_a_rate() -> None:
    async with EventHouse() as house:
        ana = house.join()
        for n in range(31):
            house.emit(ana, "do", order(f"mid-{n:05}"))
        found = await answers(house, ana)
        assert [each["code"] for each in found if "code" in each] == ["too_often"]


class GatedStore(MemoryStore):
    """Commits wait at the gate, if it is set."""

    gate: asyncio.Event | None = None

    async def commit(self, entries: list[Any], answered: list[Any]) -> None:
        if self.gate is not None:
            await self.gate.wait()
        await super().commit(entries, answered)
