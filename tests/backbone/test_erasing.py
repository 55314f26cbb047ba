"""Blanking the log after somebody asked to be deleted, also after a crash and with a full disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from tests.event.rig import Event, busy_event

from turia.backbone.erasing import Eraser
from turia.backbone.first_start import move_talks
from turia.backbone.journal import Journal
from turia.event.caption_commands import lines_of
from turia.event.captions import Caption
from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_MAIL, EVENT_STAFF, delete, person_stream, put
from turia.event.erasing import EraseMine, Erasure, pending
from turia.event.invitations import Invitation
from turia.event.invitations_over import FORGET_AFTER_MS, RevokeInvitation
from turia.event.mail import Mail
from turia.event.people import Registration
from turia.event.programme import Room, Session
from turia.store.memory import MemoryStore
from turia.store.ports import unavailable
from turia.testing.backbone import journal
from turia.testing.manual_clock import ManualClock


def told(store: MemoryStore) -> str:
    return msgspec.json.encode(store.log).decode()


def done_in(book: Journal) -> asyncio.Event:
    """Set once an erasure is done."""
    done = asyncio.Event()
    book.listen(lambda entries: done.set() if any(_is_done(entry.value) for entry in entries) else None)
    return done


async def test_the_log_is_blanked_and_offsets_stay(tmp_path: Path) -> None:
    event, ana = busy_event()
    store = MemoryStore()
    await store.commit(event.log, [])
    letters = [tmp_path / f"{key}.eml" for key in (*event.state.all(EVENT_MAIL, Mail), "another")]
    for letter in letters:
        letter.write_text("Dear Ana Secret")
    async with journal(store=store) as book:
        done = done_in(book)
        eraser = Eraser(book, store, tmp_path)
        eraser.start()
        tops = dict(book.state.tops)
        await book.do("people.erase_mine", EraseMine(sure=True), Actor(ana))
        await asyncio.wait_for(done.wait(), 60)
        await eraser.close()
        assert not pending(book.state)
        assert all(book.state.top(stream) >= top for stream, top in tops.items())
    assert [letter.exists() for letter in letters] == [False] * (len(letters) - 1) + [True]
    log = told(store)
    for word in ("Secret", "Hidden", "ana@example.org"):
        assert word not in log
    assert "Ben" in log
    for stream, entries in store.log.items():
        assert [entry.offset for entry in entries] == list(range(1, len(entries) + 1)), stream
    assert store.log[person_stream(ana)][0].kind == Registration.kind


async def test_of_an_invitation_that_is_over_nothing_is_left_in_log_and_files(tmp_path: Path) -> None:
    event = Event()
    given = {"address": "zoe@example.org", "name": "Zoe Secret", "note": "Dear Zoe Secret"}
    keys = [event.do("people.invite", event.organiser, role=role, **given).invitation for role in ("", "speaker")]
    store = MemoryStore()
    await store.commit(event.log, [])
    letters = [tmp_path / f"{key}.eml" for key in event.state.all(EVENT_MAIL, Mail)]
    for letter in letters:
        letter.write_text("Dear Zoe Secret")
    clock = ManualClock()
    async with journal(store=store, clock=clock) as book:
        eraser = Eraser(book, store, tmp_path)
        eraser.start()
        for how in ("taken back", "never accepted"):
            done = done_in(book)
            if how == "taken back":
                await book.do("people.revoke_invitation", RevokeInvitation(keys[0]), event.organiser)
            else:
                clock.advance(FORGET_AFTER_MS / 1_000)
                eraser._wake.set()
            await asyncio.wait_for(done.wait(), 60)
        await eraser.close()
        assert book.state.all(EVENT_STAFF, Invitation) == {}
    assert len(letters) == 2
    assert not any(letter.exists() for letter in letters)
    log = told(store)
    assert "Secret" not in log
    assert "zoe@example.org" not in log
    (taken_back,) = [each for each in store.log[EVENT_STAFF] if each.key == keys[0] and each.actor != "system"][-1:]
    assert taken_back.actor == event.organiser.person, "who did it and when stays"


async def test_what_a_crash_or_a_full_disk_cut_off_is_done_later(tmp_path: Path) -> None:
    event, ana = busy_event()
    event.do("people.erase_mine", Actor(ana), sure=True)
    store = Stubborn()
    await store.commit(event.log, [])
    async with journal(store=store) as book:
        done = done_in(book)
        eraser = Eraser(book, store, tmp_path, again_s=0)
        eraser.start()
        await asyncio.wait_for(done.wait(), 60)
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


async def test_the_log_of_talks_that_stood_with_their_rooms_is_blanked_and_they_go_on(tmp_path: Path) -> None:
    old = "room/hall/talk"
    event = Event()
    event.put(
        put(EVENT, "hall", Room("Hall")),
        put(EVENT, "talk", Session("Talk", 1, 2, room="hall")),
        put(old, "c1", Caption("talk", "Kept", 1, 1)),
        put(old, "c2", Caption("talk", "Taken out", 1, 1)),
        delete(old, Caption, "c2"),
    )
    store = MemoryStore()
    await store.commit(event.log, [])
    async with journal(store=store) as book:
        done = done_in(book)
        await move_talks(book)
        eraser = Eraser(book, store, tmp_path)
        eraser.start()
        await asyncio.wait_for(done.wait(), 5)
        await eraser.close()
    assert "Taken out" not in told(store)
    assert {entry.value for entry in store.log[old]} == {None}
    async with journal(store=store) as again:
        await move_talks(again)
        assert not pending(again.state)
        assert [each.text for each in lines_of(again.state, "talk")] == ["Kept"]
