"""How many pushes of one line coincide with those of another, for every shift of the clocks."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def coincidences(few_ns, many_ns, begin_ns, slots, slot_ns):  # type: ignore[no-untyped-def]
    """Pushes of the first line that have one of the second within two slots, by shift.

    Args:
        few_ns, many_ns: times, int64, ascending, all from ``begin_ns`` on and within ``slots`` slots.
        begin_ns: where the common time begins.
        slots: its length; the second line is turned around in it like a ring.
        slot_ns: length of a slot [ns].

    Returns:
        Counts by shift of the second line against the first, int32 (slots,): at k, those whose partner comes
        k to k + 2 slots later.
    """
    counts = np.zeros(slots, np.int32)
    last = np.full(slots, -1, np.int32)
    length = slots * slot_ns
    for i in range(few_ns.size):
        for j in range(many_ns.size):
            later_ns = many_ns[j] - few_ns[i]
            if later_ns < 0:
                later_ns += length
            slot = min(later_ns // slot_ns, slots - 1)
            for at in (slot, slot - 1 if slot else slots - 1):
                if last[at] != i:
                    last[at] = i
                    counts[at] += 1
    return counts
