"""The last place and the last organiser, when many act at once: one journal decides them one after the other."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.event.rig import Event

from turia.errors import Refused
from turia.event.admission_rules import organisers
from turia.event.commands import Actor
from turia.event.own import WithdrawMine
from turia.event.register import Register
from turia.event.registering import ProveAddress
from turia.store.memory import MemoryStore
from turia.testing.backbone import journal


async def test_many_prove_their_addresses_at_once_and_as_many_enter_as_there_are_places() -> None:
    event = Event(capacity=11)
    people = [event.register(f"Person {number}") for number in range(60)]
    store = MemoryStore()
    await store.commit(event.log, [])
    async with journal(store=store) as book:
        prove = [ProveAddress(person, event[person].email) for person in people]
        answers = await asyncio.gather(*(book.do("people.prove_address", each) for each in prove))
        register = book.state.view(Register)
        assert register.taken() == 11
        assert Counter(str(each.status) for each in answers) == {"confirmed": 10, "waiting": 50}  # type: ignore[attr-defined]
        assert register.waiting() == people[10:], "in the order in which they came"
        await asyncio.gather(*(book.do("people.withdraw", WithdrawMine(), Actor(each)) for each in people[:5]))
        assert register.taken() == 11
        assert register.waiting() == people[15:]


async def test_a_commit_that_fails_gives_the_places_back() -> None:
    event = Event(capacity=2)
    people = [event.register(name) for name in ("Ana", "Ben")]
    store = MemoryStore()
    await store.commit(event.log, [])
    async with journal(store=store) as book:
        store.failing = Refused("try_again", "The disk is full.", retry=True)
        prove = [ProveAddress(person, event[person].email) for person in people]
        failed = await asyncio.gather(
            *(book.do("people.prove_address", each) for each in prove), return_exceptions=True
        )
        assert all(isinstance(each, Refused) for each in failed)
        assert book.state.view(Register).taken() == 1
        store.failing = None
        await book.do("people.prove_address", prove[1])
        assert book.state.view(Register).everybody[people[1]].status == "confirmed"


async def test_two_organisers_who_leave_at_once_do_not_both_leave() -> None:
    event = Event()
    ana = event.enrol("Ana")
    event.grant(ana, "organiser")
    store = MemoryStore()
    await store.commit(event.log, [])
    async with journal(store=store) as book:
        done = await asyncio.gather(
            *(book.do("people.withdraw", WithdrawMine(), Actor(each)) for each in (ana, "olga")), return_exceptions=True
        )
        assert [each.code for each in done if isinstance(each, Refused)] == ["last_organiser"]
        assert len(organisers(book.state)) == 1
