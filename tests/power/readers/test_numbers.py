from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import Rejects
from gridcanary.power.readers.numbers import NumberRows, read_careful, read_fast, read_numbers
from gridcanary.power.readers.text import TextBlock

FIELD = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.sampled_from(
        ["", "NULL", "null", " 5", "+5", "5.", ".5", "1e400", "nan", "inf", "-inf", "1_0", "0x1"]
    ),
    st.sampled_from(['"7"', '"7', '7"', '"7"8', '""', "x", "NaN", "\\N", "-", "--", "1d5", "１"]),
    st.text("0123456789.eE+-_ \"'x", max_size=6),
)
LINE = st.one_of(st.lists(FIELD, min_size=3, max_size=3), st.lists(FIELD, max_size=4))


def block(lines: list[str]) -> TextBlock:
    text = "".join(line + "\n" for line in lines)
    return TextBlock(Path("a.csv"), 2, text, ("ID", "P1", "P2"), ",")


def same(one: NumberRows, other: NumberRows) -> None:
    assert one.rows.tolist() == other.rows.tolist()
    assert one.texts == other.texts
    np.testing.assert_array_equal(one.values, other.values)


def joined(pieces: list[NumberRows]) -> NumberRows:
    texts = {"id": [item for piece in pieces for item in piece.texts["id"]]}
    rows = np.concatenate([piece.rows for piece in pieces])
    return NumberRows(rows, texts, np.concatenate([piece.values for piece in pieces]))


@settings(deadline=None)
@given(st.lists(LINE, min_size=1, max_size=8))
@example([['"', '"7"', "0.0"]])
def test_where_the_fast_way_answers_it_answers_like_the_careful_way(lines: list[list[str]]) -> None:
    given_block = block([",".join(fields) for fields in lines])
    fast = read_fast(given_block, {"id": 0}, [1, 2])
    if fast is not None:
        rejects = Rejects()
        same(fast, read_careful(given_block, {"id": 0}, [1, 2], rejects))
        assert rejects.count == 0


@settings(deadline=None)
@given(st.lists(LINE, min_size=1, max_size=300))
def test_halving_a_block_changes_neither_rows_nor_rejects(lines: list[list[str]]) -> None:
    # Quotes are left out here: an open quote may lose one row more or less, depending on where a block ends.
    given_block = block([",".join(fields).replace('"', "") for fields in lines])
    halved, careful = Rejects(), Rejects()
    pieces = read_numbers(given_block, {"id": 0}, [1, 2], halved)
    same(joined(pieces), read_careful(given_block, {"id": 0}, [1, 2], careful))
    assert halved.reasons == careful.reasons
    assert (halved.first and halved.first.row) == (careful.first and careful.first.row)


def test_a_clean_block_goes_the_fast_way() -> None:
    given_block = block(["a,1.5,NULL", '"b",,"239.800000000000000000"'])
    fast = read_fast(given_block, {"id": 0}, [1, 2])
    assert fast is not None
    assert fast.texts == {"id": ["a", "b"]}
    np.testing.assert_array_equal(fast.values, [[1.5, np.nan], [np.nan, 239.8]])


def test_one_bad_row_among_many_is_named_and_the_others_are_read() -> None:
    lines = [f"m{i},{i},{i}" for i in range(1000)]
    lines[700] = "m700,1,abc"
    rejects = Rejects()
    pieces = read_numbers(block(lines), {"id": 0}, [1, 2], rejects)
    assert sum(piece.rows.size for piece in pieces) == 999
    assert rejects.first is not None
    assert (rejects.first.row, rejects.first.column) == (702, "P2")


def test_strict_stops_at_the_first_bad_row() -> None:
    with pytest.raises(InputError, match=r"a.csv, row 3, column P1: text where a number should be: 'x'"):
        read_numbers(block(["a,1,2", "b,x,2", "c,y,2"]), {"id": 0}, [1, 2], Rejects(strict=True))
