from __future__ import annotations

from turia.gateway.media_advice import LEAST, Advice


def test_many_in_trouble_bring_the_rate_down_from_what_is_sent_to_a_floor() -> None:
    advice = Advice("video", 1_500_000)
    assert advice.look(sent=1_000_000, viewers=4, behind=1)
    assert advice.bit_rate == 700_000
    assert advice.look(sent=690_000, viewers=4, behind=2)
    assert advice.bit_rate == 483_000
    for _ in range(10):
        advice.look(sent=float(advice.bit_rate), viewers=4, behind=4)
    assert advice.bit_rate == LEAST["video"]


def test_a_few_in_trouble_do_not_lower_it_for_all() -> None:
    advice = Advice("video", 1_500_000)
    assert advice.look(sent=1_000_000, viewers=100, behind=10)
    assert advice.bit_rate == 0


def test_calm_raises_it_slowly_until_no_limit_is_known_any_more() -> None:
    advice = Advice("video", 1_000_000)
    advice.look(sent=1_000_000, viewers=1, behind=1)
    rates = []
    for _ in range(9):
        advice.look(sent=700_000, viewers=1, behind=0)
        rates.append(advice.bit_rate)
    assert rates == [700_000, 700_000, 840_000, 840_000, 840_000, 0, 0, 0, 0]


def test_a_publisher_who_sends_nothing_just_now_is_not_told_to_send_nothing() -> None:
    advice = Advice("video", 1_000_000)
    advice.look(sent=0.0, viewers=1, behind=1)
    assert advice.bit_rate == 0


def test_nothing_is_told_twice() -> None:
    advice = Advice("audio", 32_000)
    assert advice.look(sent=32_000, viewers=2, behind=0)
    assert not advice.look(sent=32_000, viewers=2, behind=0)
    assert advice.look(sent=32_000, viewers=3, behind=0)


def test_without_viewers_there_is_no_limit() -> None:
    advice = Advice("audio", 32_000)
    assert not advice.look(sent=32_000, viewers=0, behind=0)
    assert advice.bit_rate == 0
