"""The digest of a receipt in this installation."""

from __future__ import annotations

from gridcanary.accounts.encryption import key_ring
from gridcanary.tips.receipts import receipt_digest

SALT_PLACE = "tips.receipt"


def digest_of(receipt: str) -> str:
    """What is stored of a receipt in this installation: Argon2id under a salt that the key file gives."""
    return receipt_digest(receipt, bytes.fromhex(key_ring().digest("salt", SALT_PLACE)))
