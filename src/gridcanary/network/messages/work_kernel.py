"""Work of eth-proxy, getwork and getblocktemplate, and what is submitted on it, as numbers of a row."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from gridcanary.network.messages.codes import (
    RESULT,
)
from gridcanary.network.messages.hexadecimal import (
    big_endian_hashes,
    hex_number,
    is_hex,
    little_endian_hashes,
)
from gridcanary.network.messages.json_values import whole
from gridcanary.network.messages.object_kernel import (
    AT_DEPTH,
    AT_KIND,
    AT_PATH,
    AT_START,
    AT_STOP,
    NUMBER,
    TEXT,
    digest_of,
)
from gridcanary.network.messages.places import (
    ETH_SUBMIT,
    FIRST,
    GETWORK,
    GIVES_GETWORK,
    GIVES_TEMPLATE,
    R_DATA,
    R_FIRST,
    R_FOURTH,
    R_HEIGHT,
    R_PREVIOUS,
    R_SECOND,
    R_TARGET,
    R_THIRD,
    SECOND,
    WORKER,
    Bytes,
    Fields,
    Name,
    Row,
)
from gridcanary.network.messages.rows import (
    SHARE,
    WORK,
)

WORK_HASH = 66
"""0x and 64 digits."""
_GETWORK_DIGITS = 160
"""A submitted getwork is a header of at least 80 bytes."""


@njit(cache=True, nogil=True)
def _is_header(text: Bytes, start: int, stop: int) -> bool:
    """Whether the text may be a block header that getwork hands out or takes."""
    return stop - start >= _GETWORK_DIGITS and is_hex(text, start, start + _GETWORK_DIGITS)


@njit(cache=True, nogil=True)
def work_submit(text: Bytes, fields: Fields, noted: int, row: Row, name: Name) -> None:
    """eth_submitWork (nonce, header, mix) and getwork with a solved header."""
    for place in range(noted):
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if kind != TEXT:
            continue
        if path == WORKER and fields[place, AT_DEPTH] == 1 and stop > start:
            row.who = digest_of(text, start, stop)
            name[0], name[1] = start, stop
        elif (path == SECOND and row.method == ETH_SUBMIT) or (
            path == FIRST and row.method == GETWORK and _is_header(text, start, stop)
        ):
            row.job = digest_of(text, start, stop)
            row.flags |= SHARE


@njit(cache=True, nogil=True)
def eth_work(text: Bytes, fields: Fields, noted: int, row: Row) -> bool:
    """An array of header hash, seed hash and boundary, 256 bits each, and perhaps the height."""
    hashes = 0
    for place in range(noted):
        path, start, stop = fields[place, AT_PATH], fields[place, AT_START], fields[place, AT_STOP]
        if fields[place, AT_DEPTH] != 2 or fields[place, AT_KIND] != TEXT or text[start] != 48:
            continue
        if (path in (R_FIRST, R_SECOND)) and stop - start == WORK_HASH:
            hashes += is_hex(text, start + 2, stop)
            if path == R_FIRST:
                row.job = digest_of(text, start, stop)
        elif path == R_THIRD and stop - start > 34:
            row.value = big_endian_hashes(text, start, stop)
        elif path == R_FOURTH:
            row.height = hex_number(text, start, stop)
    if hashes == 2 and row.value > 0.0:
        row.flags |= WORK
        return True
    row.value, row.job, row.height = math.nan, np.uint64(0), -1
    return False


@njit(cache=True, nogil=True)
def template(text: Bytes, fields: Fields, noted: int, row: Row) -> int:
    """An answer to getwork or getblocktemplate, or one that is neither."""
    data, previous, little, big = False, False, math.nan, math.nan
    height = -1
    for place in range(noted):
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if fields[place, AT_DEPTH] != 2:
            continue
        if path == R_DATA and kind == TEXT:
            data = _is_header(text, start, stop)
            row.job = digest_of(text, start, stop)
        elif path == R_PREVIOUS and kind == TEXT:
            previous = stop - start == 64
        elif path == R_TARGET and kind == TEXT:
            little, big = little_endian_hashes(text, start, stop), big_endian_hashes(text, start, stop)
        elif path == R_HEIGHT and kind == NUMBER:
            height = whole(text, start, stop)
    if data and little > 0.0:
        row.value, row.height = little, height
        row.flags |= WORK
        return GIVES_GETWORK
    row.job = np.uint64(0)
    if previous and height >= 0:
        row.value, row.height = big, height
        row.flags |= WORK
        return GIVES_TEMPLATE
    return RESULT
