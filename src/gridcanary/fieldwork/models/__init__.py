"""The tables of inspections, one concept a file. Only the actions write them."""

from gridcanary.fieldwork.models.device import Device, DeviceAct, DeviceEvent, DeviceKind, DeviceState
from gridcanary.fieldwork.models.person import PersonPart, VisitPerson
from gridcanary.fieldwork.models.photo import VisitPhoto
from gridcanary.fieldwork.models.plan import InspectionPlan, PlanOfficer, PlanState
from gridcanary.fieldwork.models.record import Answer, ChecklistAnswer, LoadMeasurement, MeterReading
from gridcanary.fieldwork.models.sent_entry import SentEntry
from gridcanary.fieldwork.models.supply import Disconnection, ProofKind, SupplyProof
from gridcanary.fieldwork.models.visit import MetAs, UserProof, Visit, VisitState

__all__ = [
    "Answer",
    "ChecklistAnswer",
    "Device",
    "DeviceAct",
    "DeviceEvent",
    "DeviceKind",
    "DeviceState",
    "Disconnection",
    "InspectionPlan",
    "LoadMeasurement",
    "MetAs",
    "MeterReading",
    "PersonPart",
    "PlanOfficer",
    "PlanState",
    "ProofKind",
    "SentEntry",
    "SupplyProof",
    "UserProof",
    "Visit",
    "VisitPerson",
    "VisitPhoto",
    "VisitState",
]
