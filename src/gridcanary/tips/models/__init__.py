"""Tables of the tip line."""

from gridcanary.tips.models.attachment import Attachment, AttachmentKind
from gridcanary.tips.models.cues import Cue
from gridcanary.tips.models.draft import DraftFile, TipDraft
from gridcanary.tips.models.lead import TipLead
from gridcanary.tips.models.message import TipMessage
from gridcanary.tips.models.tip import ENDS, Channel, PlaceKind, Reporter, TimeOfDay, Tip, TipState, open_tips

__all__ = [
    "ENDS",
    "Attachment",
    "AttachmentKind",
    "Channel",
    "Cue",
    "DraftFile",
    "PlaceKind",
    "Reporter",
    "TimeOfDay",
    "Tip",
    "TipDraft",
    "TipLead",
    "TipMessage",
    "TipState",
    "open_tips",
]
