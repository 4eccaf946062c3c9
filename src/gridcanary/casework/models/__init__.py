"""The tables of casework, one concept a file. Only the actions write them."""

from gridcanary.casework.models.campaign import Campaign
from gridcanary.casework.models.case import Case, CaseQuerySet, Origin
from gridcanary.casework.models.clock import CaseClock, ClockPause, ClockState
from gridcanary.casework.models.decision import DecisionQuerySet, DismissalReason, Kind, TriageDecision
from gridcanary.casework.models.pack_version import PackVersion
from gridcanary.casework.models.reminder import Reminder, ReminderKind
from gridcanary.casework.models.share import CaseShare, Handover, ShareLevel
from gridcanary.casework.models.site import CaseLead, CaseSite, LeadSource, SiteKind
from gridcanary.casework.models.stage import Approval, StageEntry
from gridcanary.casework.models.task import Task, TaskState
from gridcanary.custody.append_only import AppendOnly, AppendOnlyModel, AppendOnlyQuerySet

__all__ = [
    "AppendOnly",
    "AppendOnlyModel",
    "AppendOnlyQuerySet",
    "Approval",
    "Campaign",
    "Case",
    "CaseClock",
    "CaseLead",
    "CaseQuerySet",
    "CaseShare",
    "CaseSite",
    "ClockPause",
    "ClockState",
    "DecisionQuerySet",
    "DismissalReason",
    "Handover",
    "Kind",
    "LeadSource",
    "Origin",
    "PackVersion",
    "Reminder",
    "ReminderKind",
    "ShareLevel",
    "SiteKind",
    "StageEntry",
    "Task",
    "TaskState",
    "TriageDecision",
]
