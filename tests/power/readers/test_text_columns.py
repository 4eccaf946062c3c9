from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.power.readers.base import Rejects
from gridcanary.power.readers.text import TextBlock, parse_number
from gridcanary.power.readers.text_columns import block_columns, numbers

FIELD = st.text(st.sampled_from('ab1 .-"\t电'), max_size=4)
LINES = st.lists(st.lists(FIELD, min_size=1, max_size=4).map(",".join), max_size=6)
NUMBER_LIKE = st.one_of(
    st.text(st.sampled_from("0123456789.+-eE naN/ATULxif_"), max_size=8), st.floats().map(repr)
)


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(deadline=None)
def test_columns_are_what_the_rows_say(lines: list[str], line_end: str, ends: bool) -> None:
    text = line_end.join(lines) + (line_end if ends else "")
    block = TextBlock(Path("a.csv"), 2, text, ("x", "y"), ",")
    sound = [row for row in block.rows() if row.fault is None]
    rejects = Rejects()
    found, (second, first) = block_columns(block, [1, 0], rejects)
    assert found.tolist() == [row.row for row in sound]
    assert first.to_pylist() == [row.fields[0].strip() for row in sound]
    assert second.to_pylist() == [row.fields[1].strip() for row in sound]
    assert rejects.count == sum(row.fault is not None for row in block.rows())


@given(st.lists(NUMBER_LIKE, max_size=6))
@settings(deadline=None)
def test_numbers_are_what_the_parser_says(texts: list[str]) -> None:
    stripped = [text.strip() for text in texts]
    values, wrong = numbers(pa.array(stripped, pa.string()))
    for text, value, bad in zip(stripped, values, wrong, strict=True):
        try:
            wanted = parse_number(text)
        except ValueError:
            assert bad
            continue
        if wanted is not None and np.isinf(wanted):
            assert bad
            continue
        assert not bad
        assert np.isnan(value) if wanted is None else value == wanted
