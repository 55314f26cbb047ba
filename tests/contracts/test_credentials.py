"""The contract of turia.store.credentials.Credentials, kept by all its versions: memory, SQLite, PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from turia.settings import Settings
from turia.store.credentials import Credential, Credentials, MemoryCredentials, SignIn
from turia.store.open import open_store
from turia.store.sql_credentials import SqlCredentials
from turia.testing.manual_clock import ManualClock
from turia.testing.postgres import PostgresProcess


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Credentials]:
    if request.param == "memory":
        yield MemoryCredentials()
        return
    database = ""
    if request.param == "postgresql":
        server: PostgresProcess = request.getfixturevalue("postgres")
        database = server.create_database()
    store = open_store(Settings(data_dir=tmp_path, database=database), ManualClock())
    await store.open()
    yield SqlCredentials(store.database)
    await store.close()


def link(key: str = "l1", person: str = "ana", form: str = "link", **more: int | str) -> Credential:
    given = {"purpose": "sign_in", "created": 0, "expires": 1_000, "uses": 2, "address": "ana@example.org", **more}
    return Credential(id=key, secret=f"hash of {key}".encode(), person=person, form=form, **given)  # type: ignore[arg-type]


def sign_in(key: str = "s1", person: str = "ana", seen: int = 1) -> SignIn:
    return SignIn(id=key, secret=f"hash of {key}".encode(), person=person, created=1, seen=seen)


async def test_a_link_is_found_by_its_hash_alone(kept: Credentials) -> None:
    await kept.add([link(), link("c1", form="code")])
    assert await kept.by_secret(b"hash of l1") == link()
    assert await kept.by_secret(b"hash of c1") is None, "codes are looked for with their person"
    assert await kept.by_secret(b"l1") is None
    await kept.add([])


async def test_codes_of_a_person_that_still_open_something(kept: Credentials) -> None:
    await kept.add(
        [
            link("c1", form="code"),
            link("c2", form="code", expires=10),
            link("c3", form="code", uses=0),
            link("c4", "ben", form="code"),
            link("l1"),
        ]
    )
    assert [each.id for each in await kept.codes_of("ana", 5)] == ["c1", "c2"]
    assert [each.id for each in await kept.codes_of("ana", 10)] == ["c1"]
    assert await kept.codes_of("zoe", 0) == []


async def test_a_use_is_taken_once_each_and_not_after_the_time(kept: Credentials) -> None:
    await kept.add([link()])
    assert await kept.use("l1", 5)
    assert not await kept.use("l1", 1_000)
    assert await kept.use("l1", 999)
    assert not await kept.use("l1", 5)
    assert not await kept.use("unknown", 5)
    found = await kept.by_secret(b"hash of l1")
    assert found is not None
    assert found.uses == 0


async def test_two_at_once_never_take_the_same_use(kept: Credentials) -> None:
    await kept.add([link(uses=3)])
    taken = await asyncio.gather(*(kept.use("l1", 5) for _ in range(20)))
    assert sum(taken) == 3


async def test_voiding_forgets_what_is_meant_and_nothing_else(kept: Credentials) -> None:
    await kept.add([link(), link("l2", purpose="desk"), link("l3", "ben"), link("c1", form="code", purpose="desk")])
    await kept.void("ana", ["desk"])
    assert await kept.by_secret(b"hash of l2") is None
    assert await kept.codes_of("ana", 0) == []
    assert await kept.by_secret(b"hash of l1") is not None
    await kept.void("ana")
    assert await kept.by_secret(b"hash of l1") is None
    assert await kept.by_secret(b"hash of l3") is not None


async def test_sign_ins_last_until_they_are_revoked(kept: Credentials) -> None:
    await kept.add_sign_in(sign_in())
    await kept.add_sign_in(sign_in("s2", "ben"))
    assert {each.id for each in await kept.signed_in()} == {"s1", "s2"}
    await kept.seen("s1", 77)
    await kept.revoke(["s2", "unknown"], 9)
    await kept.revoke([], 9)
    assert await kept.signed_in() == [sign_in(seen=77)]
    assert await kept.ever_signed_in(["zoe", "ben"])
    assert not await kept.ever_signed_in(["zoe"])
    assert not await kept.ever_signed_in([])


async def test_where_links_of_a_purpose_were_sent_is_forgotten_and_nothing_else(kept: Credentials) -> None:
    await kept.add([link(purpose="invitation:i1"), link("l2", purpose="invitation:i2")])
    await kept.blank("invitation:i1")
    assert await kept.by_secret(b"hash of l1") == link(purpose="invitation:i1", address="")
    assert await kept.by_secret(b"hash of l2") == link("l2", purpose="invitation:i2")


async def test_what_changed_since_a_time_is_found_whatever_it_was(kept: Credentials) -> None:
    for each in (sign_in(), sign_in("s2", "ben"), sign_in("s3"), sign_in("s4", seen=60)):
        await kept.add_sign_in(each)
    await kept.seen("s2", 50)
    await kept.revoke(["s3"], 70)

    async def since(at: int) -> list[str]:
        return sorted(each.id for each in await kept.changed_since(at))

    assert await since(0) == ["s1", "s2", "s3", "s4"]
    assert await since(50) == ["s2", "s3", "s4"]
    assert await since(61) == ["s3"]
    assert await since(71) == []
    assert [each.revoked for each in await kept.changed_since(61)] == [70]


async def test_erasing_leaves_nothing_of_one_person(kept: Credentials) -> None:
    await kept.add([link(), link("l3", "ben")])
    for each in (sign_in(), sign_in("s2", "ben")):
        await kept.add_sign_in(each)
    await kept.revoke(["s1"], 5)
    await kept.erase("ana")
    assert await kept.by_secret(b"hash of l1") is None
    assert not await kept.ever_signed_in(["ana"])
    assert await kept.by_secret(b"hash of l3") is not None
    assert await kept.ever_signed_in(["ben"])


async def test_what_ended_long_ago_is_forgotten(kept: Credentials) -> None:
    await kept.add([link("old", expires=10), link("new", expires=20)])
    await kept.add_sign_in(sign_in("old", seen=10))
    await kept.add_sign_in(sign_in("new", "ben", seen=20))
    await kept.forget(15)
    assert await kept.by_secret(b"hash of old") is None
    assert await kept.by_secret(b"hash of new") is not None
    assert [each.id for each in await kept.signed_in()] == ["new"]


async def test_many_at_once_are_all_kept(kept: Credentials) -> None:
    await asyncio.gather(*(kept.add_sign_in(sign_in(f"s{n}", f"p{n}")) for n in range(450)))
    assert len(await kept.signed_in()) == 450
    await kept.revoke([f"s{n}" for n in range(450)], 5)
    assert await kept.signed_in() == []


async def test_a_key_that_is_there_already_is_refused_and_holds_nobody_up(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path), ManualClock())
    await store.open()
    kept = SqlCredentials(store.database)
    await kept.add_sign_in(sign_in())
    with pytest.raises(IntegrityError):
        await kept.add_sign_in(sign_in())
    await kept.add_sign_in(sign_in("s2"))
    assert len(await kept.signed_in()) == 2
    await store.close()
