from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.clock import clock_of

HERE = Path("file.csv")
ZONES = ("Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")


@given(st.sampled_from(ZONES), st.integers(min_value=631_152_000, max_value=2_800_000_000))
@settings(deadline=None)
def test_local_time_is_what_the_standard_library_says(zone: str, instant: int) -> None:
    wall = dt.datetime.fromtimestamp(instant, tz=ZoneInfo(zone)).replace(tzinfo=dt.UTC)
    assert clock_of(HERE, zone).to_local(np.array([instant]))[0] == int(wall.timestamp())


@given(st.sampled_from(ZONES), st.integers(min_value=631_152_000, max_value=2_800_000_000))
@settings(deadline=None)
def test_repeated_times_are_those_with_a_fold(zone: str, local: int) -> None:
    naive = dt.datetime.fromtimestamp(local, tz=dt.UTC).replace(tzinfo=ZoneInfo(zone))
    ambiguous = naive.utcoffset() > naive.replace(fold=1).utcoffset()
    assert bool(clock_of(HERE, zone).is_repeated(np.array([local]))[0]) == ambiguous


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd"], ids=["unknown", "empty", "a path"])
def test_a_zone_that_is_none_is_named(zone: str) -> None:
    with pytest.raises(InputError, match="time zone"):
        clock_of(HERE, zone)
