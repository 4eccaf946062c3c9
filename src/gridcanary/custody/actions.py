"""Everything that writes to the log, in one place for callers."""

from gridcanary.custody.checkpoint_actions import (
    LogBroken,
    NothingToSign,
    checkpoint,
    cosign,
    stamp,
    witness_request,
)
from gridcanary.custody.evidence_actions import (
    Stored,
    Upload,
    add_custody,
    derive,
    open_evidence,
    store_content,
    take_evidence,
)
from gridcanary.custody.export_actions import export_case
from gridcanary.custody.handling import CustodyRefused, Handling
from gridcanary.custody.log_actions import EventRefused, record

__all__ = [
    "CustodyRefused",
    "EventRefused",
    "Handling",
    "LogBroken",
    "NothingToSign",
    "Stored",
    "Upload",
    "add_custody",
    "checkpoint",
    "cosign",
    "derive",
    "export_case",
    "open_evidence",
    "record",
    "stamp",
    "store_content",
    "take_evidence",
    "witness_request",
]
