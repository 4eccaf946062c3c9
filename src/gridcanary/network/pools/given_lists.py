"""The list a scan works with: the shipped one and lists of one's own beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gridcanary.network.pools.csv_list import load_list
from gridcanary.network.pools.pool_list import PoolList, shipped
from gridcanary.network.pools.updating import updated


@cache
def pools_with(own: tuple[Path, ...] = ()) -> PoolList:
    """The shipped list, brought up to date with one's own.

    Args:
        own: CSV files in the list's format, such as ``gridcanary network pools update`` writes.

    Raises:
        InputError: a file can't be read.
    """
    if not own:
        return shipped()
    rows = list(shipped().entries)
    for path in own:
        rows, _ = updated(rows, load_list(path))
    return PoolList(rows, "shipped + " + ", ".join(path.name for path in own))
