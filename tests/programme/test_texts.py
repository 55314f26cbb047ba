"""Words of files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.event.names import clean_text
from turia.event.programme import SessionType
from turia.programme import texts


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("00:30", 30),
        ("1:30", 90),
        ("26:00", 1560),
        ("1:02:00", 1560),
        ("00:45:00", 45),
        ("45", 45),
        ("", None),
        ("-1:00", None),
        ("1:2", None),
        ("half an hour", None),
        ("99999999999999", None),
    ],
)
def test_durations(text: str, minutes: int | None) -> None:
    assert texts.minutes_of(text) == minutes


@given(st.integers(0, 9 * 24 * 60))
def test_durations_survive(minutes: int) -> None:
    assert texts.minutes_of(texts.span_text(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("keynote", SessionType.KEYNOTE),
        ("Award ceremony", SessionType.AWARD),
        ("Talk (45 min)", SessionType.OTHER),
        ("Lunch", SessionType.BREAK),
        ("Podiumsdiskussion", SessionType.PANEL),
        ("", SessionType.OTHER),
    ],
)
def test_types(text: str, kind: SessionType) -> None:
    assert texts.session_type(text) is kind


@pytest.mark.parametrize("kind", list(SessionType))
def test_our_own_types_survive(kind: SessionType) -> None:
    assert texts.session_type(kind.value) is kind
    assert texts.type_extra(kind.value) == ()


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "//host.test", "https://a b", "https://a.test/<", "", "x" * 3000],
)
def test_only_web_addresses_are_links(text: str) -> None:
    assert texts.address(text) == ""


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<script>alert(1)</script><p>A</p>", "A"),
        ('<a href="javascript:x">A</a><br>', "A"),
        ('<a href="https://a.test">https://a.test</a><br/>', "https://a.test"),
        ('<p>a <a href="https://a.test"><b>b</b></a> c</p>', "a [b](https://a.test) c"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("std::vector<int> x", "std::vector<int> x"),
        ("</p></p></a>", ""),
        ("<p>We <em>welcome</em> you, <em>all</em>.</p>", "We welcome you, all."),
        ("<p>snake<em>case</em>name, https://a.test/x<em>20</em>21</p>", "snake_case_name, https://a.test/x_20_21"),
        ("<p" + "<p" * 50, "<p" + "<p" * 50),
    ],
)
def test_markup_becomes_plain(raw: str, plain: str) -> None:
    assert texts.body(raw, plain=False) == plain


@given(st.text(max_size=300))
def test_plain_text_stays_as_it_is(raw: str) -> None:
    clean = clean_text(raw)
    assert texts.body(clean, plain=True) == clean


@pytest.mark.parametrize("text", ["25:61", "48:00", "1:2", "10.30", "x"])
def test_no_times(text: str) -> None:
    assert texts.clock(text) is None


@pytest.mark.parametrize("text", ["2025-11-03", "2025-11-03T25:00", "soon now"])
def test_no_moments(text: str) -> None:
    assert texts.moment(text, "Europe/Madrid") is None
