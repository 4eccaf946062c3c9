"""What one event of the log is as bytes: canonical JSON that carries the SM3 digest of the one before."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gridcanary.evidence.canonical import canonical, parse_utc_text, utc_text
from gridcanary.evidence.digests import sm3_hex
from gridcanary.evidence.errors import NotCanonical

VERSION = 1
NO_PREDECESSOR = "0" * 64
"""Stands for the SM3 digest of the event before the first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log.

    The Merkle tree over the entries is SHA-256, because the checkpoint format fixes it. ``prev_sm3`` chains the
    entries a second time by SM3, so that the order stands on both algorithms.

    Args:
        seq: position in the log, from 0 without gaps.
        at: when it was recorded.
        actor: user name; empty where the system itself acted.
        unit: code of the unit that the actor acted for.
        case: case it belongs to; empty for none.
        kind: what happened, as ``evidence.taken``.
        body: the facts.
        prev_sm3: SM3 of the bytes of the entry before.
    """

    seq: int
    at: dt.datetime
    actor: str
    unit: str
    case: str
    kind: str
    body: Mapping[str, Any]
    prev_sm3: str

    def to_bytes(self) -> bytes:
        """The entry's bytes: what is hashed, stored, exported.

        Raises:
            NotCanonical: the body holds something that JSON cannot.
        """
        return canonical(
            {
                "actor": self.actor,
                "at": utc_text(self.at),
                "body": self.body,
                "case": self.case,
                "kind": self.kind,
                "prev_sm3": self.prev_sm3,
                "seq": self.seq,
                "unit": self.unit,
                "v": VERSION,
            }
        )

    @classmethod
    def from_bytes(cls, text: bytes) -> Entry:
        """The entry that these bytes are.

        Raises:
            NotCanonical: they are no entry, or not in the one canonical form.
        """
        try:
            facts = json.loads(text)
            if facts.pop("v") != VERSION:
                raise NotCanonical("v", "written by another version")
            entry = cls(**{**facts, "at": parse_utc_text(facts["at"])})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise NotCanonical("entry", f"is no event of this log ({error})") from error
        if entry.to_bytes() != text:
            raise NotCanonical("entry", "is not in canonical form")
        return entry


def chained(previous: bytes | None) -> str:
    """The ``prev_sm3`` of the entry that follows.

    Args:
        previous: bytes of the last entry; None where the log is empty.
    """
    return NO_PREDECESSOR if previous is None else sm3_hex(previous)
