"""The way from place to place."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.fieldwork.route import Stop, haversine_km, length_km, ordered

PLACES = st.tuples(st.floats(34, 38), st.floats(115, 122))
STOPS = st.lists(PLACES, max_size=7, unique=True).map(
    lambda places: [Stop(key, lat, lon) for key, (lat, lon) in enumerate(places)]
)


def places(stops: list[Stop[int]]) -> list[tuple[float, float]]:
    return [stop.place for stop in stops if stop.place is not None]


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        pytest.param((36.651, 117.120), (36.067, 120.383), 299.0, id="jinan-qingdao"),
        pytest.param((0.0, 0.0), (0.0, 180.0), 20015.1, id="half-round"),
        pytest.param((35.0, 117.0), (35.0, 117.0), 0.0, id="same"),
    ],
)
def test_distance(one: tuple[float, float], other: tuple[float, float], km: float) -> None:
    assert haversine_km(one, other) == pytest.approx(km, abs=2)


@given(STOPS)
def test_every_stop_is_visited_once(stops: list[Stop[int]]) -> None:
    assert sorted(stop.key for stop in ordered(stops)) == [stop.key for stop in stops]


@given(STOPS.flatmap(lambda stops: st.tuples(st.just(stops), st.permutations(stops))))
def test_the_order_in_which_they_are_given_does_not_count(
    given_stops: tuple[list[Stop[int]], list[Stop[int]]],
) -> None:
    one, other = given_stops
    assert ordered(one) == ordered(other)


@given(STOPS)
def test_no_stretch_turned_round_is_shorter(stops: list[Stop[int]]) -> None:
    way = places(ordered(stops))
    for i in range(1, len(way)):
        for j in range(i + 1, len(way) + 1):
            turned = way[:i] + way[i:j][::-1] + way[j:]
            assert length_km(way) <= length_km(turned) + 1e-6


@given(STOPS)
def test_the_way_is_near_the_shortest_one(stops: list[Stop[int]]) -> None:
    if len(stops) > 6:
        return
    shortest = min((length_km(list(way)) for way in permutations(places(stops))), default=0.0)
    assert length_km(places(ordered(stops))) <= 1.35 * shortest + 1e-6


def test_a_round_that_begins_somewhere_begins_near_it() -> None:
    stops = [Stop("far", 36.0, 118.0), Stop("near", 35.0, 117.01)]
    assert [stop.key for stop in ordered(stops, start=(35.0, 117.0))] == ["near", "far"]


def test_places_without_coordinates_follow_their_area() -> None:
    stops = [
        Stop("b", 35.5, 117.5, "370883", "b"),
        Stop("a", 35.0, 117.0, "370812", "a"),
        Stop("x", admin_code="370812", address="x"),
        Stop("z", admin_code="370101", address="z"),
    ]
    way = [stop.key for stop in ordered(stops)]
    assert way.index("x") == way.index("a") + 1
    assert way[-1] == "z"
