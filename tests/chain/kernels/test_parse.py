from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.chain.blocks import read_block
from gridcanary.chain.kernels import faults
from gridcanary.chain.kernels.columns import Columns
from gridcanary.chain.kernels.faults import Fault, MalformedBlock
from gridcanary.chain.kernels.parse import Parser, parse_block, writable
from gridcanary.chain.kernels.txids import txids
from gridcanary.chain.transactions import Cursor, Input, MalformedTransaction, Outpoint, Output, Transaction
from tests.chain import written
from tests.chain.conftest import REGTEST, framed_blocks, plain_blocks

COIN = Output(50 * 10**8, b"\x51")
SPEND = Input(Outpoint(b"\1" * 32, 7), b"\x00", (b"sig", b""))
ONE = written.transaction([SPEND], [COIN])
SEGWIT = written.transaction([SPEND, SPEND], [COIN, COIN], flags=1)


def as_transactions(raw: bytes, columns: Columns) -> list[Transaction]:
    """What the columns say, in the plain reader's words."""
    told, inputs, outputs = columns.transactions, columns.inputs, columns.outputs
    ids = txids(np.frombuffer(raw, np.uint8), columns)

    def witness(row: int) -> tuple[bytes, ...]:
        cursor = Cursor(raw, int(inputs.witness_at[row]))
        return tuple(cursor.take(cursor.count()) for _ in range(cursor.count())) if cursor.at else ()

    def claim(row: int) -> Input:
        at, script = int(inputs.previous_at[row]), int(inputs.script_at[row])
        behind = script + int(inputs.script_size[row])
        previous = Outpoint(raw[at : at + 32], int.from_bytes(raw[at + 32 : at + 36], "little"))
        sequence = int.from_bytes(raw[behind : behind + 4], "little")
        return Input(previous, raw[script:behind], witness(row), sequence)

    def output(row: int) -> Output:
        script = int(outputs.script_at[row])
        return Output(int(outputs.value[row]), raw[script : script + int(outputs.script_size[row])])

    return [
        Transaction(
            ids[row].tobytes(),
            int.from_bytes(raw[told.start[row] : told.start[row] + 4], "little", signed=True),
            tuple(claim(one) for one in range(told.first_input[row], told.first_input[row + 1])),
            tuple(output(one) for one in range(told.first_output[row], told.first_output[row + 1])),
            int.from_bytes(raw[told.end[row] - 4 : told.end[row]], "little"),
            raw[told.start[row] : told.end[row]],
        )
        for row in range(told.start.size)
    ]


def read_alone(raw: bytes, merged: bool = False) -> tuple[Columns, Fault | None]:
    """The columns of one block, and what is wrong with it."""
    return Parser(merged).read(writable(raw), np.zeros(1, np.int64), np.array([len(raw)]))


@settings(max_examples=200, deadline=None)
@given(written.BLOCKS)
def test_columns_say_what_the_plain_reader_says(raw: bytes) -> None:
    assert as_transactions(raw, parse_block(raw)) == list(read_block(Cursor(raw)).transactions)


def test_every_block_of_the_recording_at_once() -> None:
    data = plain_blocks()
    plain = list(framed_blocks(data, REGTEST.magic))
    sizes = [81 + sum(len(one.raw) for one in block.transactions) for block in plain]
    starts = np.cumsum([8, *[size + 8 for size in sizes[:-1]]])
    columns, fault = Parser().read(writable(data), starts, np.array(sizes))
    assert fault is None
    assert as_transactions(data, columns) == [one for block in plain for one in block.transactions]
    assert np.diff(columns.blocks.first_transaction).tolist() == [len(block.transactions) for block in plain]


