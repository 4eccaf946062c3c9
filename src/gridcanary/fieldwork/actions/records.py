"""What is found on site: answers, measured load, meter readings. Each adds a row; nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, User
from gridcanary.casework.journal import note
from gridcanary.casework.sharing import CaseRefused
from gridcanary.fieldwork import access, rules
from gridcanary.fieldwork.actions.visits import locked
from gridcanary.fieldwork.models import (
    Answer,
    ChecklistAnswer,
    LoadMeasurement,
    MeterReading,
    Visit,
    VisitState,
)

PHASE_TOLERANCE_KW = Decimal("0.5")
PHASE_TOLERANCE_SHARE = Decimal("0.05")
"""How far the sum of the phases may be from the total: clamps are read one after the other while the load moves."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A load measured on site.

    Args:
        at: when.
        instrument: its name and number.
        kw_total: total load [kW].
        phases_kw: loads of phases A, B, C [kW]; None where not measured.
        note: anything else.
    """

    at: dt.datetime
    instrument: str
    kw_total: Decimal
    phases_kw: tuple[Decimal | None, Decimal | None, Decimal | None] = (None, None, None)
    note: str = ""


def _on_site(user: User, visit: Visit) -> tuple[Visit, Membership]:
    visit = locked(visit)
    post = access.require_taking_part(user, visit)
    if visit.arrived_at is None:
        raise CaseRefused(_("Record the arrival first."))
    if visit.state == VisitState.NOT_DONE:
        raise CaseRefused(_("This visit is over."))
    return visit, post


@transaction.atomic
def answer(
    user: User,
    visit: Visit,
    item: str,
    value: str,
    *,
    at: dt.datetime,
    remark: str = "",
    evidence: Sequence[str] = (),
    seen: int | None = None,
    force: bool = False,
) -> ChecklistAnswer:
    """Answer a question of the checklist.

    Args:
        user: who answers.
        visit: where.
        item: code of the question in the pack.
        value: a value of Answer.
        at: when it was seen.
        remark: what was seen; needed for a correction of a finished record.
        evidence: references of what was secured for it; those of the answer before are kept.
        seen: id of the answer that the page showed; None where it showed none.
        force: answer although somebody else has answered in the meantime.

    Raises:
        ChangedMeanwhile: somebody else has answered.
        CaseRefused: no such question or answer, no arrival, or the person doesn't take part.
    """
    visit, post = _on_site(user, visit)
    if item not in {question.code for question in rules.questions(visit.case)} or value not in Answer.values:
        raise CaseRefused(_("Choose one of the answers."))
    if visit.state == VisitState.RECORDED and not remark.strip():
        raise CaseRefused(_("The record is finished; say in the note why you correct it."))
    last = visit.answers.filter(item=item).select_related("answered_by").order_by("-id").first()
    overtaken = last is not None and last.pk != seen and last.answered_by_id != user.pk
    if last is not None and overtaken and not force:
        raise access.ChangedMeanwhile(
            _("%(person)s answered “%(answer)s” in the meantime.")
            % {"person": last.answered_by, "answer": last.get_answer_display()}
        )
    kept = list(dict.fromkeys([*(last.evidence if last else ()), *evidence]))
    row = ChecklistAnswer.objects.create(
        visit=visit,
        item=item,
        answer=value,
        note=remark.strip(),
        evidence=kept,
        answered_by=user,
        answered_at=at,
    )
    note(
        visit.case,
        "visit.answered",
        user=user,
        unit=post.unit,
        visit=visit.pk,
        item=item,
        answer=value,
        evidence=kept,
        at=at.isoformat(),
    )
    return row


@transaction.atomic
def measure_load(
    user: User, visit: Visit, told: Measured, *, evidence: Sequence[str] = ()
) -> LoadMeasurement:
    """Record a load measured on site.

    Raises:
        CaseRefused: no instrument, a negative load, phases that don't add up, no arrival, or the person doesn't
            take part.
    """
    visit, post = _on_site(user, visit)
    if not told.instrument.strip():
        raise CaseRefused(_("Name the instrument and its number."))
    if told.kw_total < 0:
        raise CaseRefused(_("The load can't be negative; reverse the clamp."))
    phases = [kw for kw in told.phases_kw if kw is not None]
    tolerance = max(PHASE_TOLERANCE_KW, PHASE_TOLERANCE_SHARE * told.kw_total)
    if len(phases) == 3 and abs(sum(phases) - told.kw_total) > tolerance:
        raise CaseRefused(
            _("The phases add up to %(sum)s kW, the total says %(total)s kW; read them again.")
            % {"sum": sum(phases), "total": told.kw_total}
        )
    row = LoadMeasurement.objects.create(
        visit=visit,
        measured_at=told.at,
        instrument=told.instrument.strip(),
        kw_total=told.kw_total,
        kw_a=told.phases_kw[0],
        kw_b=told.phases_kw[1],
        kw_c=told.phases_kw[2],
        note=told.note.strip()[:300],
        evidence=list(evidence),
        entered_by=user,
    )
    note(
        visit.case,
        "visit.load_measured",
        user=user,
        unit=post.unit,
        visit=visit.pk,
        kw_total=str(told.kw_total),
        at=told.at.isoformat(),
        evidence=list(evidence),
    )
    return row


@transaction.atomic
def read_meter(
    user: User,
    visit: Visit,
    meter_id: str,
    register_kwh: Decimal,
    *,
    at: dt.datetime,
    seal_intact: str = "",
    remark: str = "",
    evidence: Sequence[str] = (),
) -> MeterReading:
    """Record what a meter's register showed [kWh].

    Raises:
        CaseRefused: no meter, a negative reading, no arrival, or the person doesn't take part.
    """
    visit, post = _on_site(user, visit)
    if not meter_id.strip():
        raise CaseRefused(_("Give the meter's number."))
    if register_kwh < 0 or seal_intact not in ("", *Answer.values):
        raise CaseRefused(_("A register can't be negative."))
    row = MeterReading.objects.create(
        visit=visit,
        meter_id=meter_id.strip(),
        read_at=at,
        register_kwh=register_kwh,
        seal_intact=seal_intact,
        note=remark.strip()[:300],
        evidence=list(evidence),
        entered_by=user,
    )
    note(
        visit.case,
        "visit.meter_read",
        user=user,
        unit=post.unit,
        visit=visit.pk,
        meter=row.meter_id,
        register_kwh=str(register_kwh),
        at=at.isoformat(),
        evidence=list(evidence),
    )
    return row
