import pytest
from world_assets.valencia.facts import facts
from world_assets.valencia.geometry import normals
from world_assets.valencia.signs import GLYPHS, strokes, text, text_width


@pytest.mark.parametrize("character", sorted(GLYPHS))
def test_glyphs_stay_on_their_grid(character: str) -> None:
    for run in strokes(character):
        assert len(run) >= 2
        assert run[:, 0].min() >= 0
        assert run[:, 0].max() <= 4
        assert run[:, 1].min() >= -2
        assert run[:, 1].max() <= 6


def test_letters_can_be_read_from_the_front() -> None:
    assert (normals(text("Plenary", 0.5))[:, 2] > 0.99).all()


def test_a_line_is_as_wide_as_it_says() -> None:
    vertices, _ = text("Auditorium 2", 0.6)
    assert vertices[:, 0].max() - vertices[:, 0].min() == pytest.approx(text_width("Auditorium 2", 0.6), abs=0.12)
    assert vertices[:, 0].max() == pytest.approx(-vertices[:, 0].min(), abs=0.06)


def test_an_unknown_character_is_named() -> None:
    with pytest.raises(ValueError, match="no '%'"):
        text("100 %", 1.0)


def test_every_line_of_the_venue_can_be_written() -> None:
    signs = facts()["signs"]
    for line in [signs["welcome"], signs["when"], *signs["plaza"], *(s["title"] for s in facts()["stands"].values())]:
        assert len(text(line, 0.2)[1]) > 0
