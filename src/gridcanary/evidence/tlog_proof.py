"""Proof files (C2SP tlog-proof): an entry's place, the path to the root, and the signed checkpoint, in one text."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from gridcanary.evidence.checkpoint import Checkpoint, decimal, hash_from_base64
from gridcanary.evidence.errors import NoteFault
from gridcanary.evidence.merkle import check_inclusion, leaf_hash
from gridcanary.evidence.note import Note, VerifierKey

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Shows that an entry is in a log, without the log.

    Args:
        index: position of the entry.
        path: inclusion proof.
        note: the signed checkpoint.
    """

    index: int
    path: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        hashes = "".join(base64.b64encode(hash_).decode() + "\n" for hash_ in self.path)
        return f"{HEADER}\nindex {self.index}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, written: str) -> TlogProof:
        """The parts of a proof file.

        Raises:
            NoteFault: another form.
        """
        head, gap, note = written.partition("\n\n")
        lines = head.split("\n")
        if lines[0] != HEADER or not gap:
            raise NoteFault(f"a proof file begins with {HEADER} and holds a checkpoint after a blank line")
        lines = lines[1:]
        if lines and lines[0].startswith("extra "):
            lines = lines[1:]
        if not lines or not lines[0].startswith("index "):
            raise NoteFault("the proof file has no index line")
        index = decimal(lines[0].removeprefix("index "), "the index")
        return cls(index, tuple(hash_from_base64(line) for line in lines[1:]), Note.parse(note))

    def check(self, entry: bytes, keys: list[VerifierKey]) -> list[VerifierKey]:
        """Check that the entry is in the log at this place.

        Args:
            entry: the entry's bytes.
            keys: those that are trusted, of the log and of witnesses.

        Returns:
            The keys whose signatures hold.

        Raises:
            NoteFault: the checkpoint is not signed by a trusted key, or does not fit its signature.
            ProofFault: the entry is not in the tree.
        """
        held = self.note.checked(keys)
        checkpoint = Checkpoint.parse(self.note.text)
        check_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.path, checkpoint.root)
        return held
