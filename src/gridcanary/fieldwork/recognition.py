"""Devices that were in another case before: recognised by serial number or network address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.fieldwork.models import Device


@dataclass(frozen=True, slots=True)
class Sighting:
    """That a device is in another case too.

    Args:
        unit_name: department that leads the other case, to be asked.
        device: the other entry, for people who see that case; None for everybody else.
        listed_at: when it was listed there; None for people who don't see that case.
    """

    unit_name: str
    device: Device | None = None
    listed_at: datetime | None = None


def elsewhere(device: Device) -> QuerySet[Device]:
    """Entries of other cases with the same serial number or network address. For actions; pages ask sightings()."""
    same = Q(pk__in=[])
    if device.serial_key:
        same |= Q(serial_key=device.serial_key)
    if device.mac_key:
        same |= Q(mac_key=device.mac_key)
    return Device.objects.filter(same).exclude(case=device.case_id)


def sightings(user: User, device: Device) -> list[Sighting]:
    """Where else a device was seen, as far as a person may know.

    Args:
        user: who asks.
        device: a device of a case that the person sees.

    Returns:
        First those in cases that the person sees, with everything; then one line a department for all the others,
        with nothing but its name.
    """
    found = elsewhere(device).select_related("case__owner_unit", "site")
    open_to = set(
        Case.objects.visible_to(user).filter(pk__in=found.values("case_id")).values_list("pk", flat=True)
    )
    seen = [Sighting(one.case.owner_unit.name, one, one.listed_at) for one in found if one.case_id in open_to]
    hidden = {one.case.owner_unit.name for one in found if one.case_id not in open_to}
    return [*seen, *(Sighting(name) for name in sorted(hidden))]


def recognised_ids(devices: list[Device]) -> set[int]:
    """Ids of those devices that are in another case too, by two queries for a whole list."""
    found: set[int] = set()
    for field in ("serial_key", "mac_key"):
        keys = {getattr(device, field) for device in devices} - {""}
        pairs = set(Device.objects.filter(**{f"{field}__in": keys}).values_list(field, "case_id"))
        cases: dict[str, set[int]] = {}
        for key, case_id in pairs:
            cases.setdefault(key, set()).add(case_id)
        found |= {
            device.pk for device in devices if cases.get(getattr(device, field), set()) - {device.case_id}
        }
    return found
