"""A repeated key taken off bytes, eight at a time."""

from __future__ import annotations

import numba


@numba.njit(cache=True, nogil=True)
def mask_words(words, key):  # type: ignore[no-untyped-def]
    """Change words in place by the bits of a key.

    Args:
        words: uint64 [words].
        key: one word, uint64 [1].
    """
    word = key[0]
    for at in range(words.size):
        words[at] ^= word
