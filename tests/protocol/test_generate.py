from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from turia.protocol import (
    close_codes,
    generate,
    generate_docs,
    generate_typescript,
    limits,
    media,
    messages,
    schema,
)
from turia.protocol.generate_docs import protocol_md
from turia.protocol.generate_media import media_ts
from turia.protocol.generate_typescript import protocol_ts

ROOT = Path(__file__).parents[2]


def test_the_committed_files_are_up_to_date() -> None:
    assert generate.stale(ROOT) == [], "run scripts/gen-protocol and commit the result"


def test_check_fails_on_a_stale_file_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--root", str(tmp_path)]) == 0
    assert generate.main(["--root", str(tmp_path), "--check"]) == 0
    docs = tmp_path / generate.DOCS
    docs.write_text("old")
    assert generate.main(["--root", str(tmp_path), "--check"]) == 1
    assert "docs/protocol.md is stale: run scripts/gen-protocol" in capsys.readouterr().err
    assert docs.read_text() == "old"


def test_every_event_struct_limit_and_code_is_in_the_typescript() -> None:
    text = protocol_ts()
    for name, event in messages.CLIENT_EVENTS.items():
        assert f"  {name}: {{ payload: {event.payload.__name__}; answer: {event.answer.__name__} }};" in text
    for name, payload in messages.SERVER_EVENTS.items():
        assert f"  {name}: {payload.__name__};" in text
    for code in close_codes.CloseCode:
        assert f"  {code.name}: {code.value}," in text
        assert close_codes.SENTENCES[code] in text
    assert f"export const MAX_FRAME_BYTES = {limits.MAX_FRAME_BYTES};" in text
    assert "POSE_OFFSET = { seq: 0, tick: 2, x: 6, y: 8, z: 10, yaw: 12, state: 13, layer: 14, view: 15 }" in text


def test_structs_that_travel_as_arrays_are_tuples_and_defaults_optional_for_senders_only() -> None:
    text = protocol_ts()
    assert "export type Look = [\n  skin: number," in text
    assert "  ticket?: string | null;" in text
    assert "  retry: boolean;" in text
    assert '  tier?: "full" | "light" | "flat" | "companion";' in text


def test_every_event_struct_limit_and_source_of_the_media_plane_is_in_its_typescript_and_in_the_docs() -> None:
    text, docs = media_ts(), protocol_md()
    for name, event in media.MEDIA_CLIENT_EVENTS.items():
        assert f"  {name}: {{ payload: {event.payload.__name__}; answer: {event.answer.__name__} }};" in text
        assert f"| `{name}` | [{event.payload.__name__}](#{event.payload.__name__.lower()}) |" in docs
    for name, payload in media.MEDIA_SERVER_EVENTS.items():
        assert f"  {name}: {payload.__name__};" in text
        assert f"| `{name}` | [{payload.__name__}](#{payload.__name__.lower()}) |" in docs
    for source, kind in media.SOURCES.items():
        assert f'  {source}: "{kind}",' in text
    assert f"export const MAX_PIECE_BYTES = {media.MAX_PIECE_BYTES};" in text
    assert "export type Wanted = [track: number, top_layer: number];" in text
    assert 'import type { Closing, Done, Sync, SyncAnswer, Rate as CommandRate } from "./protocol.gen";' in text
    assert "  round_trip_ms?: number;" in text, "who reports may leave out what he does not know"
    assert "14  u48  time       microseconds on the publisher's clock" in docs


def test_a_choice_of_words_is_written_as_such_however_it_is_typed() -> None:
    class Choice(messages.Payload, frozen=True):
        """A choice."""

        word: Literal["yes", "no"]

    (field,) = schema.fields(Choice)
    assert generate_typescript._type(field.type) in ('"no" | "yes"', '"yes" | "no"')
    assert generate_docs._type(field.type) in ("one of `no`, `yes`", "one of `yes`, `no`")
