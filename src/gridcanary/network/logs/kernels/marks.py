"""Which rows could matter, before anything is made of them."""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.network.logs.kernels.digests import SEED, digest_of, place_in, stirred

_DOT = 46


@numba.njit(cache=True, nogil=True)
def _of_name(byte):  # type: ignore[no-untyped-def]
    return (
        97 <= (byte | 32) <= 122
        or 48 <= byte <= 57
        or byte == 45
        or byte == 95
        or byte == _DOT
        or byte >= 128
    )


@numba.njit(cache=True, nogil=True)
def lower(byte):  # type: ignore[no-untyped-def]
    """The byte as a lower-case letter, if it is a letter."""
    return byte + 32 if 65 <= byte <= 90 else byte


@numba.njit(cache=True, nogil=True)
def name_digest(data, at, stop):  # type: ignore[no-untyped-def]
    """Digest of a whole name from its last byte to its first, as :func:`mark_names` meets it."""
    digest = SEED
    for place in range(stop - 1, at - 1, -1):
        digest = stirred(digest, lower(data[place]))
    return digest | np.uint64(1)


@numba.njit(cache=True, nogil=True)
def _suffix_wanted(data, at, stop, names):  # type: ignore[no-untyped-def]
    """Whether a name or any of its parent domains is in the set."""
    if stop > at and data[stop - 1] == _DOT:
        stop -= 1
    digest = SEED
    for place in range(stop - 1, at - 1, -1):
        digest = stirred(digest, lower(data[place]))
        if (place == at or data[place - 1] == _DOT) and names[place_in(names, digest | np.uint64(1))] != 0:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def mark_names(data, start, stop, rows, names, marks):  # type: ignore[no-untyped-def]
    """Marks rows in whose field (a name, or any text with names in it) a wanted name or a name under it stands.

    Args:
        data: the block, uint8.
        start, stop: one column, int32.
        rows: rows to look at, int64 (n,).
        names: set of :func:`name_digest`, an open-addressed table.
        marks: bool (n,), set in place.
    """
    for place in range(rows.size):
        row = rows[place]
        at, last = start[row], stop[row]
        if at < 0:
            continue
        while at < last:
            if not _of_name(data[at]):
                at += 1
                continue
            here = at
            while at < last and _of_name(data[at]):
                at += 1
            if _suffix_wanted(data, here, at, names):
                marks[place] = True
                break


@numba.njit(cache=True, nogil=True)
def mark_words(data, start, stop, rows, words, lengths, marks):  # type: ignore[no-untyped-def]
    """Marks rows in whose field one of some lower-case words stands, letters of either case.

    Args:
        words: uint8 (words, longest); lengths: of each, int64 (words,). The rest is as in :func:`mark_names`.
    """
    for place in range(rows.size):
        row = rows[place]
        if start[row] < 0 or marks[place]:
            continue
        for at in range(start[row], stop[row]):
            for word in range(lengths.size):
                if at + lengths[word] > stop[row]:
                    continue
                same = 0
                while same < lengths[word] and lower(data[at + same]) == words[word, same]:
                    same += 1
                if same == lengths[word]:
                    marks[place] = True
                    break
            if marks[place]:
                break


@numba.njit(cache=True, nogil=True)
def mark_members(digests, table, marks):  # type: ignore[no-untyped-def]
    """Marks the rows whose digest (0: none) is in a set."""
    for place in range(digests.size):
        if digests[place] != 0 and table[place_in(table, digests[place])] != 0:
            marks[place] = True


@numba.njit(cache=True, nogil=True)
def digests_of(data, start, stop, rows):  # type: ignore[no-untyped-def]
    """Digests of the text of some rows of one column, 0 where it is missing."""
    out = np.zeros(rows.size, np.uint64)
    for place in range(rows.size):
        row = rows[place]
        if start[row] >= 0:
            out[place] = digest_of(data, start[row], stop[row])
    return out
