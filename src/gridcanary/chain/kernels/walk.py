"""The walk over a block's bytes that fills the columns. Every read is checked against the block's end first.

Tables go from function to function as plain arrays: taking one out of a named tuple counts a reference, which
costs more than reading an input.
"""

from __future__ import annotations

import numba

from gridcanary.chain.kernels.columns import (
    BODY_END,
    END,
    FIRST_INPUT,
    FIRST_OUTPUT,
    FIRST_TRANSACTION,
    FLAGS,
    INPUT_SCRIPT_AT,
    INPUT_SCRIPT_SIZE,
    OUTPUT_SCRIPT_AT,
    OUTPUT_SCRIPT_SIZE,
    PREVIOUS_AT,
    START,
    TRANSACTIONS_AT,
    TRANSACTIONS_END,
    VALUE,
    WITNESS_AT,
)
from gridcanary.chain.kernels.faults import (
    COUNT,
    EMPTY,
    FINE,
    FLAGS_UNKNOWN,
    FULL,
    LEFT_OVER,
    MIMBLEWIMBLE,
    SHORT,
)
from gridcanary.chain.kernels.loads import load8, load16, load32, load64

HEADER_BYTES = 80
AUXPOW_VERSION = 0x100
"""Bit of a block's version that announces a parent's proof of work (merged mining)."""

WITNESS, MWEB = 1, 8
_INPUT_BYTES, _OUTPUT_BYTES, LEAST_TRANSACTION = 41, 9, 10
"""Least sizes; an announced count that doesn't fit into what is left is refused before anything is read."""


@numba.njit(cache=True, nogil=True, inline="always")
def read_count(data, at, end):  # type: ignore[no-untyped-def]
    """The variable-length integer at an offset: (value, offset behind it); offset -1 where the block ends."""
    if at >= end:
        return 0, -1
    first = load8(data, at)
    if first < 0xFD:
        return first, at + 1
    return _read_long_count(data, at + 1, end, first)


@numba.njit(cache=True, nogil=True)
def _read_long_count(data, at, end, first):  # type: ignore[no-untyped-def]
    """A count of more than one byte; one that no signed number holds comes out as the largest."""
    size = 1 << (first - 0xFC)
    if size > end - at:
        return 0, -1
    if size == 2:
        return load16(data, at), at + 2
    if size == 4:
        return load32(data, at), at + 4
    value = numba.int64(load64(data, at))
    return (value if value >= 0 else 0x7FFFFFFFFFFFFFFF), at + 8


@numba.njit(cache=True, nogil=True, forceinline=True)
def _walk_inputs(data, at, end, inputs, row):  # type: ignore[no-untyped-def]
    """Fill the inputs' table from a row on: (code, offset, number of inputs)."""
    count, begin = read_count(data, at, end)
    if begin < 0:
        return SHORT, at, 0
    if count > (end - begin) // _INPUT_BYTES:
        return COUNT, at, 0
    if row + count > inputs.shape[1]:
        return FULL, at, 0
    at = begin
    for one in range(row, row + count):
        size, script_at = read_count(data, at + 36, end)
        if script_at < 0 or size > end - script_at - 4:
            return SHORT, at, 0
        inputs[PREVIOUS_AT, one] = at
        inputs[INPUT_SCRIPT_AT, one] = script_at
        inputs[INPUT_SCRIPT_SIZE, one] = size
        inputs[WITNESS_AT, one] = 0
        at = script_at + size + 4
    return FINE, at, count


@numba.njit(cache=True, nogil=True, forceinline=True)
def _walk_outputs(data, at, end, outputs, row):  # type: ignore[no-untyped-def]
    """Fill the outputs' table from a row on: (code, offset, number of outputs)."""
    count, begin = read_count(data, at, end)
    if begin < 0:
        return SHORT, at, 0
    if count > (end - begin) // _OUTPUT_BYTES:
        return COUNT, at, 0
    if row + count > outputs.shape[1]:
        return FULL, at, 0
    at = begin
    for one in range(row, row + count):
        size, script_at = read_count(data, at + 8, end)
        if script_at < 0 or size > end - script_at:
            return SHORT, at, 0
        outputs[VALUE, one] = numba.int64(load64(data, at))
        outputs[OUTPUT_SCRIPT_AT, one] = script_at
        outputs[OUTPUT_SCRIPT_SIZE, one] = size
        at = script_at + size
    return FINE, at, count


@numba.njit(cache=True, nogil=True, forceinline=True)
def _walk_witnesses(data, at, end, inputs, row, count):  # type: ignore[no-untyped-def]
    """Pass over the witnesses of so many inputs and note where each begins: (code, offset)."""
    for one in range(row, row + count):
        items, begin = read_count(data, at, end)
        if begin < 0:
            return SHORT, at
        if items > end - begin:
            return COUNT, at
        inputs[WITNESS_AT, one] = at
        at = begin
        for _ in range(items):
            size, begin = read_count(data, at, end)
            if begin < 0 or size > end - begin:
                return SHORT, at
            at = begin + size
    return FINE, at


