"""Evidence that stands: a store that never changes, a log that cannot be rewritten, bags that anybody can check.

A library without Django: ``ObjectStore`` keeps contents under their digests, ``merkle`` and ``checkpoint`` make a
log tamper-evident, ``Witness`` lets a second department vouch for it, ``bag`` exports a case and ``verification``
checks an export.
"""

from gridcanary.evidence.canonical import canonical
from gridcanary.evidence.checkpoint import Checkpoint
from gridcanary.evidence.digests import Digests, digest_bytes, digest_file, digest_stream
from gridcanary.evidence.leaf import Entry
from gridcanary.evidence.note import Note, SigningKey, VerifierKey
from gridcanary.evidence.store import ObjectStore, StoredObject
from gridcanary.evidence.tlog_proof import TlogProof
from gridcanary.evidence.witness import Witness, WitnessRequest

__all__ = [
    "Checkpoint",
    "Digests",
    "Entry",
    "Note",
    "ObjectStore",
    "SigningKey",
    "StoredObject",
    "TlogProof",
    "VerifierKey",
    "Witness",
    "WitnessRequest",
    "canonical",
    "digest_bytes",
    "digest_file",
    "digest_stream",
]
