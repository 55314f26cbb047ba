from __future__ import annotations

import pytest

from turia.bench import crowd


@pytest.mark.parametrize(
    ("change", "fits"),
    [({}, True), ({"online": 99}, False), ({"age_ms_p99": 151.0}, False), ({"overruns": 1}, False)],
)
def test_a_size_fits_if_everybody_is_inside_and_hears_fresh_news(change: dict[str, float], fits: bool) -> None:
    assert crowd.fits({"n": 100, "online": 100, "age_ms_p99": 150.0, "overruns": 0, **change}) is fits
