"""Everything that writes to the log, in one place for callers."""

from gridcanary.custody.evidence_actions import Upload, add_custody, derive, open_evidence, take_evidence
from gridcanary.custody.handling import CustodyRefused, Handling
from gridcanary.custody.log_actions import EventRefused, record

__all__ = [
    "CustodyRefused",
    "EventRefused",
    "Handling",
    "Upload",
    "add_custody",
    "derive",
    "open_evidence",
    "record",
    "take_evidence",
]
