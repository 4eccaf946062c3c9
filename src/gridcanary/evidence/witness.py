"""A second department as witness (C2SP tlog-witness): it keeps what it saw and signs only what goes on from there.

Whoever runs the log can then not change the past alone: the witness holds a root that the changed log doesn't lead
to. What passes between the two is text of a few hundred bytes, over the network or on paper.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gridcanary.evidence.checkpoint import Checkpoint, decimal, hash_from_base64
from gridcanary.evidence.durable import write_whole
from gridcanary.evidence.errors import EvidenceError, NoteFault, ProofFault, WitnessRefusal
from gridcanary.evidence.merkle import check_consistency
from gridcanary.evidence.note import Note, NoteSignature, SigningKey, VerifierKey

PROOF_LIMIT = 63
"""Hashes of a consistency proof that a witness reads; 63 are enough for 2**63 entries."""


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """What a log sends to a witness.

    Args:
        old_size: of the last checkpoint that the witness cosigned; 0 for none.
        proof: that the new tree begins with the old one.
        note: the new checkpoint, signed by the log.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        hashes = "".join(base64.b64encode(hash_).decode() + "\n" for hash_ in self.proof)
        return f"old {self.old_size}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, written: str) -> WitnessRequest:
        """The parts of a request.

        Raises:
            NoteFault: another form.
        """
        head, gap, note = written.partition("\n\n")
        lines = head.split("\n")
        if not gap or not lines[0].startswith("old ") or len(lines) > PROOF_LIMIT + 1:
            raise NoteFault("a request to a witness begins with 'old' and a size, and holds a checkpoint")
        old_size = decimal(lines[0].removeprefix("old "), "the old size")
        return cls(old_size, tuple(hash_from_base64(line) for line in lines[1:]), Note.parse(note))


class Witness:
    """Cosigns the checkpoints of the logs it knows.

    Args:
        folder: where it keeps, for each log, the last checkpoint and all that came before it.
        key: its signing key, of kind 4.
        logs: keys of the logs it watches.
    """

    def __init__(self, folder: Path, key: SigningKey, logs: Sequence[VerifierKey]) -> None:
        self._folder, self._key, self._logs = folder, key, list(logs)

    def last_seen(self, origin: str) -> Checkpoint | None:
        """The last checkpoint of a log that was cosigned; None before the first."""
        file = self._file(origin)
        return Checkpoint.parse(Note.parse(file.read_text("utf-8")).text) if file.exists() else None

    def cosign(self, request: WitnessRequest, *, now: int | None = None) -> NoteSignature:
        """Check a checkpoint against what was seen before, keep it, and sign it.

        Args:
            request: from the log.
            now: seconds since 1970; the clock's where None.

        Returns:
            The cosignature, valid with the witness's verifier key.

        Raises:
            WitnessRefusal: an unknown log, a wrong signature, another old size than the last one seen, or a log
                that doesn't go on from there: then its past was changed.
        """
        try:
            new = Checkpoint.parse(request.note.text)
            known = [key for key in self._logs if key.name == new.origin]
            if not known:
                raise WitnessRefusal(f"the log {new.origin} is not one that is watched here")
            request.note.checked(known)
            with self._alone():
                self._check(new, request)
                self._keep(new, request.note)
        except (NoteFault, ProofFault) as error:
            raise WitnessRefusal(str(error)) from error
        return self._key.sign(request.note.text, time=int(time.time()) if now is None else now)

    def _check(self, new: Checkpoint, request: WitnessRequest) -> None:
        seen = self.last_seen(new.origin)
        seen_size = seen.size if seen else 0
        if request.old_size != seen_size:
            raise WitnessRefusal(
                f"the last checkpoint cosigned here has {seen_size} entries, the request goes on from "
                f"{request.old_size}; send the proof from {seen_size}",
                seen_size,
            )
        if seen is None:
            if request.proof:
                raise WitnessRefusal("a first request has no proof")
            return
        try:
            check_consistency(seen.size, seen.root, new.size, new.root, request.proof)
        except ProofFault as error:
            raise WitnessRefusal(
                f"{error}: entries that were cosigned before have been changed or removed", seen.size
            ) from error

    def _keep(self, new: Checkpoint, note: Note) -> None:
        file = self._file(new.origin)
        file.parent.mkdir(parents=True, exist_ok=True)
        history = file.with_suffix(".history")
        with history.open("a", encoding="utf-8") as stream:
            stream.write(f"{note}\n")
            stream.flush()
            os.fsync(stream.fileno())
        write_whole(file, str(note).encode())

    def _file(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:16]}.checkpoint"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two requests at once must not both be checked against the same last checkpoint."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


def parse_cosignatures(text: str, note: Note, witnesses: Sequence[VerifierKey]) -> list[NoteSignature]:
    """The cosignatures that a witness sent back, checked.

    Args:
        text: signature lines, or the whole note with them.
        note: the checkpoint.
        witnesses: keys of the witnesses that are trusted.

    Returns:
        Those of known witnesses.

    Raises:
        EvidenceError: none is by a known witness, or one doesn't fit the checkpoint.
    """
    lines = [line for line in text.splitlines() if line.strip().startswith("\u2014")]
    signatures = [NoteSignature.parse(line.strip()) for line in lines]
    known = {(key.name, key.key_id): key for key in witnesses}
    found = []
    for signature in signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            key.check(note.text, signature)
            found.append(signature)
    if not found:
        raise EvidenceError("no cosignature of a known witness")
    return found
