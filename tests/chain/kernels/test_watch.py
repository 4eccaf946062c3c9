from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridcanary.chain.kernels.parse import parse_block, writable
from gridcanary.chain.kernels.watch import find_keys, find_touching, outpoint_key, watch_table
from gridcanary.chain.transactions import Cursor, Outpoint, read_transaction
from tests.chain import written

KEYS = st.lists(st.binary(max_size=40), max_size=30)


@settings(max_examples=200, deadline=None)
@given(KEYS, KEYS)
@example([b"", bytes(5), bytes(12)], [b"", bytes(4), bytes(11), bytes(13)])
def test_a_table_knows_its_keys_and_no_others(keys: list[bytes], others: list[bytes]) -> None:
    table = watch_table(keys)
    for one in (*keys, *others):
        found = np.zeros(1, np.uint8)
        find_keys(writable(one + bytes(64)), len(one), table, found)
        assert bool(found[0]) == (one in keys)


@pytest.mark.parametrize("size", [1, 11, 12, 25, 34, 36])
def test_keys_that_differ_in_one_byte_are_told_apart(size: int) -> None:
    """Also in the bytes that the hash doesn't look at."""
    key = bytes(range(1, size + 1))
    table = watch_table([key])
    for at in range(size):
        other = key[:at] + bytes([key[at] ^ 0x80]) + key[at + 1 :]
        found = np.zeros(2, np.uint8)
        find_keys(writable(key + other + bytes(8)), size, table, found)
        assert found.tolist() == [1, 0]


@settings(max_examples=150, deadline=None)
@given(written.BLOCKS, st.data())
def test_what_touches_is_what_a_plain_look_finds(raw: bytes, data: st.DataObject) -> None:
    cursor = Cursor(raw, 81)
    plain = [read_transaction(cursor) for _ in range(raw[80])]
    some_scripts = [output.script for one in plain for output in one.outputs] + [b"another"]
    some_points = [claim.previous for one in plain for claim in one.inputs] + [Outpoint(b"\2" * 32, 1)]
    scripts = set(data.draw(st.lists(st.sampled_from(some_scripts), max_size=3)))
    outpoints = set(data.draw(st.lists(st.sampled_from(some_points), max_size=3)))
    columns = parse_block(raw)
    touched = np.zeros(len(plain), np.uint8)
    find_touching(
        writable(raw), columns.transactions.first_output, columns.outputs.script_at, columns.outputs.script_size,
        columns.transactions.first_input, columns.inputs.previous_at,
        watch_table(scripts), watch_table([outpoint_key(one) for one in outpoints]), touched,
    )  # fmt: skip
    assert touched.tolist() == [
        any(output.script in scripts for output in one.outputs)
        or any(claim.previous in outpoints for claim in one.inputs)
        for one in plain
    ]
