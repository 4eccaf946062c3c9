"""A message as a row of numbers: what the kernel reads of it."""

from __future__ import annotations

import numpy as np

NO_IDENT = -(2**63)
"""The message has no id, or null: nobody answers it."""

ROW = np.dtype(
    [
        ("time_ns", np.int64),
        ("ident", np.int64),
        ("value", np.float64),
        ("job", np.uint64),
        ("who", np.uint64),
        ("height", np.int32),
        ("flags", np.uint16),
        ("method", np.uint8),
        ("up", np.bool_),
    ]
)
"""time_ns: of the piece that completed the message. ident: the id, of a text its digest. value: expected hashes of a
share from here on, or (mining.set_difficulty) the difficulty; NaN for none. job: digest of the job's name, 0 for
none. who: digest of the worker's or the login's name in a submission, 0 for none. height: of the job's block, -1 for
none. method: a code of codes.METHODS. up: from the presumed client."""

ACCEPTED, REFUSED, CLEAN, SHARE, WORK, LOGIN, PLAIN_TRUE = (1 << bit for bit in range(7))
"""Flags. ACCEPTED, REFUSED: an answer says yes (true, status OK) or no (false, an error). CLEAN: the job voids those
before. SHARE, WORK, LOGIN: the fields of a share, a job, a login are there, not just the method's name.
PLAIN_TRUE: the answer is a bare true."""
