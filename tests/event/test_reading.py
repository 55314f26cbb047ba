from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.entries import EVENT, EVENT_STAFF, person_stream, put
from turia.event.people import Notice
from turia.event.reading import things_of
from turia.event.settings import Block
from turia.testing.backbone import state_of
from turia.testing.stage import Stage


def test_a_fresh_state_holds_all_of_a_kind_or_the_newest_in_the_order_of_creation() -> None:
    notices = [put(EVENT, f"n{index}", Notice("code", "text")) for index in range(55)]
    again = put(EVENT, "n54", Notice("code", "changed"))
    state = state_of(put(EVENT, "b", Block("B", "")), *notices, put(EVENT, "a", Block("A", "")), again)
    found = things_of(state, EVENT)
    assert [each.key for each in found if each.kind == "block"] == ["b", "a"]
    assert [each.key for each in found if each.kind == "notice"] == [f"n{index}" for index in range(5, 55)]
    assert [each.offset for each in found if each.key == "n54"] == [58]
    assert things_of(state, "room/empty") == []


def test_whoever_asks_again_is_told_only_that_nothing_changed() -> None:
    stage = Stage()
    stage.put(put(EVENT, "a", Block("A", "")))
    first = stage.ask("stream.read", "", stream=EVENT)
    assert (first.top, first.changed, [each.key for each in first.things]) == (1, True, ["a"])
    again = stage.ask("stream.read", "", stream=EVENT, since=first.top)
    assert (again.top, again.changed, again.things) == (1, False, ())
    stage.put(put(EVENT, "b", Block("B", "")))
    assert len(stage.ask("stream.read", "", stream=EVENT, since=first.top).things) == 2


@pytest.mark.parametrize(
    "stream", [EVENT_STAFF, "event/mail", person_stream("ben"), "room/hall", "room/hall/staff", "x"]
)
def test_what_is_not_for_somebody_is_refused_as_if_it_did_not_exist(stream: str) -> None:
    with pytest.raises(Refused, match="You may not read this, or it does not exist") as refused:
        Stage().ask("stream.read", "", stream=stream)
    assert refused.value.code == "not_allowed"
    with pytest.raises(Refused, match="You may not read this"):
        Stage().ask("stream.older", "", stream=stream, kind="block")


def test_what_a_fresh_state_is_too_short_for_is_read_page_by_page() -> None:
    stage = Stage()
    stage.put(*(put(EVENT, f"n{index}", Notice("code", "text")) for index in range(25)))
    seen: list[str] = []
    before, more = "", True
    while more:
        page = stage.ask("stream.older", "", stream=EVENT, kind="notice", before=before, limit=10)
        seen = [each.key for each in page.things] + seen
        before, more = page.things[0].key, page.more
    assert seen == [f"n{index}" for index in range(25)]
    assert stage.ask("stream.older", "", stream=EVENT, kind="notice", before="n0").things == ()
    assert stage.ask("stream.older", "", stream=EVENT, kind="block").things == ()
    with pytest.raises(Refused, match="Begin with the newest again"):
        stage.ask("stream.older", "", stream=EVENT, kind="notice", before="gone")
    with pytest.raises(Refused, match="no kind “x”"):
        stage.ask("stream.older", "", stream=EVENT, kind="x")