@pytest.mark.parametrize(
    ("raw", "code", "at"),
    [
        pytest.param(b"", faults.SHORT, 0, id="nothing"),
        pytest.param(written.HEADER[:79], faults.SHORT, 0, id="a byte short of a header"),
        pytest.param(written.HEADER, faults.SHORT, 80, id="no count"),
        pytest.param(written.HEADER + b"\0", faults.EMPTY, 80, id="no transaction"),
        pytest.param(written.HEADER + b"\xfd\x01", faults.SHORT, 80, id="half a count"),
        pytest.param(written.HEADER + b"\xff" * 9 + ONE, faults.COUNT, 80, id="2^64 - 1 transactions"),
        pytest.param(written.block([ONE])[:-1], faults.SHORT, 81 + len(ONE) - 4, id="half a lock time"),
        pytest.param(written.block([ONE, ONE])[:-30], faults.COUNT, None, id="half a transaction"),
        pytest.param(written.block([ONE]) + b"\0", faults.LEFT_OVER, 81 + len(ONE), id="a byte too many"),
        pytest.param(
            written.block([ONE[:4] + b"\0\2" + ONE[4:]]), faults.FLAGS_UNKNOWN, 81 + 5, id="flags of no network"
        ),
        pytest.param(
            written.block([written.transaction([SPEND], [COIN], flags=8)[:-5] + b"\1" + bytes(4)]),
            faults.MIMBLEWIMBLE, None, id="Mimblewimble inside a block",
        ),
        pytest.param(
            written.block([ONE[:4] + b"\xfe\xff\xff\xff\xff" + ONE[5:]]), faults.COUNT, 85, id="2^32 - 1 inputs"
        ),
        pytest.param(
            written.block([written.transaction([SPEND], [])[:-5] + b"\xfd\xff\xff" + bytes(4)]),
            faults.COUNT, None, id="65,535 outputs",
        ),
        pytest.param(
            written.block([ONE[:41] + b"\xff" + b"\xff" * 8 + ONE[42:]]), faults.SHORT, None,
            id="a script of 2^64 - 1 bytes",
        ),
    ],
)  # fmt: skip
def test_what_is_no_block_is_told_with_its_byte(raw: bytes, code: int, at: int | None) -> None:
    with pytest.raises(MalformedBlock) as told:
        parse_block(raw)
    assert told.value.fault.code == code
    assert at in (None, told.value.fault.at)
    assert str(told.value) == f"byte {told.value.fault.at}: {told.value.fault.problem}"


def test_blocks_before_a_broken_one_are_read() -> None:
    good = written.block([ONE])
    data = writable(good + good[:-1] + good)
    starts = np.array([0, len(good), 2 * len(good) - 1])
    columns, fault = Parser().read(data, starts, np.array([len(good), len(good) - 1, len(good)]))
    assert fault is not None
    assert fault.block == 1
    assert columns.transactions.start.tolist() == [81]


def test_a_block_outside_of_the_buffer_is_refused() -> None:
    with pytest.raises(ValueError, match="not inside"):
        Parser().read(writable(bytes(100)), np.array([50]), np.array([51]))


def test_room_grows_with_dense_blocks() -> None:
    raw = written.block([written.transaction([SPEND], [Output(1, b"")] * 50_000)])
    assert parse_block(raw).outputs.value.sum() == 50_000


def test_an_extension_block_is_left_alone() -> None:
    last = written.transaction([SPEND], [COIN], flags=8)
    raw = written.block([ONE, last]) + b"\1" + bytes(range(200))
    columns = parse_block(raw)
    assert columns.blocks.transactions_end.tolist() == [len(raw) - 201]
    assert columns.transactions.flags.tolist() == [0, 8]


def test_a_parents_proof_is_passed_over() -> None:
    parent = written.transaction([SPEND], [COIN, COIN])
    branches = (b"\2" + bytes(64) + bytes(4)) + (b"\0" + bytes(4))
    header = bytes.fromhex("02016200") + written.HEADER[4:]
    raw = header + parent + bytes(32) + branches + written.HEADER + b"\1" + ONE
    columns = parse_block(raw, merged=True)
    assert columns.blocks.transactions_at.tolist() == [len(raw) - len(ONE)]
    assert columns.outputs.value.tolist() == [COIN.value]
    for end in range(80, len(raw)):
        with pytest.raises(MalformedBlock):
            parse_block(raw[:end], merged=True)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_junk_is_a_fault_or_what_the_plain_reader_reads(junk: bytes, merged: bool) -> None:
    columns, fault = read_alone(written.HEADER + junk, merged)
    assert columns.transactions.end.max(initial=0) <= 80 + len(junk)
    assert fault is None or 0 <= fault.at <= 80 + len(junk)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.just(written.block([ONE, SEGWIT])), written.BLOCKS), st.data())
def test_a_flipped_bit_is_a_fault_or_read_alike(raw: bytes, data: st.DataObject) -> None:
    at, bit = data.draw(st.integers(80, len(raw) - 1)), data.draw(st.integers(0, 7))
    broken = raw[:at] + bytes([raw[at] ^ (1 << bit)]) + raw[at + 1 :]
    try:
        plain = list(read_block(Cursor(broken)).transactions)
    except MalformedTransaction:
        plain = []
    columns, fault = read_alone(broken)
    if fault is None:
        assert as_transactions(broken, columns) == plain
    else:
        assert not plain or fault.code in (faults.LEFT_OVER, faults.COUNT)
