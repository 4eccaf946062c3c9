"""Areas in degrees as paths."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridcanary.portal.map_paths import centre, drawn_areas

WEST = [[[(115.0, 35.0), (116.0, 35.0), (116.0, 36.0), (115.0, 36.0), (115.0, 35.0)]]]
EAST = [[[(116.0, 35.0), (117.0, 35.0), (117.0, 36.0), (116.0, 36.0), (116.0, 35.0)]]]


def test_neighbours_stand_side_by_side_north_above() -> None:
    drawn, height = drawn_areas({"west": WEST, "east": EAST}, 600)
    assert drawn["west"][0] == "M0 368L300 368L300 0L0 0z"
    assert drawn["west"][1] < 300 < drawn["east"][1]
    assert 350 < height < 380  # a degree of latitude is longer than one of longitude at 35.5°


def test_a_speck_becomes_a_point_and_breaks_nothing() -> None:
    speck = [[[(115.5, 35.5), (115.500001, 35.5), (115.5, 35.500001), (115.5, 35.5)]]]
    drawn, _height = drawn_areas({"west": WEST, "speck": speck}, 600)
    assert drawn["speck"][0].count("L") == 0


@given(st.floats(-170, 160), st.floats(-80, 70), st.floats(0.01, 10), st.floats(0.01, 10))
def test_every_corner_lies_in_the_drawing(x: float, y: float, wide: float, high: float) -> None:
    ring = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
    drawn, height = drawn_areas({"a": [[ring]]}, 600)
    corners = [tuple(map(int, pair.split())) for pair in drawn["a"][0][1:-1].split("L")]
    assert all(0 <= across <= 600 and 0 <= down <= height for across, down in corners)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=9))
def test_any_ring_has_a_centre(corners: list[tuple[int, int]]) -> None:
    assert len(centre([*corners, corners[0]])) == 2
