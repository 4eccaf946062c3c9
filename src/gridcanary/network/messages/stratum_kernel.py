"""What messages of Stratum v1 carry, as numbers of a row."""

from __future__ import annotations

import math

from numba import njit

from gridcanary.network.messages.hexadecimal import (
    big_endian_hashes,
    coinbase_height,
)
from gridcanary.network.messages.json_values import number_in, whole
from gridcanary.network.messages.object_kernel import (
    AT_DEPTH,
    AT_KIND,
    AT_PATH,
    AT_START,
    AT_STOP,
    NUMBER,
    TEXT,
    TRUE,
    digest_of,
)
from gridcanary.network.messages.places import (
    FIRST,
    FOURTH,
    MINING_SET,
    MINING_SET_DIFFICULTY,
    P_JOB,
    P_JOB_ID,
    P_TARGET,
    SECOND,
    SIXTH,
    THIRD,
    Bytes,
    Fields,
    Name,
    Row,
)
from gridcanary.network.messages.rows import (
    CLEAN,
    SHARE,
)


@njit(cache=True, nogil=True)
def stratum_submit(text: Bytes, fields: Fields, noted: int, row: Row, name: Name) -> None:
    """Name and job of a share; the name's slice goes into its room."""
    for place in range(noted):
        path, start, stop = fields[place, AT_PATH], fields[place, AT_START], fields[place, AT_STOP]
        if fields[place, AT_DEPTH] != 2 or fields[place, AT_KIND] > NUMBER:
            continue
        if path == FIRST and fields[place, AT_KIND] == TEXT:
            row.who = digest_of(text, start, stop)
            name[0], name[1] = start, stop
        elif path in (SECOND, P_JOB, P_JOB_ID):
            row.job = digest_of(text, start, stop)
            row.flags |= SHARE


@njit(cache=True, nogil=True)
def stratum_notify(text: Bytes, fields: Fields, noted: int, row: Row) -> None:
    """A job's name, height and, of ProgPoW, its target; whether it voids those before."""
    target = math.nan
    for place in range(noted):
        if fields[place, AT_DEPTH] != 2:
            continue
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if path == FIRST and kind <= NUMBER:
            row.job = digest_of(text, start, stop)
        elif path == THIRD and kind == TEXT:
            row.height = coinbase_height(text, start, stop)
        elif path == FOURTH and kind == TEXT and stop - start == 64:
            target = big_endian_hashes(text, start, stop)
        elif path == SIXTH and kind == NUMBER:  # ProgPoW: job, header, seed, target, clean, height, bits
            row.height, row.value = whole(text, start, stop), target
        elif kind == TRUE:
            row.flags |= CLEAN


@njit(cache=True, nogil=True)
def difficulty(text: Bytes, fields: Fields, noted: int, row: Row, method: int) -> None:
    """Difficulty, or hashes behind a target, that holds from here on."""
    for place in range(noted):
        if (
            fields[place, AT_PATH] == (P_TARGET if method == MINING_SET else FIRST)
            and fields[place, AT_DEPTH] == 2
            and fields[place, AT_KIND] <= NUMBER
        ):
            start, stop = fields[place, AT_START], fields[place, AT_STOP]
            value = (
                big_endian_hashes(text, start, stop)
                if method != MINING_SET_DIFFICULTY
                else number_in(text, start, stop)
            )
            if value > 0.0:
                row.value = value
