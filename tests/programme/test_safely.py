"""Untrusted files are read in a child that dies instead of the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from turia.errors import Refused
from turia.programme import safely
from turia.venue.sandbox import Limits

FILES = Path(__file__).parent / "files"


def test_a_file_is_read_as_it_would_be_here() -> None:
    file = safely.read_file((FILES / "frab.xml").read_bytes(), "/tmp/../frab.xml", "Europe/Madrid")
    assert (file.name, len(file.sessions)) == ("frab.xml", 2)


def test_what_the_child_refuses_is_said() -> None:
    with pytest.raises(Refused, match="line 1, column") as refused:
        safely.read_file(b"<schedule>", "x.xml", "Europe/Madrid")
    assert refused.value.code == "bad_file"


def test_fifty_megabytes_are_not_even_written() -> None:
    with pytest.raises(Refused, match="50 MB; at most 16 MB"):
        safely.read_file(b"<" * (50 * 1024**2), "x.xml", "Europe/Madrid")


def test_a_file_that_eats_memory_costs_the_child_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safely, "LIMITS", Limits(memory_bytes=160 * 1024**2, cpu_s=20, wall_s=30))
    data = b"[" + b'{"a":[[[[[[[[{}]]]]]]]]},' * 500_000 + b"{}]"
    with pytest.raises(Refused, match=r"MB of memory|could not be read"):
        safely.read_file(data, "x.json", "Europe/Madrid")


def test_a_mapping_reaches_the_child() -> None:
    file = safely.read_file(b"a,b\nTalk,2025-11-03 09:30", "x.csv", "Europe/Madrid", {"title": "a", "start": "b"})
    assert file.sessions[0].title == "Talk"
