"""Files of slides appear and go as a whole."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from turia.slides.folder import PAGES, PROGRESS, DecksFolder, Drawn, DrawnPage, picture_name


@pytest.fixture
def decks(tmp_path: Path) -> DecksFolder:
    return DecksFolder(tmp_path)


def names(decks: DecksFolder) -> list[str]:
    return sorted(path.name for path in decks.path.iterdir())


def drawn(decks: DecksFolder, text: str = "Hello") -> Path:
    draft = decks.new_draft("d")
    (draft / PROGRESS).write_text("1 1")
    (draft / picture_name(1, 640)).write_bytes(text.encode())
    (draft / PAGES).write_bytes(msgspec.json.encode(Drawn((DrawnPage(640, 360, 0, text),))))
    return draft


def test_a_deck_is_kept_and_read(decks: DecksFolder) -> None:
    upload = decks.new_upload()
    upload.write_bytes(b"%PDF")
    assert upload.stat().st_mode & 0o077 == 0
    decks.keep_upload(upload, "d")
    drawn(decks)
    assert decks.picture("d", 1, 640) == b"Hello", "pages are seen as soon as they are drawn"
    decks.keep_draft("d")
    assert decks.original("d").read_bytes() == b"%PDF"
    assert decks.picture("d", 1, 640) == b"Hello"
    assert decks.drawn("d").pages[0].text == "Hello"
    assert decks.decks() == {"d"}
    assert names(decks) == ["d"], "nothing is left on the way"
    assert not list(decks.path.rglob(PROGRESS))


def test_drawing_again_takes_the_place_of_what_was_there(decks: DecksFolder) -> None:
    upload = decks.new_upload()
    decks.keep_upload(upload, "d")
    drawn(decks, "old")
    decks.keep_draft("d")
    drawn(decks, "new")
    decks.keep_draft("d")
    assert decks.picture("d", 1, 640) == b"new"
    assert names(decks) == ["d"]


def test_removing_leaves_nothing_and_may_come_twice(decks: DecksFolder) -> None:
    decks.remove("d")
    decks.keep_upload(decks.new_upload(), "d")
    decks.remove("d")
    decks.remove("d")
    assert names(decks) == []
    assert decks.decks() == set()


def test_what_a_killed_server_left_is_tidied_away(decks: DecksFolder) -> None:
    assert decks.decks() == set()
    decks.tidy()
    decks.keep_upload(decks.new_upload(), "d")
    decks.new_upload()
    drawn(decks)
    decks.tidy()
    assert names(decks) == ["d"]


@pytest.mark.parametrize("deck", ["", "..", "a/b", "../x", ".draft-1", "a.b", "x" * 65, "a\0", "é"])
def test_t16_ids_lead_nowhere_else(decks: DecksFolder, deck: str) -> None:
    with pytest.raises(ValueError, match="no id of a deck"):
        decks.original(deck)
    with pytest.raises(ValueError, match="no id of a deck"):
        decks.remove(deck)


def test_a_draft_that_comes_to_nothing_leaves_nothing(decks: DecksFolder) -> None:
    decks.keep_upload(decks.new_upload(), "d")
    drawn(decks)
    decks.drop_draft("d")
    decks.drop_draft("d")
    assert names(decks) == ["d"]
    with pytest.raises(FileNotFoundError):
        decks.picture("d", 1, 640)
