"""The course of a visit: arriving, who was met, leaving with a finished record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.casework.journal import note
from gridcanary.casework.sharing import CaseRefused
from gridcanary.fieldwork import access, rules
from gridcanary.fieldwork.checklist import latest_answers
from gridcanary.fieldwork.models import (
    InspectionPlan,
    MetAs,
    PersonPart,
    PlanState,
    UserProof,
    Visit,
    VisitPerson,
    VisitState,
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for a visit as a whole.

    Args:
        site_confirmed: address and meter match the case.
        user_proof: a value of UserProof.
        met_as: a value of MetAs; empty where not filled in yet.
        met_name: encrypted when stored; empty leaves what is stored.
        witness_present: whether somebody who isn't an officer watched.
        witness_name: encrypted when stored; empty leaves what is stored.
        no_witness_reason: needed to finish without a witness.
        certificates_shown: whether the officers showed their certificates.
    """

    site_confirmed: bool = False
    user_proof: str = ""
    met_as: str = ""
    met_name: str = ""
    witness_present: bool = False
    witness_name: str = ""
    no_witness_reason: str = ""
    certificates_shown: bool = False


def locked(visit: Visit) -> Visit:
    """The visit as it stands, held until the transaction ends."""
    return (
        Visit.objects.select_for_update(of=("self",)).select_related("plan", "case", "site").get(pk=visit.pk)
    )


@transaction.atomic
def arrive(user: User, visit: Visit, at: dt.datetime, *, certificates_shown: bool = False) -> Visit:
    """Record that the officers arrived. From now on the departments of the case see the visit.

    Args:
        user: who records.
        visit: where.
        at: when they arrived.
        certificates_shown: whether they showed their certificates.

    Raises:
        ChangedMeanwhile: somebody recorded an arrival already.
        CaseRefused: the visit is over, or the person doesn't take part.
    """
    visit = locked(visit)
    post = access.require_taking_part(user, visit)
    if visit.arrived_at is not None:
        raise access.ChangedMeanwhile(
            _("The arrival is recorded already: %(time)s.")
            % {"time": date_format(localtime(visit.arrived_at), "TIME_FORMAT")}
        )
    if visit.state != VisitState.TO_DO:
        raise CaseRefused(_("This visit is over."))
    visit.arrived_at, visit.certificates_shown = at, certificates_shown
    _save(visit, state=VisitState.ON_SITE)
    InspectionPlan.objects.filter(pk=visit.plan_id).update(state=PlanState.UNDERWAY)
    note(
        visit.case,
        "visit.begun",
        user=user,
        unit=post.unit,
        visit=visit.pk,
        site=visit.site_id,
        plan=visit.plan_id,
        planned_at=visit.plan.made_at.isoformat(),
        arrived_at=at.isoformat(),
        officers=list(visit.plan.officers.values_list("membership_id", flat=True)),
    )
    return visit


@transaction.atomic
def describe(
    user: User, visit: Visit, told: Circumstances, *, seen: int | None = None, force: bool = False
) -> Visit:
    """Record whom the officers met, the witness, and what was confirmed.

    Args:
        user: who records.
        visit: where.
        told: the circumstances.
        seen: version that the page showed; None without one.
        force: overwrite what somebody else recorded in the meantime.

    Raises:
        ChangedMeanwhile: the visit is no longer as the page showed it.
        CaseRefused: a value that doesn't exist, or the person doesn't take part.
    """
    visit = locked(visit)
    post = access.require_taking_part(user, visit)
    _require_begun(visit)
    others = visit.recorded_by_id not in (None, user.pk)
    if others and seen is not None and seen != visit.version and not force:
        raise access.ChangedMeanwhile(
            _("%(person)s changed this in the meantime.") % {"person": visit.recorded_by}
        )
    if told.met_as not in ("", *MetAs.values) or told.user_proof not in UserProof.values:
        raise CaseRefused(_("Choose one of the answers."))
    visit.site_confirmed, visit.user_proof, visit.met_as = told.site_confirmed, told.user_proof, told.met_as
    visit.witness_present, visit.certificates_shown = told.witness_present, told.certificates_shown
    visit.no_witness_reason = "" if told.witness_present else told.no_witness_reason.strip()[:300]
    visit.recorded_by = user
    _save(visit)
    for part, name in ((PersonPart.MET, told.met_name), (PersonPart.WITNESS, told.witness_name)):
        if name.strip():
            VisitPerson.objects.update_or_create(visit=visit, part=part, defaults={"name": name.strip()})
    note(visit.case, "visit.described", user=user, unit=post.unit, visit=visit.pk, **_facts(visit))
    return visit


