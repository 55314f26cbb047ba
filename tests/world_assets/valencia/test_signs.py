import numpy as np
import pytest
from world_assets.valencia.facade import COLUMNS
from world_assets.valencia.facts import facts
from world_assets.valencia.geometry import normals
from world_assets.valencia.lettering import ATLAS_PX, CAPITAL_PX, atlas_of, picture_of, png, quad, quad_uv
from world_assets.valencia.signs import GLYPHS, line_strokes, strokes, text_width

from world_assets.valencia import plan


@pytest.mark.parametrize("character", sorted(GLYPHS))
def test_glyphs_stay_on_their_grid(character: str) -> None:
    for run in strokes(character):
        assert len(run) >= 2
        assert run[:, 0].min() >= 0
        assert run[:, 0].max() <= 4
        assert run[:, 1].min() >= -2
        assert run[:, 1].max() <= 6


def test_letters_can_be_read_from_the_front() -> None:
    surface = quad("Plenary", 0.5)
    assert (normals(surface)[:, 2] > 0.99).all()
    left_below, right_below, right_above, _ = quad_uv((0.1, 0.2, 0.5, 0.4))
    assert surface[0][1, 0] > surface[0][0, 0]
    assert right_below[0] > left_below[0]
    # rows of a picture run down, metres up
    assert surface[0][2, 1] > surface[0][1, 1]
    assert right_above[1] < right_below[1]


def test_a_line_is_as_wide_as_it_says() -> None:
    picture = picture_of("Auditorium 2")
    columns = np.flatnonzero(picture.any(axis=0))
    scale = 0.6 / CAPITAL_PX
    assert (columns[-1] - columns[0]) * scale == pytest.approx(text_width("Auditorium 2", 0.6), abs=0.12)
    vertices, _ = quad("Auditorium 2", 0.6)
    assert vertices[:, 0].max() == pytest.approx(-vertices[:, 0].min(), abs=0.02)
    assert vertices[1, 0] - vertices[0, 0] == pytest.approx(picture.shape[1] * scale)
    assert vertices[2, 1] - vertices[1, 1] == pytest.approx(picture.shape[0] * scale)


def test_edges_of_letters_are_smooth() -> None:
    picture = picture_of("O")
    assert picture.max() == 255
    assert 0.1 < ((picture > 0) & (picture < 255)).sum() / (picture > 0).sum() < 0.6


def test_the_atlas_holds_every_line_where_it_says() -> None:
    lines = ["Entrance", "Auditorium 2", "First Citiverse Assembly", "Entrance"]
    atlas = atlas_of(lines)
    height, width = atlas.opacity.shape
    assert width <= ATLAS_PX
    assert len(atlas.place) == 3
    for line, (u0, v0, u1, v1) in atlas.place.items():
        found = atlas.opacity[round(v0 * height) : round(v1 * height), round(u0 * width) : round(u1 * width)]
        assert (found == picture_of(line)).all()
        # smaller pictures of it mix in nothing of its neighbours
        assert not found[:8].any()
        assert not found[-6:].any()
        assert not found[:, :5].any()


def test_the_picture_is_a_png() -> None:
    assert png(np.zeros((3, 5), np.uint8))[:8] == b"\x89PNG\r\n\x1a\n"


def test_an_unknown_character_is_named() -> None:
    with pytest.raises(ValueError, match="no '%'"):
        line_strokes("100 %")


def test_every_line_of_the_venue_can_be_written() -> None:
    signs = facts()["signs"]
    for line in [signs["welcome"], signs["when"], *signs["plaza"], *(s["title"] for s in facts()["stands"].values())]:
        assert picture_of(line).any()


def test_no_slanted_column_stands_before_the_title_on_arrival() -> None:
    half = text_width(facts()["signs"]["welcome"], 0.85) / 2
    wall, radius, behind = plan.ENTRANCE_LINE, 3.0, 4.2
    for foot, head in COLUMNS:
        for t in np.linspace(0, 1, 11):
            x = foot[0] + (head[0] - foot[0]) * t
            z = foot[1] + (head[1] - foot[1]) * t
            for camera_x in (plan.REGISTRATION_X - radius, plan.REGISTRATION_X + radius):
                for camera_z in (84.0 - radius + behind, 84.0 + radius + behind):
                    share = (camera_z - z) / (camera_z - wall)
                    edges = [camera_x + (plan.REGISTRATION_X + side * half - camera_x) * share for side in (-1, 1)]
                    assert not edges[0] - 0.3 < x < edges[1] + 0.3
