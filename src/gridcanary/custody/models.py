"""All tables of the app, as Django looks for them here."""

from gridcanary.custody.append_only import AppendOnly
from gridcanary.custody.events import Checkpoint, CheckpointMark, Event, MarkKind, TreeNode
from gridcanary.custody.items import Act, CustodyEvent, Derivation, EvidenceItem, ItemKind

__all__ = [
    "Act",
    "AppendOnly",
    "Checkpoint",
    "CheckpointMark",
    "CustodyEvent",
    "Derivation",
    "Event",
    "EvidenceItem",
    "ItemKind",
    "MarkKind",
    "TreeNode",
]
