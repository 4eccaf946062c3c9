"""What of the inspections is unfinished in a case."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridcanary.casework.loop import LoopItem
from gridcanary.casework.models import Case
from gridcanary.fieldwork.models import Device, Disconnection, SupplyProof, Visit, VisitState


def open_ends(case: Case) -> Iterator[LoopItem]:
    """Visits without a finished record, devices without a final disposal, disconnections without proof."""
    yield from _visits(case)
    yield from _devices(case)
    yield from _supply(case)


def devices_to_account_for(case: Case) -> int:
    """How many entries of the device list have no final disposal."""
    return Device.objects.filter(case=case).unaccounted().count()


def _visits(case: Case) -> Iterator[LoopItem]:
    # A visit whose day is still to come is nobody's business who doesn't take part: it isn't named here.
    begun = Visit.objects.filter(case=case, state=VisitState.ON_SITE)
    missed = Visit.objects.filter(case=case, state=VisitState.TO_DO, plan__day__lt=timezone.localdate())
    for visit in (begun | missed).select_related("site", "plan"):
        yield LoopItem(
            "visit",
            _("The record of the visit to %(site)s is not finished.") % {"site": visit.site},
            url=reverse("fieldwork:visit", kwargs={"visit_id": visit.pk}),
            unit_id=visit.plan.unit_id,
        )


def _devices(case: Case) -> Iterator[LoopItem]:
    url = reverse("fieldwork:case_devices", kwargs={"number": case.number})
    left = (
        Device.objects.filter(case=case).unaccounted().values_list("measure_code", "holder_unit_id", "count")
    )
    groups: dict[tuple[str, int | None], int] = {}
    for code, holder_id, number in left:
        groups[code, holder_id] = groups.get((code, holder_id), 0) + number
    for (measure, unit_id), count in sorted(groups.items(), key=str):
        text = ngettext(
            "%(count)d device has no final disposal.", "%(count)d devices have no final disposal.", count
        ) % {"count": count}
        yield LoopItem("measure" if measure else "device", text, ref=measure, url=url, unit_id=unit_id)


def _supply(case: Case) -> Iterator[LoopItem]:
    for cut in Disconnection.objects.filter(case=case, withdrawn_at=None).select_related("site"):
        if not is_proved(cut):
            yield LoopItem(
                "measure",
                _("It is not proved that meter %(meter)s is without load.") % {"meter": cut.meter_id},
                ref=cut.measure_code,
                url=reverse("fieldwork:supply", kwargs={"number": case.number, "cut_id": cut.pk}),
                unit_id=cut.executed_unit_id,
            )


def latest_proof(cut: Disconnection) -> SupplyProof | None:
    """The proof that counts."""
    return cut.proofs.order_by("-id").first()


def is_proved(cut: Disconnection) -> bool:
    """Whether the meter was shown to be without load; a cut that ended lawfully needs no newer proof."""
    proof = latest_proof(cut)
    return proof is not None and proof.holds
