from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.power.readers.seen_days import SeenDays

BATCHES = st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=8), max_size=5)


@given(BATCHES)
@settings(deadline=None)
def test_it_agrees_with_a_plain_set(batches: list[list[tuple[str, int]]]) -> None:
    seen, plain = SeenDays(), set()
    for batch in batches:
        meters = pa.array([meter for meter, _ in batch], pa.string())
        found = seen.again(meters, np.array([day for _, day in batch], dtype=np.int64))
        wanted = []
        for key in batch:
            wanted.append(key in plain)
            plain.add(key)
        assert found.tolist() == wanted
