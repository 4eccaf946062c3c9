"""Where evidence and keys are, as the settings say. Everything is looked up when asked for, nothing at import."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from gridcanary.evidence.encryption import Algorithm
from gridcanary.evidence.errors import KeyFault
from gridcanary.evidence.keys import FileKeys, signing_key
from gridcanary.evidence.note import SigningKey, VerifierKey
from gridcanary.evidence.store import ObjectStore

CIPHERS = {"aes": Algorithm.AES_256_GCM, "sm4": Algorithm.SM4_GCM}
COMMENT = "#"


def evidence_folder() -> Path:
    """Folder of the object store."""
    return Path(settings.GRIDCANARY_EVIDENCE or settings.GRIDCANARY_HOME / "evidence")


def keys_folder() -> Path:
    """Folder of the log's keys and the list of witnesses."""
    return Path(settings.GRIDCANARY_HOME / "keys")


def object_store() -> ObjectStore:
    """The store, encrypted where the settings name a key file.

    Raises:
        KeyFault: the key file cannot be used, or the cipher is none that is known.
    """
    limit_bytes = settings.GRIDCANARY_UPLOAD_LIMIT_MB << 20
    if not settings.GRIDCANARY_EVIDENCE_KEYS:
        return ObjectStore(evidence_folder(), limit_bytes=limit_bytes)
    cipher = settings.GRIDCANARY_EVIDENCE_CIPHER
    if cipher not in CIPHERS:
        raise KeyFault(f"GRIDCANARY_EVIDENCE_CIPHER is {cipher!r}; use {' or '.join(CIPHERS)}")
    keys = FileKeys(Path(settings.GRIDCANARY_EVIDENCE_KEYS))
    return ObjectStore(evidence_folder(), keys=keys, algorithm=CIPHERS[cipher], limit_bytes=limit_bytes)


def log_key() -> SigningKey:
    """The key that signs checkpoints; made at the first use, named as the settings say.

    Raises:
        KeyFault: the file is open to others or malformed.
    """
    return signing_key(keys_folder() / "log.key", settings.GRIDCANARY_LOG_NAME)


def witness_keys() -> list[VerifierKey]:
    """Keys of the witnesses that are trusted: a line each in ``<home>/keys/witnesses.txt``.

    Raises:
        KeyFault: a line is no verifier key.
    """
    file = keys_folder() / "witnesses.txt"
    if not file.exists():
        return []
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [VerifierKey.parse(line) for line in lines if line and not line.startswith(COMMENT)]