def _facts(visit: Visit) -> dict[str, Any]:
    """What goes into the log: no names."""
    return {
        "site_confirmed": visit.site_confirmed,
        "user_proof": visit.user_proof,
        "met_as": visit.met_as,
        "witness_present": visit.witness_present,
        "certificates_shown": visit.certificates_shown,
        "names": sorted(visit.people.values_list("part", flat=True)),
    }


def missing_for_record(visit: Visit) -> list[str]:
    """What a record lacks before it can be finished, in the language of the page."""
    answers = latest_answers(visit)
    lacking = [
        _("Not answered: %(question)s") % {"question": question.text}
        for question in rules.questions(visit.case)
        if question.required and question.code not in answers
    ]
    if not visit.met_as:
        lacking.append(_("Say whom you met, or that nobody was there."))
    if not visit.witness_present and not visit.no_witness_reason:
        lacking.append(_("Name a witness, or say why there was none."))
    if not visit.certificates_shown and visit.met_as != MetAs.NOBODY:
        lacking.append(_("Confirm that the certificates were shown."))
    return lacking


@transaction.atomic
def finish(user: User, visit: Visit, left_at: dt.datetime, result: str) -> Visit:
    """Leave with a finished record.

    Raises:
        ChangedMeanwhile: somebody finished it already.
        CaseRefused: something is missing; the message lists all of it.
    """
    visit = locked(visit)
    post = access.require_taking_part(user, visit)
    if visit.state == VisitState.RECORDED:
        raise access.ChangedMeanwhile(_("The record is finished already."))
    _require_begun(visit)
    lacking = missing_for_record(visit)
    if visit.arrived_at is not None and left_at < visit.arrived_at:
        lacking.insert(0, _("Leaving can't be before arriving."))
    if lacking:
        raise CaseRefused(" ".join(lacking))
    visit.left_at, visit.result, visit.recorded_by = left_at, result.strip(), user
    _save(visit, state=VisitState.RECORDED)
    note(visit.case, "visit.recorded", user=user, unit=post.unit, visit=visit.pk, left_at=left_at.isoformat())
    _end_plan(visit.plan_id)
    return visit


@transaction.atomic
def give_up(user: User, visit: Visit, reason: str) -> Visit:
    """Record that a place couldn't be inspected, and why.

    Raises:
        CaseRefused: no reason, the visit is over, or the person doesn't take part.
    """
    visit = locked(visit)
    post = access.require_taking_part(user, visit)
    if visit.state not in (VisitState.TO_DO, VisitState.ON_SITE):
        raise CaseRefused(_("This visit is over."))
    if not reason.strip():
        raise CaseRefused(_("Say why it was not possible."))
    visit.not_done_reason, visit.recorded_by = reason.strip()[:300], user
    _save(visit, state=VisitState.NOT_DONE)
    note(visit.case, "visit.not_possible", user=user, unit=post.unit, visit=visit.pk)
    _end_plan(visit.plan_id)
    return visit


def _require_begun(visit: Visit) -> None:
    if visit.arrived_at is None:
        raise CaseRefused(_("Record the arrival first."))
    if visit.state == VisitState.NOT_DONE:
        raise CaseRefused(_("This visit is over."))


def _save(visit: Visit, *, state: str | None = None) -> None:
    visit.state = state or visit.state
    visit.version += 1
    visit.save()


def _end_plan(plan_id: int) -> None:
    """A plan is done when nobody has to go anywhere any more."""
    if not Visit.objects.filter(plan=plan_id, state__in=(VisitState.TO_DO, VisitState.ON_SITE)).exists():
        InspectionPlan.objects.filter(pk=plan_id).update(state=PlanState.DONE)
