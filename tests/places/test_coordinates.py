"""Shifted maps there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.places import Datum, Point, distance_m, from_wgs84, to_wgs84

IN_CHINA = st.builds(Point, st.floats(18.0, 53.5), st.floats(74.0, 134.5))


@given(IN_CHINA, st.sampled_from(Datum))
def test_there_and_back_is_the_same_point(point: Point, datum: Datum) -> None:
    assert distance_m(point, to_wgs84(from_wgs84(point, datum), datum)) < 0.001


@given(IN_CHINA)
def test_maps_are_shifted_by_what_is_known_of_them(point: Point) -> None:
    assert 20 < distance_m(point, from_wgs84(point, Datum.GCJ02)) < 1_000
    assert 300 < distance_m(from_wgs84(point, Datum.GCJ02), from_wgs84(point, Datum.BD09)) < 1_500


@pytest.mark.parametrize("point", [Point(51.5, -0.12), Point(35.0, 140.0)], ids=["london", "japan"])
def test_nothing_is_shifted_abroad(point: Point) -> None:
    assert from_wgs84(point, Datum.GCJ02) == point
    assert to_wgs84(point, Datum.GCJ02) == point


def test_a_published_point_of_both_maps() -> None:
    """Tian'anmen: WGS-84 39.90734, 116.39089; GCJ-02 39.90875, 116.39713 (to some metres)."""
    shifted = from_wgs84(Point(39.90734, 116.39089), Datum.GCJ02)
    assert distance_m(shifted, Point(39.90875, 116.39713)) < 15


def test_distance_of_a_degree_of_latitude() -> None:
    assert distance_m(Point(36.0, 117.0), Point(37.0, 117.0)) == pytest.approx(111_195, abs=10)


@pytest.mark.parametrize(("lat", "lon"), [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)])
def test_no_point_outside_the_earth(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="no point on the earth"):
        Point(lat, lon)
