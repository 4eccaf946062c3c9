"""Checkpoints (C2SP tlog-checkpoint): which log, how many entries, which root, as a signed note."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from gridcanary.evidence.errors import NoteFault
from gridcanary.evidence.merkle import HASH_BYTES
from gridcanary.evidence.note import Note, SigningKey


def decimal(text: str, what: str) -> int:
    """A number written without sign and leading zeroes.

    Raises:
        NoteFault: another form.
    """
    if not text.isascii() or not text.isdigit() or (text[0] == "0" and text != "0") or len(text) > 19:
        raise NoteFault(f"{what} {text!r} is no number")
    return int(text)


def hash_from_base64(text: str) -> bytes:
    """A SHA-256 hash written in base64.

    Raises:
        NoteFault: another form.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteFault(f"{text!r} is no hash in base64") from error
    if len(raw) != HASH_BYTES or base64.b64encode(raw).decode() != text:
        raise NoteFault(f"{text!r} is no hash of {HASH_BYTES} bytes")
    return raw


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits itself to.

    Args:
        origin: name of the log.
        size: number of entries.
        root: root of the Merkle tree over them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint in a note's text; lines after the third are left alone.

        Raises:
            NoteFault: another form.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] != "" or not lines[0]:
            raise NoteFault("a checkpoint has a line each for the log, the size and the root")
        return cls(lines[0], decimal(lines[1], "the size"), hash_from_base64(lines[2]))

    def signed(self, key: SigningKey) -> Note:
        """The note that the log publishes.

        Args:
            key: of the log; its name is the origin.
        """
        return Note(self.text(), (key.sign(self.text()),))
