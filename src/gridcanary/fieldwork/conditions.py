"""What this room vouches for when a gate asks: each check says what is missing, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.fieldwork import rules
from gridcanary.fieldwork.checklist import ABSENT, PROVED, SEEN, case_answers, lights
from gridcanary.fieldwork.models import Device, Visit, VisitState
from gridcanary.fieldwork.vocabulary import LIGHT_NAMES


def _innocent(case: Case) -> bool:
    """Whether the outcome says that nobody is to be sanctioned: then three lights can't be asked for."""
    outcome = law.pack_of(case).outcomes.get(case.outcome)
    return outcome is not None and not outcome.sanctions


def _recorded(case: Case) -> list[Visit]:
    return list(Visit.objects.filter(case=case, state=VisitState.RECORDED).select_related("plan", "site"))


def evidence_checklist_complete(case: Case) -> str:
    """The three lights answered yes with evidence; or an outcome without sanctions and an inspection behind it."""
    if _innocent(case):
        return "" if case_answers(case) else _("Fill in the checklist on site.")
    lacking = []
    for light in lights(case):
        name = LIGHT_NAMES[light.code]
        if light.state == SEEN:
            lacking.append(_("%(light)s: seen, but no evidence is attached") % {"light": name})
        elif light.state == ABSENT:
            lacking.append(_("%(light)s: looked for and not found") % {"light": name})
        elif light.state != PROVED:
            lacking.append(_("%(light)s: not answered on site yet") % {"light": name})
    return _("; ").join(lacking)


def two_officers(case: Case) -> str:
    """A finished record of a visit by enough certified officers."""
    needed = rules.officers_needed(case)
    for visit in _recorded(case):
        posts = {row.membership.user_id for row in visit.plan.officers.select_related("membership")}
        if len(posts) >= needed:
            return ""
    return ngettext(
        "No finished record of a visit by %(needed)d certified officer yet.",
        "No finished record of a visit by %(needed)d certified officers yet.",
        needed,
    ) % {"needed": needed}


def site_confirmed(case: Case) -> str:
    """Each place of the case was found where the case says, with its meter."""
    confirmed = {visit.site_id for visit in _recorded(case) if visit.site_confirmed}
    missing = [site for site in case.sites.all() if site.pk not in confirmed]
    if not missing and confirmed:
        return ""
    names = _(", ").join(str(site) for site in missing)
    return (
        _("Confirm address and meter on site: %(sites)s") % {"sites": names}
        if names
        else _("No finished record of a visit yet.")
    )


def user_confirmed(case: Case) -> str:
    """At each visited place somebody found out who really uses the electricity."""
    visits = _recorded(case)
    missing = {visit.site for visit in visits} - {visit.site for visit in visits if visit.user_proof}
    if visits and not missing:
        return ""
    names = _(", ").join(sorted(str(site) for site in missing))
    if names:
        return _("Find out who really uses the electricity: %(sites)s") % {"sites": names}
    return _("No finished record of a visit yet.")


def devices_accounted_for(case: Case) -> str:
    """Every device on the list has a final disposal, and where machines were seen there is a list."""
    devices = Device.objects.filter(case=case)
    left = devices.unaccounted().count()
    if left:
        return ngettext(
            "%(count)d entry of the device list has no final disposal.",
            "%(count)d entries of the device list have no final disposal.",
            left,
        ) % {"count": left}
    device_light = lights(case)[0]
    if device_light.state in (SEEN, PROVED) and not devices.exists() and not _innocent(case):
        return _("Machines were seen, but the device list is empty.")
    return ""


CHECKS: dict[str, Callable[[Case], str]] = {
    "evidence_checklist_complete": evidence_checklist_complete,
    "two_officers": two_officers,
    "site_confirmed": site_confirmed,
    "user_confirmed": user_confirmed,
    "devices_accounted_for": devices_accounted_for,
}
"""Conditions of the packs that this room answers."""
