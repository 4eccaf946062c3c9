"""Undo records to columns: what each input of a block spends, without a Python object an input."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.kernels.walk import read_count
from gridcanary.chain.transactions import MalformedTransaction
from gridcanary.chain.undo.compression import expanded_key

_LEAST_COIN, _MOST_SCRIPT = 3, 10_000
_MARKS = 6


class SpentColumns(NamedTuple):
    """What a block's inputs spend, one row each, the coinbase's left out.

    Args:
        counts: inputs of each transaction but the coinbase, int64 [transactions].
        value: satoshi, int64 [inputs].
        height: of the block that created it, 0 where an old node didn't keep it, int32 [inputs].
        from_coinbase: bool [inputs].
        script_end: where each script ends in ``scripts``, int64 [inputs]; it begins where the one before ends.
        scripts: uint8 [bytes].
    """

    counts: NDArray[np.int64]
    value: NDArray[np.int64]
    height: NDArray[np.int32]
    from_coinbase: NDArray[np.bool_]
    script_end: NDArray[np.int64]
    scripts: NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def _read_varint(data, at):  # type: ignore[no-untyped-def]
    """Bitcoin Core's VARINT: (value, offset behind it); offset -1 where it ends or began outside, or is too large."""
    number = np.int64(0)
    for _ in range(9):
        if at < 0 or at >= data.size:
            return number, -1
        byte = np.int64(data[at])
        at += 1
        number = number << 7 | byte & 0x7F
        if number < 0:
            return number, -1
        if not byte & 0x80:
            return number, at
        number += 1
    return number, -1


@numba.njit(cache=True, nogil=True)
def _expanded_amount(squeezed):  # type: ignore[no-untyped-def]
    if squeezed == 0:
        return np.int64(0)
    rest = (squeezed - 1) // 10
    exponent = (squeezed - 1) % 10
    if exponent < 9:
        rest = (rest // 9) * 10 + rest % 9 + 1
    else:
        rest += 1
    for _ in range(exponent):
        rest *= 10
    return rest


@numba.njit(cache=True, nogil=True)
def _expanded_size(mark):  # type: ignore[no-untyped-def]
    """Bytes of a script and of its squeezed form, by its mark."""
    if mark == 0:
        return 25, 20
    if mark == 1:
        return 23, 20
    if mark in (2, 3):
        return 35, 32
    if mark in (4, 5):
        return 67, 32
    return mark - _MARKS, mark - _MARKS


@numba.njit(cache=True, nogil=True)
def _read_coin(data, at):  # type: ignore[no-untyped-def]
    """One spent output: (height code, squeezed amount, mark, offset of the squeezed script, offset behind or -1)."""
    code, at = _read_varint(data, at)
    if code > 1:
        _version, at = _read_varint(data, at)
    squeezed, at = _read_varint(data, at)
    mark, at = _read_varint(data, at)
    packed = _expanded_size(mark)[1]
    if at < 0 or packed > _MOST_SCRIPT or packed > data.size - at:
        return code, squeezed, mark, at, -1
    return code, squeezed, mark, at, at + packed


@numba.njit(cache=True, nogil=True)
def _walk(data, counts, value, code, mark, packed_at):  # type: ignore[no-untyped-def]
    """Fill the columns: (transactions, inputs), both -1 where the data is no record.

    Empty arrays are not filled, so that a first walk tells how much room the second needs.
    """
    fill = counts.size > 0
    transactions, at = read_count(data, 0, data.size)
    if at < 0 or transactions > data.size - at:
        return -1, -1
    row = 0
    for one in range(transactions):
        inputs, at = read_count(data, at, data.size)
        if at < 0 or inputs > (data.size - at) // _LEAST_COIN:
            return -1, -1
        if fill:
            counts[one] = inputs
        for _ in range(inputs):
            its_code, squeezed, its_mark, its_at, at = _read_coin(data, at)
            if at < 0:
                return -1, -1
            if fill:
                value[row], code[row] = _expanded_amount(squeezed), its_code
                mark[row], packed_at[row] = its_mark, its_at
            row += 1
    return (transactions, row) if at == data.size else (-1, -1)


@numba.njit(cache=True, nogil=True)
def _expand(data, mark, packed_at, ends, scripts):  # type: ignore[no-untyped-def]
    """Write the scripts; the second halves of uncompressed keys stay zeros."""
    for row in range(mark.size):
        size, packed = _expanded_size(mark[row])
        at, its = ends[row] - size, mark[row]
        skip = 0
        if its == 0:
            scripts[at], scripts[at + 1], scripts[at + 2] = 0x76, 0xA9, 0x14
            scripts[at + 23], scripts[at + 24] = 0x88, 0xAC
            skip = 3
        elif its == 1:
            scripts[at], scripts[at + 1], scripts[at + 22] = 0xA9, 0x14, 0x87
            skip = 2
        elif its <= 3:
            scripts[at], scripts[at + 1], scripts[at + 34] = 0x21, its, 0xAC
            skip = 2
        elif its <= 5:
            scripts[at], scripts[at + 1], scripts[at + 66] = 0x41, 0x04, 0xAC
            skip = 2
        for one in range(packed):
            scripts[at + skip + one] = data[packed_at[row] + one]


def undo_shape(data: bytes) -> tuple[int, int] | None:
    """How many transactions and inputs a record has; None where it is none."""
    empty = np.empty(0, np.int64)
    shape = _walk(np.frombuffer(data, np.uint8), empty, empty, empty, empty, empty)
    return None if shape[0] < 0 else shape


def spent_columns(data: bytes) -> SpentColumns:
    """The columns of one undo record; MalformedTransaction where the bytes are none."""
    shape = undo_shape(data)
    if shape is None:
        raise MalformedTransaction(0, "these bytes are no undo data")
    transactions, inputs = shape
    bytes_ = np.frombuffer(data, np.uint8)
    counts, value = np.empty(transactions, np.int64), np.empty(inputs, np.int64)
    code, mark, packed_at = (np.empty(inputs, np.int64) for _ in range(3))
    if transactions:
        _walk(bytes_, counts, value, code, mark, packed_at)
    sizes = np.select([mark == 0, mark == 1, mark <= 3, mark <= 5], [25, 23, 35, 67], mark - _MARKS)
    ends = np.cumsum(sizes)
    scripts = np.zeros(int(ends[-1]) if inputs else 0, np.uint8)
    _expand(bytes_, mark, packed_at, ends, scripts)
    for row in np.flatnonzero((mark == 4) | (mark == 5)).tolist():
        x = data[packed_at[row] : packed_at[row] + 32]
        key = expanded_key(x, odd=mark[row] == 5)
        if key is None:
            raise MalformedTransaction(int(packed_at[row]), "a public key that isn't on the curve")
        scripts[ends[row] - 66 : ends[row] - 1] = np.frombuffer(key, np.uint8)
    return SpentColumns(
        counts, value, (code >> 1).astype(np.int32), (code & 1).astype(np.bool_), ends, scripts
    )
