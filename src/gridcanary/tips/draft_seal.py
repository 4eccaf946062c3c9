"""How a report waits between its questions and its sending: under a key that only the page in the browser has.

The page carries a token of 32 random bytes in its form. The database has the token's digest, to find the draft by,
and the draft's contents under a key derived from the token; neither leads back to the token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gridcanary.contracts.errors import GridcanaryError

TOKEN_BYTES = 32
NONCE_BYTES = 12


class DraftBroken(GridcanaryError):
    """A draft that does not open with its own token: it was changed in the database."""

    def __init__(self) -> None:
        super().__init__("the draft of a report was changed in the database and does not open")


@dataclass(frozen=True, slots=True)
class DraftSeal:
    """What a token opens.

    Args:
        token: as the form carries it.
    """

    token: str = field(repr=False)

    @classmethod
    def fresh(cls) -> DraftSeal:
        """One for a new draft."""
        return cls(base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("="))

    @classmethod
    def of(cls, text: str) -> DraftSeal | None:
        """The one that a form brought back; None where it is no token."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            return None
        return cls(text) if len(raw) == TOKEN_BYTES else None

    @property
    def digest(self) -> str:
        """What the database finds the draft by: SHA-256 in hexadecimal."""
        return hashlib.sha256(b"gridcanary draft digest\0" + self.token.encode()).hexdigest()

    def sealed(self, plain: bytes, place: str) -> bytes:
        """Nonce and ciphertext (AES-256-GCM).

        Args:
            plain: what to hide.
            place: which part of the draft it is; it opens nowhere else.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._key()).encrypt(nonce, plain, place.encode())

    def opened(self, sealed: bytes, place: str) -> bytes:
        """Undo ``sealed``.

        Raises:
            DraftBroken: changed, or from another place.
        """
        try:
            return AESGCM(self._key()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise DraftBroken from error

    def _key(self) -> bytes:
        derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"gridcanary draft key")
        return derive.derive(self.token.encode())
