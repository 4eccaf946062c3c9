"""What a measure still lacks before it may begin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridcanary.accounts.models import Membership
from gridcanary.casework.gates import Lacking, unmet
from gridcanary.casework.models import Approval
from gridcanary.enforcement import authority
from gridcanary.enforcement.models import Measure

BY_OFFICERS = frozenset({authority.CERTIFIED})
"""Conditions that the officers named with the measure meet or miss; nobody states them apart."""


def is_approved(measure: Measure) -> bool:
    """Whether somebody of its department agreed in the role that the pack asks for, and did not take it back."""
    role = authority.rule(measure.case, measure.code).approval
    if role is None:
        return True
    given = Approval.objects.filter(
        case=measure.case, subject=measure.subject, role=role, unit=measure.unit
    ).order_by("id")
    last = {row.given_by_id: row.granted for row in given}
    return any(last.values())


def conditions_lacking(measure: Measure) -> list[Lacking]:
    """Conditions of the pack that don't hold yet in the case, apart from those about officers and warrant."""
    rule = authority.rule(measure.case, measure.code)
    apart = BY_OFFICERS | {"warrant"}
    return [one for code in rule.conditions if code not in apart for one in unmet(measure.case, code)]


def wants_warrant(measure: Measure) -> bool:
    """Whether a court's warrant must be there first."""
    rule = authority.rule(measure.case, measure.code)
    return rule.warrant or "warrant" in rule.conditions


def missing(
    measure: Measure, officers: Sequence[Membership], at: dt.datetime, *, warrant_no: str
) -> list[str]:
    """What still lacks, as sentences; empty when the measure may begin.

    Args:
        measure: an approved one.
        officers: who takes part.
        at: when it begins; the pack is asked for that day.
        warrant_no: number of the warrant.
    """
    rule, day = authority.rule(measure.case, measure.code), timezone.localdate(at)
    found = []
    refused = authority.refusal(measure.case, measure.code, measure.basis, measure.unit, day)
    if refused:
        found.append(refused)
    if not is_approved(measure):
        found.append(_("The measure isn't approved."))
    if wants_warrant(measure) and not warrant_no.strip():
        found.append(_("Give the number of the court's warrant."))
    found += [one.text for one in conditions_lacking(measure)]
    least = max(rule.officers, 2 if authority.needs_certificates(rule) else 1)
    people = {post.user_id for post in officers}
    if len(people) < least:
        found.append(
            ngettext(
                "At least %(count)d officer must take part.",
                "At least %(count)d officers must take part.",
                least,
            )
            % {"count": least}
        )
    found += _unfit(measure, officers, day)
    return found


def _unfit(measure: Measure, officers: Sequence[Membership], day: dt.date) -> list[str]:
    rule, found = authority.rule(measure.case, measure.code), []
    for post in officers:
        name = post.user.get_username()
        if post.unit_id != measure.unit_id:
            text = _("%(name)s doesn't belong to the department that takes the measure.")
            found.append(text % {"name": name})
        elif authority.needs_certificates(rule) and not post.is_certified(day):
            found.append(_("%(name)s held no valid certificate on that day.") % {"name": name})
    return found
