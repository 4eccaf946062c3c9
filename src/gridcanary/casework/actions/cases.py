"""Opening a case and what is said about it as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.casework import law
from gridcanary.casework.actions.clocks import happened
from gridcanary.casework.journal import note
from gridcanary.casework.models import (
    Campaign,
    Case,
    CaseLead,
    CaseShare,
    CaseSite,
    LeadSource,
    Origin,
    ShareLevel,
    SiteKind,
    StageEntry,
)
from gridcanary.casework.numbering import next_number
from gridcanary.casework.sharing import CaseRefused, require_acting, require_owner
from gridcanary.packs import Pack

OPENERS = (Role.OFFICER, Role.APPROVER, Role.ANALYST, Role.CLERK)
TITLE_LIMIT = 160


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A place, as a case takes it up. Coordinates are WGS-84 degrees."""

    premises_id: str = ""
    meter_id: str = ""
    transformer_id: str = ""
    kind: str = SiteKind.OTHER
    address: str = ""
    admin_code: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What pointed to a place. ``kw_*`` in kW; ``reasons`` is ``{"zh": [...], "en": [...]}`` of sentences."""

    source: str = LeadSource.POWER
    subject_kind: str = ""
    subject_id: str = ""
    text: str = ""
    score: float | None = None
    mode: str = ""
    as_of: dt.date | None = None
    onset: dt.date | None = None
    kw_low: float | None = None
    kw_mid: float | None = None
    kw_high: float | None = None
    reasons: dict[str, list[str]] = field(default_factory=dict)


@transaction.atomic
def open_case(
    user: User,
    unit: Unit,
    title: str,
    *,
    sites: Sequence[tuple[SiteFacts, Sequence[LeadFacts]]] = (),
    summary: str = "",
    pack: Pack | None = None,
    campaign: Campaign | None = None,
    returned_from: Case | None = None,
) -> Case:
    """Open a case from one or many premises.

    Args:
        user: who opens it; holds a post in ``unit``.
        unit: the department that leads it from the beginning.
        title: one line that says which case it is.
        sites: the places, each with what pointed to it.
        summary: what is known so far.
        pack: the law it runs by; that of the installation when left out.
        campaign: the drive it belongs to.
        returned_from: the closed case that came back.

    Returns:
        The case, in the pack's first stage, visible to ``unit`` alone.

    Raises:
        CaseRefused: no title, or the person holds no fitting post in the unit.
    """
    post = _opener(user, unit)
    if not title.strip():
        raise CaseRefused(_("Give the case a title."))
    law_book = pack or law.pack_for_new_cases()
    now = timezone.now()
    case = Case.objects.create(
        number=next_number(unit, now),
        title=title.strip()[:TITLE_LIMIT],
        summary=summary.strip(),
        pack_version=law.store(law_book),
        stage=law_book.switches.first_stage,
        stage_since=now,
        admin_code=next((site.admin_code for site, _leads in sites if site.admin_code), unit.admin_code),
        owner_unit=unit,
        campaign=campaign,
        returned_from=returned_from,
        opened_by=user,
        opened_at=now,
    )
    CaseShare.objects.create(
        case=case, unit=unit, level=ShareLevel.OWN, given_by=user, received_by=user, received_at=now
    )
    StageEntry.objects.create(case=case, entered=case.stage, unit=post.unit, moved_by=user, moved_at=now)
    note(case, "case.opened", user=user, unit=unit, title=case.title, pack=law_book.id,
         pack_version=law_book.version, pack_digest=law_book.digest, stage=case.stage,
         returned_from=returned_from.number if returned_from else "")  # fmt: skip
    for site, leads in sites:
        _add_site(user, unit, case, site, leads)
    happened(case, "lead_received", user=user, unit=unit, at=now)
    if returned_from is not None:
        happened(case, "case_reopened", user=user, unit=unit, at=now)
    return case


def _opener(user: User, unit: Unit) -> Membership:
    for post in user.memberships_now():
        if post.unit_id == unit.pk and post.role in OPENERS:
            return post
    raise CaseRefused(_("You can open cases only for a department in which you work."))


@transaction.atomic
def add_site(user: User, case: Case, site: SiteFacts, leads: Sequence[LeadFacts] = ()) -> CaseSite:
    """Add a place to a case, with what pointed to it.

    Raises:
        CaseRefused: the person doesn't act in the case, or nothing says which place it is.
    """
    post = require_acting(user, case)
    return _add_site(user, post.unit, case, site, leads)


def _add_site(user: User, unit: Unit, case: Case, site: SiteFacts, leads: Sequence[LeadFacts]) -> CaseSite:
    if not (site.premises_id or site.meter_id or site.transformer_id or site.address):
        raise CaseRefused(_("Give the premises, the meter, the transformer or the address."))
    stored = CaseSite.objects.create(case=case, **asdict(site))
    note(case, "site.added", user=user, unit=unit, site=stored.pk, premises_id=site.premises_id,
         meter_id=site.meter_id, admin_code=site.admin_code)  # fmt: skip
    for lead in leads:
        add_lead(user, case, lead, site=stored, unit=unit)
    return stored


@transaction.atomic
def add_lead(
    user: User, case: Case, lead: LeadFacts, *, site: CaseSite | None = None, unit: Unit | None = None
) -> CaseLead:
    """Take up a finding or a tip in a case.

    Raises:
        CaseRefused: the person doesn't act in the case.
    """
    acting_unit = unit or require_acting(user, case).unit
    stored = CaseLead.objects.create(case=case, site=site, taken_by=user, **asdict(lead))
    note(case, "lead.taken", user=user, unit=acting_unit, lead=stored.pk, source=lead.source,
         subject=lead.subject_id, as_of=lead.as_of.isoformat() if lead.as_of else "")  # fmt: skip
    return stored


@transaction.atomic
def describe(user: User, case: Case, *, title: str, summary: str, origin: str) -> None:
    """Change what is said of a case: title, summary, existing or new.

    Raises:
        CaseRefused: the person's department doesn't lead the case, or there is no title.
    """
    post = require_owner(user, case)
    if not title.strip():
        raise CaseRefused(_("Give the case a title."))
    if origin not in Origin.values:
        raise CaseRefused(_("Choose whether the project is existing or new."))
    before: dict[str, Any] = {"title": case.title, "summary": case.summary, "origin": case.origin}
    case.title, case.summary, case.origin = title.strip()[:TITLE_LIMIT], summary.strip(), origin
    case.save(update_fields=["title", "summary", "origin"])
    after = {"title": case.title, "summary": case.summary, "origin": case.origin}
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        note(case, "case.described", user=user, unit=post.unit, changed=changed)


@transaction.atomic
def set_outcome(user: User, case: Case, outcome: str, reason: str) -> None:
    """Say what the case turned out to be.

    Args:
        user: an officer or approver of the leading department.
        case: the case.
        outcome: code of the pack.
        reason: why; required, because calibration and appeals rest on it.

    Raises:
        CaseRefused: an unknown outcome, no reason, or the person may not decide.
    """
    post = require_owner(user, case, Role.OFFICER, Role.APPROVER)
    if outcome not in law.pack_of(case).outcomes:
        raise CaseRefused(_("Choose an outcome."))
    if not reason.strip():
        raise CaseRefused(_("Say what the outcome rests on."))
    before, case.outcome, case.outcome_note = case.outcome, outcome, reason.strip()
    case.save(update_fields=["outcome", "outcome_note"])
    note(
        case,
        "case.outcome_set",
        user=user,
        unit=post.unit,
        before=before,
        outcome=outcome,
        reason=reason.strip(),
    )


@transaction.atomic
def move_to_pack(user: User, case: Case, pack: Pack, reason: str) -> None:
    """Run a case by another version of the law, on purpose and with a reason.

    Running clocks keep the ends they have; what starts from now on follows the new version.

    Raises:
        CaseRefused: no reason, the same version, or the case's stage doesn't exist in the other pack.
    """
    post = require_owner(user, case, Role.APPROVER)
    if not reason.strip():
        raise CaseRefused(_("Say why the case moves to another version."))
    if pack.digest == case.pack_version.digest:
        raise CaseRefused(_("The case runs by this version already."))
    if case.stage not in pack.stages:
        raise CaseRefused(_("The other version has no stage like the one the case is in."))
    running = set(
        case.clocks.filter(stopped_at__isnull=True).exclude(state="cancelled").values_list("code", flat=True)
    )
    if running - set(pack.clocks):
        raise CaseRefused(_("A clock that is running doesn't exist in the other version."))
    before, case.pack_version = case.pack_version, law.store(pack)
    case.save(update_fields=["pack_version"])
    note(case, "case.pack_changed", user=user, unit=post.unit, before=before.digest, after=pack.digest,
         pack=pack.id, version=pack.version, reason=reason.strip())  # fmt: skip
