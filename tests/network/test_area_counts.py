from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.network.area_counts import area_counts


def people(**counts: int) -> list[tuple[str, str]]:
    return [(area, f"{area}{number}") for area, count in counts.items() for number in range(count)]


def test_large_counts_are_shown_with_their_total() -> None:
    told = area_counts(people(a=7, b=12))
    assert (told.shown, told.suppressed, told.total) == ({"a": 7, "b": 12}, (), 19)


def test_one_small_area_takes_the_next_smallest_with_it() -> None:
    told = area_counts(people(a=2, b=12, c=30))
    assert (told.shown, told.suppressed, told.total) == ({"c": 30}, ("a", "b"), 44)


def test_a_small_area_alone_hides_the_total_too() -> None:
    assert area_counts(people(a=2)).total is None


def test_an_endpoint_counts_once() -> None:
    assert area_counts(people(a=7) * 3).shown == {"a": 7}


def test_a_threshold_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="protects nobody"):
        area_counts([], least=1)


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(1, 20), max_size=9),
    st.integers(2, 9),
)
def test_no_difference_gives_a_small_count_away(counts: dict[str, int], least: int) -> None:
    told = area_counts(people(**counts), least)
    assert all(counts[area] == count >= least for area, count in told.shown.items())
    assert set(told.suppressed) | set(told.shown) == set(counts)
    if told.total is not None and told.suppressed:
        together = told.total - sum(told.shown.values())
        assert len(told.suppressed) >= 2
        assert together >= least
