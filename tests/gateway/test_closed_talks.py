"""T9, T16: what was said and shown in a closed session stays with its people when it is over, whatever one asks for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.gateway.test_rooms import INSIDE, OUTSIDE, RoomHouse

from turia.errors import Refused
from turia.event.caption_commands import AskTranscript, CorrectCaption
from turia.event.captions import Caption
from turia.event.commands import Actor
from turia.event.deck_commands import DecksOf
from turia.event.deck_reading import deck_for
from turia.event.decks import Deck, DeckState, SlideShow
from turia.event.entries import EVENT, Change, delete, put, room_staff_stream, room_stream, talk_stream
from turia.event.erasing import ErasePerson
from turia.event.programme import DoorPolicy, Room, Session
from turia.event.reading import ReadOlder, ReadStream
from turia.event.rooms import Invitee, Phase, SessionRun
from turia.gateway.connection import Connection
from turia.store.memory import MemoryStore
from turia.testing.backbone import NOW

HOUR = 3_600_000
TALK, NEXT = talk_stream("closed"), talk_stream("next")
LISTED = put(room_staff_stream("hall"), "closed.ana", Invitee("ana", "closed"))


def run(session: str, phase: Phase) -> Change:
    return put(room_stream("hall"), session, SessionRun(phase, NOW, NOW))


SETTING = (
    put(EVENT, "closed", Session("Closed", NOW, NOW + HOUR, room="hall", door=DoorPolicy.INVITATION)),
    put(EVENT, "next", Session("Next", NOW + HOUR, NOW + 2 * HOUR, room="hall")),
    LISTED,
    run("closed", Phase.LIVE),
)
SAID = (
    put(TALK, "d", Deck("closed", "Secret slides", "head", DeckState.READY, 3, 1, 1, 3)),
    put(TALK, "closed", SlideShow("closed", "d", 2, "head", NOW)),
    put(TALK, "c1", Caption("closed", "Secret words", NOW, NOW)),
    put(TALK, "c2", Caption("closed", "Secret more", NOW, NOW)),
)
#: What a client may hold of the stream: nothing, its beginning, all of it.
HELD = ((0, 0), (1, 1), (1, 4))


def hall(idle: DoorPolicy = DoorPolicy.OPEN, store: MemoryStore | None = None) -> RoomHouse:
    return RoomHouse(Room("Hall", place="east", idle_door=idle), *SETTING, *SAID, store=store)


async def asked(house: RoomHouse, connection: Connection, point: tuple[str, int, int] | str) -> tuple[str, str]:
    """What becomes of a subscription: how, and all that comes."""
    house.read(connection)
    house.sub(connection, point)
    house.tick()
    await house.settle()
    house.tick()
    frames = house.read(connection)
    (answer,) = [payload for name, payload in frames if name == "ack"]
    return answer["streams"][0]["how"], str(frames)


def answers(house: RoomHouse, person: str, room: str) -> str:
    """All that the queries and files say to somebody who stands in a room."""
    by, journal = Actor(person, inside=room), house.journal
    queries: list[tuple[str, Any]] = [
        ("stream.read", ReadStream(TALK)),
        ("stream.older", ReadOlder(TALK, "caption")),
        ("stream.read", ReadStream("room/hall/talk")),
        ("captions.transcript", AskTranscript("closed", "text")),
        ("deck.list", DecksOf("closed")),
    ]
    found = []
    for name, given in queries:
        try:
            found.append(str(journal.ask(name, given, by)))
        except Refused as refused:
            found.append(refused.code)
    try:
        found.append(str(deck_for(journal.state, "d", by, journal.moment(), inside=room == "hall")))
    except Refused as refused:
        found.append(refused.code)
    return " ".join(found)


@pytest.mark.parametrize("idle", [DoorPolicy.OPEN, DoorPolicy.MEMBERS])
async def test_an_outsider_gets_nothing_of_it_once_the_room_is_open_again(idle: DoorPolicy) -> None:
    async with hall(idle) as house:
        await house.write(run("closed", Phase.ENDED))
        ben = house.come("ben", INSIDE)
        for then in (None, run("next", Phase.LIVE)):
            if then is not None:
                await house.write(then)
                house.second()
            for held in HELD:
                how, frames = await asked(house, ben, (TALK, *held))
                assert how == "refused"
                assert "Secret" not in frames
            for room in ("", "hall"):
                assert "Secret" not in answers(house, "ben", room)
        assert "Secret" not in (await asked(house, ben, NEXT))[1]


async def test_whoever_is_on_its_list_reads_it_later_and_comes_back_to_it() -> None:
    async with hall(DoorPolicy.CLOSED) as house:
        await house.write(run("closed", Phase.ENDED))
        ana = house.come("ana")
        assert (await asked(house, ana, TALK))[0] == "fresh"
        how, frames = await asked(house, ana, (TALK, 1, 3))
        assert how == "recovered"
        assert "Secret more" in frames
        assert "Secret words" not in frames
        found = answers(house, "ana", "")
        assert found.count("Secret words") == 3
        assert found.count("Secret slides") == 3


@pytest.mark.parametrize("restarted", [False, True])
async def test_whoever_was_inside_and_is_on_no_list_any_more_does_not_come_back_to_it(restarted: bool) -> None:
    store = MemoryStore()
    async with hall(store=store) as house:
        ana = house.come("ana", INSIDE)
        assert "Secret" in (await asked(house, ana, TALK))[1]
        await house.write(delete(room_staff_stream("hall"), Invitee, "closed.ana"))
        house.second()
        assert not house.heard(ana, "unsubscribed"), "she is in the room, and hears it anyway"
        await house.write(run("closed", Phase.ENDED), put(TALK, "c3", Caption("closed", "Secret end", NOW, NOW)))
        house.tick()
        frames = house.read(ana)
        assert [payload["stream"] for name, payload in frames if name == "unsubscribed"] == [TALK]
        assert "Secret end" not in str(frames)
        if not restarted:
            await stays_out(house, ana)
    if restarted:
        async with RoomHouse(None, store=store) as again:
            await stays_out(again, again.come("ana", INSIDE))


async def stays_out(house: RoomHouse, connection: Connection) -> None:
    for held in HELD:
        how, frames = await asked(house, connection, (TALK, *held))
        assert how == "refused"
        assert "Secret" not in frames
    assert "Secret" not in answers(house, "ana", "hall")


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_line_that_was_taken_out_or_whose_speaker_was_erased_is_sent_to_nobody(restarted: bool) -> None:
    """``restarted``: the log is read from the disk, and nothing of it was blanked there yet."""
    store = MemoryStore()
    async with hall(store=store) as house:
        await house.write(
            put(TALK, "c3", Caption("closed", "Slip of the tongue", NOW, NOW)),
            put(TALK, "c4", Caption("closed", "I am cross", NOW, NOW, "Cem", "cem")),
            put(TALK, "c5", Caption("closed", "Kept", NOW, NOW)),
        )
        await house.journal.do("caption.correct", CorrectCaption(session="closed", caption="c3", text=""))
        await house.journal.do("people.erase", ErasePerson(person="cem"), Actor("head"))
        house.tick()
        if not restarted:
            await tells_nobody(house)
    assert "I am cross" in str(store.log), "it is blanked on the disk by turia.backbone.erasing"
    if restarted:
        async with RoomHouse(None, store=store) as again:
            await tells_nobody(again)


async def tells_nobody(house: RoomHouse) -> None:
    ana = house.come("ana", OUTSIDE)
    for held in ((0, 0), (1, 4), (1, 5), (1, 6)):
        how, frames = await asked(house, ana, (TALK, *held))
        assert how == ("recovered" if held[1] else "fresh")
        assert "Kept" in frames
        assert "Slip" not in frames
        assert "cross" not in frames


async def test_a_door_that_closes_while_it_runs_ends_what_is_read_outside() -> None:
    async with hall() as house:
        await house.write(msgspec.structs.replace(LISTED, value=None))
        ben = house.come("ben")
        assert (await asked(house, ben, TALK))[0] == "refused"
        await house.write(put(EVENT, "closed", Session("Open now", NOW, NOW + HOUR, room="hall")))
        assert (await asked(house, ben, TALK))[0] == "fresh"
        await house.write(SETTING[0], put(TALK, "c3", Caption("closed", "Secret again", NOW, NOW)))
        house.tick()
        frames = house.read(ben)
        assert [payload["stream"] for name, payload in frames if name == "unsubscribed"] == [TALK]
        assert "Secret" not in str(frames)
