"""Signed notes (C2SP signed-note): text, a blank line, and a line for each signature, by Ed25519.

A key has a name that looks like an address (``energy.jining.example/log``) and is written as a verifier key,
``name+8 hex digits+base64``. Besides the plain signatures of type 1 there are those of witnesses, type 4 (C2SP
tlog-cosignature), which carry the time at which the witness saw the text.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gridcanary.evidence.errors import KeyFault, NoteFault

PLAIN, COSIGNATURE = 1, 4
DASH = "\u2014 "
SIGNATURE_BYTES = 64
NOTE_LIMIT_BYTES = 1 << 20
_NAME = re.compile(r"[^\s+]+")
_PRIVATE_PREFIX = "PRIVATE+KEY+"


def _key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _base64(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteFault(f"{what} is no base64") from error


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name.

    Args:
        name: without spaces and plus signs.
        public: 32 bytes.
        kind: 1 for a log, 4 for a witness.
    """

    name: str
    public: bytes
    kind: int = PLAIN

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, tell which key a signature is of."""
        return _key_id(self.name, self.kind, self.public)

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key that ``name+id+base64`` writes.

        Raises:
            KeyFault: another form, or an id that doesn't belong to the key.
        """
        name, _, rest = text.strip().partition("+")
        id_text, _, encoded = rest.partition("+")
        try:
            raw = _base64(encoded, "the key")
        except NoteFault as error:
            raise KeyFault(f"{text.strip()!r} is no verifier key (name+id+base64)") from error
        if not _NAME.fullmatch(name) or len(raw) != 33 or raw[0] not in (PLAIN, COSIGNATURE):
            raise KeyFault(f"{text.strip()!r} is no verifier key (name+id+base64, Ed25519)")
        key = cls(name, raw[1:], raw[0])
        if key.key_id.hex() != id_text:
            raise KeyFault(
                f"the id {id_text} does not belong to the key of {name}; it was mistyped or changed"
            )
        return key

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def check(self, text: str, signature: NoteSignature) -> None:
        """Check a signature of this key over a text.

        Raises:
            NoteFault: it is not this key's signature over this text.
        """
        message, raw = text.encode(), signature.blob
        if self.kind == COSIGNATURE:
            message, raw = cosigned_message(text, signature.time), raw[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw, message)
        except (InvalidSignature, ValueError) as error:
            raise NoteFault(f"the signature of {self.name} does not fit the text") from error


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line.

    Args:
        name: of the key.
        key_id: four bytes.
        blob: what follows the id: 64 bytes, or a time of 8 bytes and 64 bytes.
    """

    name: str
    key_id: bytes
    blob: bytes

    @property
    def time(self) -> int:
        """Seconds since 1970 at which a witness signed; only of a cosignature.

        Raises:
            NoteFault: not a cosignature.
        """
        if len(self.blob) != 8 + SIGNATURE_BYTES:
            raise NoteFault(f"the signature of {self.name} is not a witness's")
        return int.from_bytes(self.blob[:8], "big")

    def line(self) -> str:
        """As in the note, with the newline."""
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> NoteSignature:
        """The signature of a line.

        Raises:
            NoteFault: another form.
        """
        name, _, encoded = line.removesuffix("\n").removeprefix(DASH).partition(" ")
        if not line.startswith(DASH) or not _NAME.fullmatch(name):
            raise NoteFault(f"{line!r} is no signature line")
        raw = _base64(encoded, f"the signature of {name}")
        if len(raw) < 5:
            raise NoteFault(f"the signature of {name} is too short")
        return cls(name, raw[:4], raw[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures, none of them checked yet.

    Args:
        text: ends with a newline.
        signatures: in the order of the note.
    """

    text: str
    signatures: tuple[NoteSignature, ...] = field(default=())

    @classmethod
    def parse(cls, written: str) -> Note:
        """The parts of a note.

        Raises:
            NoteFault: not a note.
        """
        if len(written.encode()) > NOTE_LIMIT_BYTES:
            raise NoteFault("the note is too long")
        if any(ord(letter) < 0x20 and letter != "\n" for letter in written):
            raise NoteFault("the note holds a control character")
        body, gap, lines = written.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise NoteFault("the note has no signatures after a blank line")
        signatures = tuple(NoteSignature.parse(line) for line in lines[:-1].split("\n"))
        return cls(body + "\n", signatures)

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)

    def plus(self, *signatures: NoteSignature) -> Note:
        """The same text with further signatures."""
        known = set(self.signatures)
        return Note(self.text, self.signatures + tuple(s for s in signatures if s not in known))

    def checked(self, keys: tuple[VerifierKey, ...] | list[VerifierKey]) -> list[VerifierKey]:
        """The keys whose signatures hold; signatures of unknown keys are ignored.

        Args:
            keys: those that are trusted.

        Raises:
            NoteFault: a known key's signature doesn't fit, or no known key signed.
        """
        by_id = {(key.name, key.key_id): key for key in keys}
        held: list[VerifierKey] = []
        for signature in self.signatures:
            key = by_id.get((signature.name, signature.key_id))
            if key is not None:
                key.check(self.text, signature)
                held.append(key)
        if not held:
            raise NoteFault("no key that is trusted signed this note")
        return held


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name.

    Args:
        name: without spaces and plus signs.
        seed: 32 bytes.
        kind: 1 for a log, 4 for a witness.
    """

    name: str
    seed: bytes = field(repr=False)
    kind: int = PLAIN

    @classmethod
    def generate(cls, name: str, kind: int = PLAIN) -> SigningKey:
        """A new key.

        Raises:
            KeyFault: the name cannot be used.
        """
        if not _NAME.fullmatch(name) or not name.isprintable():
            raise KeyFault(f"{name!r} cannot name a key: no spaces, no plus signs")
        private = Ed25519PrivateKey.generate()
        return cls(name, private.private_bytes_raw(), kind)

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """The key that ``str`` wrote: ``PRIVATE+KEY+name+id+base64``.

        Raises:
            KeyFault: another form. The message never holds the text, which is secret.
        """
        parts = text.strip().removeprefix(_PRIVATE_PREFIX).split("+", 2)
        try:
            name, id_text, encoded = parts
            raw = base64.b64decode(encoded, validate=True)
            if not text.startswith(_PRIVATE_PREFIX) or len(raw) != 33 or raw[0] not in (PLAIN, COSIGNATURE):
                raise ValueError
        except ValueError as error:
            raise KeyFault("no signing key in the form PRIVATE+KEY+name+id+base64") from error
        key = cls(name, raw[1:], raw[0])
        if key.verifier.key_id.hex() != id_text:
            raise KeyFault(f"the id in the signing key of {name} does not belong to it")
        return key

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"{_PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = self._private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return VerifierKey(self.name, public, self.kind)

    def sign(self, text: str, *, time: int | None = None) -> NoteSignature:
        """Sign a text.

        Args:
            text: ends with a newline.
            time: seconds since 1970; for a witness's key, and only for it.

        Raises:
            NoteFault: the text has no final newline.
            KeyFault: a time for a log's key, or none for a witness's.
        """
        if not text.endswith("\n"):
            raise NoteFault("the text of a note ends with a newline")
        if (time is None) == (self.kind == COSIGNATURE):
            raise KeyFault("a witness signs with the time, a log without")
        if time is None:
            blob = self._private.sign(text.encode())
        else:
            blob = time.to_bytes(8, "big") + self._private.sign(cosigned_message(text, time))
        return NoteSignature(self.name, self.verifier.key_id, blob)


def cosigned_message(text: str, time: int) -> bytes:
    """What a witness signs: its time and the text of the checkpoint."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()
