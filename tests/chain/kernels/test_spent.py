from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.kernels.spent import spent_columns, undo_shape
from gridcanary.chain.transactions import MalformedTransaction
from gridcanary.chain.undo.files import undo_records
from gridcanary.chain.undo.records import BlockUndo, read_undo
from tests.chain.conftest import REGTEST, recorded

RECORDS = [one.data for one in undo_records(recorded("rev00000.plain"), REGTEST.magic)]
GENERATOR_X = bytes.fromhex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")


def as_plain(data: bytes) -> list:
    columns = spent_columns(data)
    starts = [0, *columns.script_end.tolist()[:-1]]
    scripts = columns.scripts.tobytes()
    rows = [
        (value, scripts[start:end], height, first)
        for value, start, end, height, first in zip(
            columns.value.tolist(),
            starts,
            columns.script_end.tolist(),
            columns.height.tolist(),
            columns.from_coinbase.tolist(),
            strict=False,
        )
    ]
    left = iter(rows)
    return [[next(left) for _ in range(count)] for count in columns.counts.tolist()]


def plainly(undo: BlockUndo) -> list:
    return [[(s.output.value, s.output.script, s.height, s.from_coinbase) for s in one] for one in undo]


def test_recorded_undo_data_is_told_as_the_plain_reader_tells_it() -> None:
    for data in RECORDS:
        assert as_plain(data) == plainly(read_undo(data))


def test_every_squeezed_script_is_expanded_alike() -> None:
    packed = [
        b"\x00" + b"\xab" * 20,
        b"\x01" + b"\xab" * 20,
        b"\x02" + b"\xab" * 32,
        b"\x03" + b"\xab" * 32,
        b"\x04" + GENERATOR_X,
        b"\x05" + GENERATOR_X,
        b"\x06",
        b"\x1c\x00\x14" + b"\xcd" * 20,
    ]
    data = b"\x02\x00" + bytes([len(packed)]) + b"".join(b"\x85\x03\x00\x32" + one for one in packed)
    assert as_plain(data) == plainly(read_undo(data))


@given(st.sampled_from([one for one in RECORDS if len(one) > 30]), st.data())
def test_changed_records_are_refused_by_both_or_told_alike(record: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(record) - 1))
    cut = data.draw(st.integers(at, len(record)))
    changed = record[:at] + data.draw(st.binary(max_size=4)) + record[cut:]
    try:
        expected = plainly(read_undo(changed))
    except MalformedTransaction:
        with pytest.raises(MalformedTransaction):
            spent_columns(changed)
    else:
        if all(s[0] < 1 << 60 and s[2] < 1 << 31 for one in expected for s in one):
            assert as_plain(changed) == expected


def is_refused(data: bytes) -> bool:
    try:
        spent_columns(data)
    except MalformedTransaction:
        return True
    return False


@given(st.binary(max_size=200))
def test_junk_has_a_shape_only_if_the_plain_reader_reads_it(junk: bytes) -> None:
    try:
        undo = read_undo(junk)
    except MalformedTransaction:
        assert is_refused(junk)
    else:
        assert undo_shape(junk) == (len(undo), sum(len(one) for one in undo))
