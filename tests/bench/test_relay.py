from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from turia.bench import relay
from turia.bench.sinks import compiler

ROW = {"viewers": 100, "open": 100, "delay_ms_p99": 100.0, "lost_pct": 0.0}


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"open": 99}, False),
        ({"delay_ms_p99": 100.1}, False),
        ({"delay_ms_p99": -1}, False),
        ({"lost_pct": 1.1}, False),
    ],
)
def test_a_size_fits_if_everybody_saw_everything_in_time(change: dict[str, float], fits: bool) -> None:
    assert relay.fits({**ROW, **change}) is fits


def test_a_size_above_one_that_does_not_fit_does_not_count() -> None:
    def rows(*late: int) -> list[dict[str, Any]]:
        sizes = (50, 200, 500)
        return [{**ROW, "viewers": n, "open": n, "delay_ms_p99": 500.0 if n in late else 20.0} for n in sizes]

    assert relay.largest(rows()) == 500
    assert relay.largest(rows(500)) == 200
    assert relay.largest(rows(200)) == 50
    assert relay.largest(rows(50)) == 0


def test_ratios_are_medians_of_rounds_and_name_what_was_not_measured() -> None:
    def rows(system: str, *costs: float) -> list[dict[str, Any]]:
        return [{"system": system, "cpu_us_per_viewer_s": cost, "lost_pct": 0.5} for cost in costs]

    measured = [*rows("ours", 100, 300, 200), *rows("janus", 200, 200, 200), *rows("aiortc", 4_000, 3_000)]
    assert relay.ratios(measured) == {"ratio_to_janus": 1.0, "ratio_tls_to_srtp": None, "gain_over_aiortc": 15.0}
    measured += [{"system": "aiortc", "cpu_us_per_viewer_s": 10, "lost_pct": 50.0}]
    assert relay.ratios(measured)["gain_over_aiortc"] == 15.0
    assert relay.ratios(rows("ours", 100)) == dict.fromkeys(relay.ratios([]), None)


def test_a_row_says_what_one_viewer_costs() -> None:
    seen = {"lines": 101, "open": 101, "frames": 7_920, "bytes": 12_500_000, "p50_ms": 10, "p99_ms": 30, "max_ms": 40}
    row = relay.row_of("ours", 100, seen, spent=relay.Spent(0.05, 0.01, 1.0), expected=8_000, load_s=0.2, writes=5_000)
    assert row["cpu_us_per_viewer_s"] == 500.0
    assert row["us_per_write"] == 10.0
    assert (row["open"], row["lost_pct"], row["kbit_per_viewer_s"]) == (100, 1.0, 1_000)
    assert (row["server_cpu_pct"], row["waited_pct"], row["load_cpu_pct"]) == (5.0, 1.0, 20.0)


@pytest.mark.skipif(compiler() is None, reason="there is no C compiler here")
def test_the_bench_writes_its_figures(tmp_path: Path) -> None:
    file = tmp_path / "relay.json"
    arguments = ["--quick", "--only-ours", "--sizes", "3", "--seconds", "0.6", "--json", str(file)]
    assert relay.main(arguments) == 0
    figures = json.loads(file.read_text(encoding="utf-8"))
    (row,) = figures["rows"]
    assert (row["system"], row["viewers"], row["open"]) == ("ours", 3, 3)
    assert row["cpu_us_per_viewer_s"] >= 0
    assert row["delay_ms_p99"] > 0
    assert row["kbit_per_viewer_s"] > 0
