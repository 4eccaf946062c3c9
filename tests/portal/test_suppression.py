"""Small counts are not told, nor given away by a total."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridcanary.portal.suppression import LEAST, publishable, total_is_public

COUNTS = st.lists(st.integers(0, 12), max_size=8).map(
    lambda drawn: dict(zip("abcdefgh", drawn, strict=False))
)


@given(COUNTS)
def test_no_small_count_is_told(counts: dict[str, int]) -> None:
    told = publishable(counts)
    assert told.keys() == counts.keys()
    assert all(count is None or count == counts[key] for key, count in told.items())
    assert not any(count is not None and 0 < count < LEAST for count in told.values())


@given(COUNTS)
def test_the_total_gives_no_hidden_count_away(counts: dict[str, int]) -> None:
    """Whoever takes what is told from the total is left with a sum of several counts, and no small one."""
    told = publishable(counts)
    hidden = [key for key, count in told.items() if count is None]
    if not hidden or not total_is_public(counts) or sum(1 for count in counts.values() if count) < 2:
        return
    rest = sum(counts.values()) - sum(count for count in told.values() if count is not None)
    assert len(hidden) >= 2
    assert rest >= LEAST
    assert rest > len(hidden) or all(counts[key] == 1 for key in hidden)


def test_worked_examples() -> None:
    assert publishable({"a": 3, "b": 9, "c": 20}) == {"a": None, "b": None, "c": 20}
    assert publishable({"a": 0, "b": 9}) == {"a": 0, "b": 9}
    assert publishable({"a": 1, "b": 1, "c": 6, "d": 30}) == {"a": None, "b": None, "c": None, "d": 30}
