from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from turia.bench import tick


def test_the_bench_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tick.json"
    assert tick.main(["--quick", "--sizes", "60", "120", "--ticks", "2", "--json", str(file)]) == 0
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert {"whole_ms_5000", "kdtree_ratio", "recall", "exponent"} <= set(figures)
    assert figures["whole_ms_5000"] is None
    assert figures["kdtree_ratio"] > 0
    assert figures["recall"] > 0.95
    assert len(figures["rows"]) == 2 * len(tick.CROWDS)
    assert "recall" in capsys.readouterr().out


def test_figures_take_the_worst_crowd() -> None:
    rows = [
        {"n": n, "crowd": crowd, "whole_ms": ms, "full_refresh_ms": 10.0, "kdtree_ms": kd, "recall": recall}
        for n, crowd, ms, kd, recall in [
            (1_000, "even", 1.0, 20.0, 0.999),
            (1_000, "mixed", 2.0, 20.0, 0.995),
            (5_000, "even", 11.0, 20.0, 0.999),
            (5_000, "mixed", 9.0, 40.0, 0.998),
            (10_000, "even", 20.0, 20.0, 0.999),
        ]
    ]
    figures = tick.figures(rows)
    assert figures["whole_ms_5000"] == 11.0
    assert figures["kdtree_ratio"] == 0.5
    assert figures["recall"] == 0.995
    assert figures["exponent"] == pytest.approx(1.0)


@pytest.mark.parametrize("crowd", tick.CROWDS)
def test_crowds_fit_into_the_hall_and_walk_in_it(crowd: str) -> None:
    rng = np.random.default_rng(1)
    space, walkers, slots = tick.populated(80, crowd, rng)
    before = walkers.at.copy()
    refused = 0
    for number in range(1, 30):
        poses = walkers.step(rng)
        poses["tick"] = number - 1
        space.ingest(slots, poses)
        refused += len(space.move(number))
    assert refused == 0
    assert (np.abs(walkers.at - before).sum(axis=1) > 0.2).mean() > 0.9
