"""Numbers of cases: unit, year and a running number without gaps."""

from __future__ import annotations

import datetime as dt

from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from gridcanary.accounts.models import Unit
from gridcanary.casework.models.case import Case


def next_number(unit: Unit, at: dt.datetime) -> str:
    """The next free case number of a unit in a year, such as ``jining-energy-2026-0007``.

    Call it in the transaction that stores the case; the unit's row is locked until that ends.

    Args:
        unit: the department that opens the case.
        at: moment of opening; the year is the local one.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    prefix = f"{unit.code}-{timezone.localtime(at).year}-"
    taken = Case.objects.filter(number__startswith=prefix)
    last = taken.annotate(seq=Cast(Substr("number", len(prefix) + 1), IntegerField())).aggregate(
        last=Max("seq")
    )
    return f"{prefix}{(last['last'] or 0) + 1:04d}"