@numba.njit(cache=True, nogil=True, forceinline=True)
def _walk_transaction(data, at, end, transactions, inputs, outputs, row, input_row, output_row):  # type: ignore[no-untyped-def]
    """Fill one row: (code, offset behind the transaction, rows of inputs, rows of outputs)."""
    start = at
    if end - at < LEAST_TRANSACTION:
        return SHORT, at, 0, 0
    flags = 0
    if load8(data, at + 4) == 0 and load8(data, at + 5) != 0:
        flags = load8(data, at + 5)
        if flags & ~(WITNESS | MWEB):
            return FLAGS_UNKNOWN, at + 5, 0, 0
    code, at, input_count = _walk_inputs(data, at + (6 if flags else 4), end, inputs, input_row)
    if code != FINE:
        return code, at, 0, 0
    code, at, output_count = _walk_outputs(data, at, end, outputs, output_row)
    if code != FINE:
        return code, at, 0, 0
    transactions[BODY_END, row] = at
    if flags & WITNESS:
        code, at = _walk_witnesses(data, at, end, inputs, input_row, input_count)
        if code != FINE:
            return code, at, 0, 0
    if flags & MWEB:
        if at >= end or load8(data, at) != 0:
            return MIMBLEWIMBLE, at, 0, 0
        at += 1
    if end - at < 4:
        return SHORT, at, 0, 0
    transactions[START, row] = start
    transactions[END, row] = at + 4
    transactions[FLAGS, row] = flags
    transactions[FIRST_INPUT, row] = input_row
    transactions[FIRST_OUTPUT, row] = output_row
    return FINE, at + 4, input_count, output_count


@numba.njit(cache=True, nogil=True)
def _pass_branch(data, at, end):  # type: ignore[no-untyped-def]
    """Pass over a Merkle branch and its index: (code, offset)."""
    count, begin = read_count(data, at, end)
    if begin < 0:
        return SHORT, at
    if count > (end - begin) // 32 or end - begin - 32 * count < 4:
        return COUNT, at
    return FINE, begin + 32 * count + 4


@numba.njit(cache=True, nogil=True)
def _pass_auxpow(data, at, end, transactions, inputs, outputs, row, input_row, output_row):  # type: ignore[no-untyped-def]
    """Pass over a parent's proof: coinbase, block hash, two branches, header. Its rows are written over later."""
    code, at, _, _ = _walk_transaction(
        data, at, end, transactions, inputs, outputs, row, input_row, output_row
    )
    if code != FINE:
        return code, at
    if end - at < 32:
        return SHORT, at
    code, at = _pass_branch(data, at + 32, end)
    if code != FINE:
        return code, at
    code, at = _pass_branch(data, at, end)
    if code != FINE:
        return code, at
    if end - at < HEADER_BYTES:
        return SHORT, at
    return FINE, at + HEADER_BYTES


@numba.njit(cache=True, nogil=True)
def _open_block(data, at, end, merged, transactions, inputs, outputs, row, input_row, output_row):  # type: ignore[no-untyped-def]
    """Pass over header, proof and count: (code, offset of the first transaction, transactions announced)."""
    room = transactions.shape[1] - 1
    if end - at < HEADER_BYTES:
        return SHORT, at, 0
    if row >= room:
        return FULL, at, 0
    auxpow = merged and load32(data, at) & AUXPOW_VERSION
    at += HEADER_BYTES
    if auxpow:
        code, at = _pass_auxpow(data, at, end, transactions, inputs, outputs, row, input_row, output_row)
        if code != FINE:
            return code, at, 0
    count, begin = read_count(data, at, end)
    if begin < 0:
        return SHORT, at, 0
    if count > (end - begin) // LEAST_TRANSACTION:
        return COUNT, at, 0
    if count == 0:
        return EMPTY, at, 0
    if row + count > room:
        return FULL, at, 0
    return FINE, begin, count


@numba.njit(cache=True, nogil=True)
def walk_blocks(data, starts, sizes, merged, blocks, transactions, inputs, outputs):  # type: ignore[no-untyped-def]
    """Fill the tables of a :class:`~gridcanary.chain.kernels.columns.Room` with some blocks of a buffer.

    Args:
        data: the buffer, uint8 [bytes].
        starts, sizes: where each block is, inside the buffer, int64 [blocks].
        merged: whether bit 8 of a version announces a parent's proof.

    Returns:
        (code, block, offset, transactions, inputs, outputs): the rows that are filled, and where it stopped.
    """
    row, input_row, output_row = 0, 0, 0
    for block in range(starts.size):
        at, end = starts[block], starts[block] + sizes[block]
        code, at, count = _open_block(
            data, at, end, merged, transactions, inputs, outputs, row, input_row, output_row
        )
        if code != FINE:
            return code, block, at, row, input_row, output_row
        blocks[FIRST_TRANSACTION, block] = row
        blocks[TRANSACTIONS_AT, block] = at
        for one in range(row, row + count):
            code, at, input_count, output_count = _walk_transaction(
                data, at, end, transactions, inputs, outputs, one, input_row, output_row
            )
            if code != FINE:
                return code, block, at, row, input_row, output_row
            input_row += input_count
            output_row += output_count
        row += count
        blocks[TRANSACTIONS_END, block] = at
        if at != end and not transactions[FLAGS, row - 1] & MWEB:
            return LEFT_OVER, block, at, row, input_row, output_row
    blocks[FIRST_TRANSACTION, starts.size] = row
    transactions[FIRST_INPUT, row] = input_row
    transactions[FIRST_OUTPUT, row] = output_row
    return FINE, starts.size, 0, row, input_row, output_row
