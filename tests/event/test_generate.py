from __future__ import annotations

from pathlib import Path

import pytest

from turia.event import generate
from turia.event.all_commands import COMMANDS, QUERIES
from turia.event.commands import Answer
from turia.event.entries import KINDS
from turia.event.generate_docs import events_md
from turia.event.generate_typescript import event_ts
from turia.event.permissions import Permission

ROOT = Path(__file__).parents[2]


def test_the_committed_files_are_up_to_date() -> None:
    assert generate.stale(ROOT) == [], "run scripts/gen-protocol and commit the result"


def test_check_fails_on_a_stale_file_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--root", str(tmp_path)]) == 0
    assert generate.main(["--root", str(tmp_path), "--check"]) == 0
    (tmp_path / generate.DOCS).write_text("old")
    assert generate.main(["--root", str(tmp_path), "--check"]) == 1
    assert "docs/events.md is stale: run scripts/gen-protocol" in capsys.readouterr().err
    assert (tmp_path / generate.DOCS).read_text() == "old"


def test_every_kind_command_query_and_permission_is_in_the_typescript() -> None:
    text = event_ts()
    for kind in KINDS:
        assert f"  readonly {kind}: " in text
    for name, asked in [*COMMANDS.items(), *QUERIES.items()]:
        assert f'  readonly "{name}": {{ readonly body: ' in text
        assert f'  "{name}": "{asked.permission}",' in text
        if asked.answer is Answer:
            assert text.split(f'  readonly "{name}": ')[1].split("\n")[0].endswith("readonly answer: Nothing };")
    for permission in Permission:
        assert f'  | "{permission}"' in text


def test_who_reads_finds_every_field_and_who_sends_may_leave_out_what_has_a_default() -> None:
    text = event_ts()
    assert "export interface Grant {\n  readonly person: string;\n  readonly role: string;\n" in text
    assert "  readonly scope: Scope;\n" in text
    assert "export interface ScopeGiven {\n  readonly room?: string;\n  readonly session?: string;\n}" in text
    assert "  readonly since?: number;\n" in text
    assert '  Scope: { defaults: {"room": "", "session": ""}, inside: {} },' in text
    assert '"until": 0}, inside: {"scope": "Scope"} },' in text


def test_every_kind_command_and_query_is_in_the_docs_with_its_permission() -> None:
    text = events_md()
    for kind in KINDS:
        assert f"| `{kind}` | [" in text
    for name, asked in [*COMMANDS.items(), *QUERIES.items()]:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"| `{asked.permission}` |" in row
    assert "the newest 50" in text
