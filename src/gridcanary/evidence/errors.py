"""What can be wrong with evidence; each error builds its own sentence.

EvidenceError
├── NotCanonical        a value that has no one canonical JSON form
├── ObjectFault         a stored object is missing, changed, or cannot be decrypted
│   └── DigestMismatch  what came in is not what was announced
├── TooLarge            an upload over the limit
├── KeyFault            a key is missing, malformed, or readable by others
├── NoteFault           a signed note or checkpoint that cannot be read or whose signature is wrong
├── ProofFault          a Merkle proof that does not hold
├── WitnessRefusal      a witness does not cosign
├── TimestampFault      a time stamp that does not fit
└── UnsafePicture       a picture that could not be decoded within its limits
"""

from __future__ import annotations

from gridcanary.contracts.errors import GridcanaryError


class EvidenceError(GridcanaryError):
    """Base of the errors about evidence."""


class NotCanonical(EvidenceError):
    """A value that JSON, or its canonical form, cannot hold.

    Args:
        place: where in the value, as ``body.kw[3]``.
        problem: a clause without a full stop.
    """

    def __init__(self, place: str, problem: str) -> None:
        self.place, self.problem = place, problem
        super().__init__(f"{place}: {problem}")


class ObjectFault(EvidenceError):
    """A stored object is not what its name says.

    Args:
        sha256: the object's name.
        problem: a clause without a full stop.
    """

    def __init__(self, sha256: str, problem: str) -> None:
        self.sha256, self.problem = sha256, problem
        super().__init__(f"object {sha256}: {problem}")


class DigestMismatch(ObjectFault):
    """What came in has another digest than the sender announced."""

    def __init__(self, algorithm: str, announced: str, found: str) -> None:
        self.algorithm, self.announced, self.found = algorithm, announced, found
        super().__init__(
            found, f"arrived with this {algorithm}, but {announced} was announced; send it again"
        )


class TooLarge(EvidenceError):
    """More bytes than the limit allows."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        super().__init__(f"larger than the limit of {limit_bytes:,} bytes")


class KeyFault(EvidenceError):
    """A key that cannot be used."""


class NoteFault(EvidenceError):
    """A signed note that cannot be read, or whose signature does not fit."""


class ProofFault(EvidenceError):
    """A Merkle proof that does not lead to the root it should."""


class WitnessRefusal(EvidenceError):
    """A witness does not cosign; ``seen_size`` is the size of the last checkpoint it cosigned."""

    def __init__(self, problem: str, seen_size: int = 0) -> None:
        self.problem, self.seen_size = problem, seen_size
        super().__init__(problem)


class TimestampFault(EvidenceError):
    """A time stamp that does not fit what it should stamp, or that an authority did not give."""


class UnsafePicture(EvidenceError):
    """A picture that could not be decoded within its limits."""
