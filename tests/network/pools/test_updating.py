"""Updating the list: nothing is lost, dates only move forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gridcanary.network.pools.entry import PoolEntry
from gridcanary.network.pools.updating import Changes, updated

OLD = PoolEntry("a.example", 3333, True, "A", "BTC", "stratum", "list", date(2026, 1, 1), "MIT", None)
NEW = replace(OLD, tls=None, pool="", source_date=date(2026, 2, 1))


def test_a_later_edition_renews_and_keeps_what_only_the_earlier_one_told() -> None:
    rows, changes = updated([OLD], [NEW])
    assert rows == [replace(OLD, source_date=date(2026, 2, 1))]
    assert changes == Changes(added=0, renewed=1, unchanged=0, kept=0)


def test_an_earlier_edition_changes_nothing() -> None:
    rows, changes = updated([NEW], [OLD])
    assert rows == [NEW]
    assert changes == Changes(added=0, renewed=0, unchanged=1, kept=0)


def test_what_a_new_edition_dropped_stays_with_its_date() -> None:
    other = replace(OLD, host="b.example")
    rows, changes = updated([OLD], [other])
    assert rows == [OLD, other]
    assert changes == Changes(added=1, renewed=0, unchanged=0, kept=1)


ROWS = st.lists(
    st.builds(
        lambda host, port, day: replace(
            OLD, host=f"{host}.example", port=port, source_date=date(2026, 1, day)
        ),
        st.sampled_from("abc"),
        st.sampled_from([None, 1, 2]),
        st.integers(1, 28),
    )
)


@given(ROWS, ROWS)
def test_dates_never_move_back_and_a_second_update_changes_nothing(current: list, news: list) -> None:
    rows, changes = updated(updated([], current)[0], news)
    places = {(row.host, row.port): row.source_date for row in rows}
    for row in current + news:
        assert places[row.host, row.port] >= row.source_date
    again, quiet = updated(rows, news)
    assert again == rows
    assert (quiet.added, quiet.renewed) == (0, 0)
    assert changes.added + changes.renewed + changes.unchanged + changes.kept == len(rows)
