from __future__ import annotations

import pytest

from turia.protocol.messages import Introduction, Look
from turia.testing.view import ClientView, WrongFrameError, decode_crowd, decode_snapshot


def body(updates: list[int], left: list[int] = [], back: list[int] = []) -> bytes:  # noqa: B006 - read only
    head = (9).to_bytes(4, "little") + b"".join(
        n.to_bytes(2, "little") for n in (3, len(updates), len(left), len(back))
    )
    rows = b"".join(slot.to_bytes(2, "little") + bytes([1, 0, 2, 0, 3, 0, 4, 5]) for slot in updates)
    return head + rows + b"".join(slot.to_bytes(2, "little") for slot in left + back)


def who(slot: int, person: str = "a") -> Introduction:
    return Introduction(slot, 1, person, "Name", "", "", Look())


def test_updates_show_left_hides_and_back_shows_again() -> None:
    view = ClientView()
    view.introduce([who(7)])
    view.apply(body([7]))
    assert view.shown == {7: (1, 2, 3, 4, 5)}
    assert (view.tick, view.seq) == (9, 3)
    view.apply(body([], left=[7]))
    assert view.shown == {}
    view.apply(body([], back=[7]))
    assert view.shown == {7: (1, 2, 3, 4, 5)}


@pytest.mark.parametrize("data", [body([7]), body([], left=[7]), body([], back=[7])])
def test_news_of_strangers_is_wrong(data: bytes) -> None:
    with pytest.raises(WrongFrameError):
        ClientView().apply(data)


def test_what_is_kept_is_of_the_person_not_of_the_slot() -> None:
    view = ClientView()
    view.introduce([who(7)])
    view.apply(body([7]))
    view.apply(body([], left=[7]))
    view.introduce([who(7, "b")])
    with pytest.raises(WrongFrameError):
        view.apply(body([], back=[7]))


@pytest.mark.parametrize("cut", [1, 11, 12, 21])
def test_lengths_must_be_right(cut: int) -> None:
    with pytest.raises(WrongFrameError):
        decode_snapshot(body([7])[:cut] if cut != 12 else body([7])[:12])
    with pytest.raises(WrongFrameError):
        decode_crowd(bytes(4) + b"\x02\x00" + bytes(6))
