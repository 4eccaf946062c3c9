"""What is kept of a flow while it lives, and the rows of the stores around it; plain arrays of fixed size."""

from __future__ import annotations

import numpy as np

UP, DOWN = 0, 1
"""Sides: from the client, from the server."""

MOST_FLIGHTS = 12
HEAD_BYTES = 64
"""Payload bytes of a side whose values are counted."""

GAP_BINS = 56
GAP_LEAST_BITS = 14
"""Gaps between payloads are counted in half octaves from 2^14 ns (16 µs) on, the last bin takes all that is longer."""

SIZE_SLOTS = 8
"""Commonest payload sizes that are followed at a time (Metwally's space-saving counters)."""

ASK_SLOTS = 4
"""The same of the sizes of what the client says out of silence."""

FLOW = np.dtype(
    [
        ("a_hi", np.uint64),
        ("a_lo", np.uint64),
        ("b_hi", np.uint64),
        ("b_lo", np.uint64),
        ("a_port", np.uint16),
        ("b_port", np.uint16),
        ("protocol", np.uint8),
        ("state", np.uint8),
        ("up_is_a", np.uint8),
        ("began", np.uint8),
        ("chain", np.int32),
        ("last_ns", np.int64),
        ("last_data_ns", np.int64),
        ("packets", np.int64, (2,)),
        ("bytes", np.int64, (2,)),
        ("data_packets", np.int64, (2,)),
        ("next_seq", np.uint32, (2,)),
        ("sync", np.uint8, (2,)),
        ("stray", np.uint8, (2,)),
        ("held", np.int32, (2,)),
        ("held_count", np.uint8, (2,)),
        ("looks", np.uint8, (2,)),
        ("wanted", np.uint8),
        ("hopeless", np.uint8),
        ("ended", np.uint8),
        ("shed", np.uint8),
        ("last_minute", np.int32),
        ("active_minutes", np.int32),
        ("isn", np.uint32),
        ("file", np.int32),
        ("serial", np.int64),
        ("first_ns", np.int64),
        ("kind", np.uint8),
        ("flight_count", np.uint8),
        ("last_side", np.int8),
        ("cut", np.uint8),
        ("printable", np.uint8),
        ("heads_seen", np.uint8, (2,)),
        ("push_head", np.int32),
        ("push_tail", np.int32),
        ("pushes", np.int32),
        ("flights", np.int32, (MOST_FLIGHTS,)),
        ("values", np.uint64, (8,)),
        ("sizes", np.int32, (SIZE_SLOTS,)),
        ("size_counts", np.int32, (SIZE_SLOTS,)),
        ("size_errors", np.int32, (SIZE_SLOTS,)),
        ("gaps", np.uint32, (GAP_BINS,)),
        ("asks", np.int32),
        ("asks_answered", np.int32),
        ("asking", np.uint8),
        ("last_ask_ns", np.int64),
        ("ask_gap_s", np.float64),
        ("ask_gap_s2", np.float64),
        ("ask_sizes", np.int32, (ASK_SLOTS,)),
        ("ask_counts", np.int32, (ASK_SLOTS,)),
        ("ask_errors", np.int32, (ASK_SLOTS,)),
    ],
    align=True,
)
"""a, b: the ends, the lower one first. up_is_a: whether the client is a. began: its SYN was seen. chain: next flow of
the same hash. next_seq, sync: stream position of each side, and how it is known. held: first of the held segments.
wanted, hopeless: WANT_ bits. ended: FIN of either side, RST. kind: index into sessions.OPENINGS. values: which byte
values stood among the first HEAD_BYTES of each side, four words a side. push_head, push_tail: blocks of pushes. asks:
client payloads out of silence; asking: the last payload was one; ask_gap_s, ask_gap_s2: sum of the time between them
and of its squares."""

FREE, LIVE, CLOSING = range(3)
"""State of a flow's place."""

FRESH, AT_START, FLOWING, PASSED = range(4)
"""sync: position unknown; known from the SYN and nothing seen yet; in step; bytes were passed over, so that the next
piece stands behind a gap."""

PUSHES_A_BLOCK = 16
MOST_PUSHES = 8192
"""Pushes kept of a flow: four days of a job every 45 seconds."""

HELD = np.dtype(
    [("time_ns", np.int64), ("seq", np.uint32), ("size", np.int32), ("next", np.int32)], align=True
)
SLAB_BYTES = 2048
MOST_HELD = 32
"""Segments of a side that wait for an earlier one; more, and the earlier one counts as lost."""

PIECE = np.dtype(
    [
        ("flow", np.int64),
        ("time_ns", np.int64),
        ("start", np.int64),
        ("stop", np.int64),
        ("slot", np.int32),
        ("up", np.bool_),
        ("gap", np.bool_),
        ("first", np.bool_),
        ("wanted", np.uint8),
    ],
    align=True,
)
"""A row of Pieces, with the flow's place in the table and the WANT_ bits that it is for."""

(
    FREE_COUNT,
    NEXT_SERIAL,
    PUSH_FREE,
    HELD_FREE,
    PIECES,
    OUT_AT,
    CLOSED,
    HIGH,
    FILE,
    SEED,
    SNAPPED,
    LAST_NS,
) = range(12)
"""Places in the table's row of counters: free places, the next flow's number, first free block of pushes and slab of
held bytes, filled rows and bytes of pieces, closed flows, places ever used, the file now read, the hash's seed,
payloads that were not captured whole, the time of the last packet."""
COUNTERS = 12

DONE, FULL, OUTPUT = range(3)
"""Why tracking stopped: all packets were taken; no place for another flow; no room for more pieces."""
