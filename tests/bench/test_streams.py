from __future__ import annotations

import json
from pathlib import Path

import pytest

from turia.bench import streams


def test_the_bench_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "streams.json"
    arguments = ["--quick", "--subscribers", "20", "--seconds", "0.4", "--only", "sqlite", "--json", str(file)]
    assert streams.main(arguments) == 0
    figures = json.loads(file.read_text(encoding="utf-8"))
    names = {"commits_per_s", "p99_ms", "cpu_us_per_delivery", "gain_over_stock", "join_bytes", "join_ms"}
    assert names <= set(figures)
    assert figures["subscribers"] == 20
    assert figures["commits_per_s"] > 0
    assert 0 < figures["join_bytes"] < 300_000
    assert 0.95 < figures["join_bytes_growth"] < 1.05
    assert "gain_over_stock" in capsys.readouterr().out
