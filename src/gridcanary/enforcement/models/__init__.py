"""The tables of enforcement, one concept a file. Only the actions write them."""

from gridcanary.enforcement.models.amount import AmountField
from gridcanary.enforcement.models.measure import (
    Measure,
    MeasureOfficer,
    MeasureQuerySet,
    MeasureState,
    SubjectKind,
)
from gridcanary.enforcement.models.money import EntryKind, MoneyEntry, MoneyItem, MoneyItemQuerySet
from gridcanary.enforcement.models.party import Part, Party, PartyKind, PartyQuerySet, PartyRole

__all__ = [
    "AmountField",
    "EntryKind",
    "Measure",
    "MeasureOfficer",
    "MeasureQuerySet",
    "MeasureState",
    "MoneyEntry",
    "MoneyItem",
    "MoneyItemQuerySet",
    "Part",
    "Party",
    "PartyKind",
    "PartyQuerySet",
    "PartyRole",
    "SubjectKind",
]
