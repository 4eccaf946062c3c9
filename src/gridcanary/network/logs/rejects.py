"""What a reader of logs tells of its reading: how much, what it passed over, what it could not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from gridcanary.contracts.errors import InputError

MOST_EXAMPLES = 100


@dataclass(slots=True)
class LogReport:
    """Tally of one log file.

    Args:
        file: the file as the user named it.
        kind: one of network.ends.KINDS; empty until it is known.
        bytes: bytes read, as they are when not compressed.
        records: records that were read: lines, flows, objects.
        passed_over: of these, those that could not matter (see Wanted), or are of a type that tells nothing here.
        rejected: of these, those that could not be read.
        reasons: how often each reason for that, without values.
        examples: the first MOST_EXAMPLES of them: file, row, field and reason.
        stored_bytes: bytes read of the file as it is stored, compressed or not.
        notes: what else to know of the file, such as that it is cut off.
        on_read: told of stored bytes as they are read.
    """

    file: str
    kind: str = ""
    bytes: int = 0
    stored_bytes: int = 0
    records: int = 0
    passed_over: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[InputError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    on_read: Callable[[int], None] | None = field(default=None, compare=False)

    def reached(self, stored_bytes: int) -> None:
        """Note how far the file has been read, and tell ``on_read`` the bytes since the last time."""
        step, self.stored_bytes = stored_bytes - self.stored_bytes, stored_bytes
        if self.on_read is not None:
            self.on_read(step)

    def reject(self, row: int | None, column: str | None, reason: str) -> None:
        """Count a record that cannot be read.

        Args:
            row: its line, 1-based.
            column: the field at fault, None where it is the whole record.
            reason: a clause without a full stop and without the value.
        """
        self.rejected += 1
        self.reasons[f"{column}: {reason}" if column else reason] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(InputError(self.file, reason, row=row, column=column))
