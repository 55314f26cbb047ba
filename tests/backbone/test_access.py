"""Links and codes: random, hashed, for one person, twice, for a while."""

from __future__ import annotations

import pytest

from turia.backbone.access import CODE_CHARS, LETTER_MS, USES, Access, hash_of, normal, spaced
from turia.store.credentials import MemoryCredentials
from turia.testing.manual_clock import ManualClock


class Rig:
    def __init__(self, key: bytes = b"k" * 32, kept: MemoryCredentials | None = None) -> None:
        self.clock = ManualClock()
        self.kept = kept or MemoryCredentials()
        self.access = Access(self.kept, key, self.clock)


async def test_a_link_and_a_code_are_different_each_time() -> None:
    rig = Rig()
    minted = [await rig.access.mint("ana", "ana@example.org", "sign_in") for _ in range(200)]
    assert len({each.token for each in minted}) == len({each.code for each in minted}) == 200
    assert {len(each.token) for each in minted} == {43}
    assert {len(each.code) for each in minted} == {CODE_CHARS}


async def test_each_works_twice_and_for_its_time() -> None:
    rig = Rig()
    minted = await rig.access.mint("ana", "ana@example.org", "sign_in")
    for find in (rig.access.of_link(minted.token), rig.access.of_code("ana", minted.code)):
        found = await find
        assert found is not None
        assert [await rig.access.use(found) for _ in range(USES + 1)] == [True, True, False]
    rig = Rig()
    minted = await rig.access.mint("ana", "ana@example.org", "sign_in")
    rig.clock.advance(LETTER_MS / 1_000)
    found = await rig.access.of_link(minted.token)
    assert found is not None
    assert not rig.access.alive(found)
    assert not await rig.access.use(found)
    assert await rig.access.of_code("ana", minted.code) is None


async def test_a_code_opens_its_own_person_alone() -> None:
    rig = Rig()
    minted = await rig.access.mint("ana", "ana@example.org", "sign_in")
    assert await rig.access.of_code("ben", minted.code) is None
    assert await rig.access.of_code("", minted.code) is None
    assert await rig.access.of_code("ana", minted.code[:-1]) is None


async def test_the_database_alone_is_not_enough_to_try_codes() -> None:
    """The hash of a code is keyed: 39 bits could be tried through otherwise."""
    rig = Rig()
    minted = await rig.access.mint("ana", "ana@example.org", "sign_in")
    assert await Rig(b"j" * 32, rig.kept).access.of_code("ana", minted.code) is None
    assert await Rig(b"k" * 32, rig.kept).access.of_code("ana", minted.code) is not None
    secrets = {each.secret for each in rig.kept.credentials.values()}
    assert hash_of(minted.token) in secrets
    assert hash_of(minted.code) not in secrets


async def test_links_of_nobody_have_no_code() -> None:
    rig = Rig()
    await rig.access.mint("", "", "organiser", uses=1)
    assert [each.form for each in rig.kept.credentials.values()] == ["link"]


async def test_voiding_by_purpose_leaves_the_others() -> None:
    rig = Rig()
    kept = await rig.access.mint("ana", "ana@example.org", "sign_in")
    gone = await rig.access.mint("ana", "", "desk")
    await rig.access.void("ana", "desk")
    assert await rig.access.of_link(gone.token) is None
    assert await rig.access.of_link(kept.token) is not None


@pytest.mark.parametrize("typed", ["ABCD-EFGH", "abcdefgh", " ab cd ef gh ", "ABCD–EFGH", "A.B.C.D.E.F.G.H"])
def test_codes_are_read_however_they_are_typed(typed: str) -> None:
    assert normal(typed) == "ABCDEFGH"
    assert spaced("ABCDEFGH") == "ABCD-EFGH"
