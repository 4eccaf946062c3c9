"""Cutting the supply, proving it at the meter, switching it on again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.casework.journal import note
from gridcanary.casework.models import CaseSite
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.fieldwork import access, meter_proof, rules
from gridcanary.fieldwork.models import Disconnection, ProofKind, SupplyProof


@transaction.atomic
def order(
    user: User, site: CaseSite, measure: str, basis: str, *, meter_id: str = "", reason: str = ""
) -> Disconnection:
    """Order the supply of a site off.

    Args:
        user: an officer or approver of a department that works on the case.
        site: where.
        measure: code of the measure in the pack.
        basis: code of its legal basis.
        meter_id: the meter; that of the site when left out.
        reason: why.

    Raises:
        CaseRefused: the pack forbids it, no meter, or it is ordered already.
    """
    post = require_acting(user, site.case, *access.PLANNING)
    meter_id = (meter_id or site.meter_id).strip()
    if not meter_id:
        raise CaseRefused(_("Give the meter's number."))
    today = timezone.localdate()
    forbidden = rules.refusal(site.case, measure, basis, post.unit, today)
    if forbidden:
        raise CaseRefused(forbidden)
    if (measure, basis) not in set(rules.measures(site.case, post.unit, rules.SUPPLY_LOOP, today)):
        raise CaseRefused(_("This measure doesn't cut the supply."))
    standing = Disconnection.objects.filter(
        case=site.case, meter_id=meter_id, reconnected_at=None, withdrawn_at=None
    )
    if standing.exists():
        raise CaseRefused(_("The supply of this meter is ordered off already."))
    cut = Disconnection.objects.create(
        case=site.case,
        site=site,
        meter_id=meter_id,
        measure_code=measure,
        basis_code=basis,
        reason=reason.strip(),
        ordered_by=user,
        ordered_unit=post.unit,
    )
    note(
        site.case, "supply.ordered_off", user=user, unit=post.unit, disconnection=cut.pk, meter=meter_id,
        measure=measure, basis=basis,
    )  # fmt: skip
    return cut


def _locked(cut: Disconnection) -> Disconnection:
    cut = Disconnection.objects.select_for_update(of=("self",)).select_related("case", "site").get(pk=cut.pk)
    if cut.withdrawn_at is not None or cut.reconnected_at is not None:
        raise CaseRefused(_("This disconnection is over."))
    return cut


@transaction.atomic
def execute(
    user: User,
    cut: Disconnection,
    *,
    at: dt.datetime,
    where_cut: str = "",
    register_kwh: Decimal | None = None,
    evidence: Sequence[str] = (),
) -> Disconnection:
    """Record that the supply was switched off, where, and what the register showed then [kWh].

    Raises:
        CaseRefused: recorded already, or a time that lies in the future.
    """
    cut = _locked(cut)
    post = require_acting(user, cut.case, *access.RECORDING)
    if cut.executed_at is not None:
        raise access.ChangedMeanwhile(_("It is recorded already that the supply is off."))
    if at > timezone.now() + dt.timedelta(minutes=5):
        raise CaseRefused(_("This time lies in the future."))
    cut.executed_at, cut.executed_by, cut.executed_unit = at, user, post.unit
    cut.where_cut, cut.register_kwh = where_cut.strip()[:200], register_kwh
    cut.evidence = [*cut.evidence, *evidence]
    cut.save()
    note(
        cut.case, "supply.cut", user=user, unit=post.unit, disconnection=cut.pk, meter=cut.meter_id,
        at=at.isoformat(), register_kwh=None if register_kwh is None else str(register_kwh),
        evidence=list(evidence),
    )  # fmt: skip
    return cut


def lake_folder() -> Path:
    """Where the readings lie."""
    return Path(settings.GRIDCANARY_HOME) / "lake"


@transaction.atomic
def prove_from_readings(user: User, cut: Disconnection) -> SupplyProof:
    """Look in the readings whether the meter stayed without load, and keep what they say.

    Raises:
        CaseRefused: the supply isn't off yet, or there are no readings since.
        LakeError: the readings can't be read.
    """
    cut = _locked(cut)
    post = require_acting(user, cut.case, *access.RECORDING)
    if cut.executed_at is None:
        raise CaseRefused(_("Record first when the supply was switched off."))
    readings = meter_proof.readings_around(lake_folder(), cut.meter_id, cut.executed_at)
    found = meter_proof.prove(readings, cut.executed_at)
    if not found.read:
        raise CaseRefused(
            _("There are no readings of meter %(meter)s since it was cut. Import them, or prove it on site.")
            % {"meter": cut.meter_id}
        )
    proof = SupplyProof.objects.create(
        disconnection=cut,
        kind=ProofKind.READINGS,
        holds=found.holds,
        from_at=found.from_at,
        until_at=found.until_at,
        slots_expected=found.expected,
        slots_read=found.read,
        most_w=found.most_w,
        limit_w=found.limit_w,
        before_w=found.before_w,
        made_by=user,
    )
    note(
        cut.case, "supply.proved", user=user, unit=post.unit, disconnection=cut.pk, proof="readings",
        holds=found.holds, slots=found.read, of=found.expected, most_w=found.most_w, limit_w=found.limit_w,
    )  # fmt: skip
    return proof


@transaction.atomic
def prove_on_site(
    user: User,
    cut: Disconnection,
    *,
    at: dt.datetime,
    register_kwh: Decimal,
    evidence: Sequence[str],
    remark: str = "",
) -> SupplyProof:
    """Prove it by reading the register again: it must show what it showed when the supply went off.

    Args:
        user: who read it.
        cut: the disconnection.
        at: when.
        register_kwh: what the register shows now [kWh].
        evidence: references of the photographs; one at least.
        remark: anything else.

    Raises:
        CaseRefused: no photograph, no register from when it was cut, or a register that ran backwards.
    """
    cut = _locked(cut)
    post = require_acting(user, cut.case, *access.RECORDING)
    if cut.executed_at is None or cut.register_kwh is None:
        raise CaseRefused(_("Record first when the supply was switched off and what the register showed."))
    if not evidence:
        raise CaseRefused(_("A reading on site needs a photograph of the register."))
    hours = (at - cut.executed_at) / dt.timedelta(hours=1)
    if hours < meter_proof.PROOF_HOURS:
        raise CaseRefused(
            _("Read the register again at least %(hours)d hours after it was cut.")
            % {"hours": meter_proof.PROOF_HOURS}
        )
    grown = register_kwh - cut.register_kwh
    if grown < 0:
        raise CaseRefused(
            _("The register can't run backwards: it showed %(kwh)s kWh.") % {"kwh": cut.register_kwh}
        )
    most_w = int(grown * 1000 / Decimal(hours))
    proof = SupplyProof.objects.create(
        disconnection=cut,
        kind=ProofKind.ON_SITE,
        holds=most_w <= meter_proof.NEAR_ZERO_W,
        from_at=cut.executed_at,
        until_at=at,
        most_w=most_w,
        limit_w=meter_proof.NEAR_ZERO_W,
        register_kwh=register_kwh,
        evidence=list(evidence),
        note=remark.strip()[:300],
        made_by=user,
    )
    note(
        cut.case, "supply.proved", user=user, unit=post.unit, disconnection=cut.pk, proof="on_site",
        holds=proof.holds, register_kwh=str(register_kwh), at=at.isoformat(), evidence=list(evidence),
    )  # fmt: skip
    return proof


def lacking_to_reconnect(cut: Disconnection) -> list[str]:
    """What has to be there before the supply may come back, in the language of the page.

    The order must be spent: every computing device gone from the site or accounted for, and the case must have an
    outcome, because until then nobody has said whether the load was mining.
    """
    lacking = []
    if not cut.case.outcome:
        lacking.append(_("The outcome of the case is not set."))
    left = cut.site.devices.unaccounted().exclude(state__in=("seized", "released"))
    if left.exists():
        lacking.append(_("%(count)d devices are still on site without a disposal.") % {"count": left.count()})
    return lacking


@transaction.atomic
def reconnect(user: User, cut: Disconnection, *, at: dt.datetime, reason: str) -> Disconnection:
    """Record that the supply came back.

    Raises:
        CaseRefused: not an approver, its conditions are not met, or no reason.
    """
    cut = _locked(cut)
    post = require_acting(user, cut.case, Role.APPROVER)
    lacking = lacking_to_reconnect(cut)
    if cut.executed_at is None:
        lacking.append(_("The supply isn't off; withdraw the order instead."))
    if not reason.strip():
        lacking.append(_("Say why the supply comes back."))
    if lacking:
        raise CaseRefused(" ".join(lacking))
    cut.reconnected_at, cut.reconnected_by, cut.reconnect_reason = at, user, reason.strip()
    cut.save()
    note(
        cut.case, "supply.reconnected", user=user, unit=post.unit, disconnection=cut.pk, meter=cut.meter_id,
        at=at.isoformat(),
    )  # fmt: skip
    return cut


@transaction.atomic
def withdraw(user: User, cut: Disconnection, reason: str) -> Disconnection:
    """Take an order back that was not carried out.

    Raises:
        CaseRefused: the supply is off already, not an approver, or no reason.
    """
    cut = _locked(cut)
    post = require_acting(user, cut.case, Role.APPROVER)
    if cut.executed_at is not None:
        raise CaseRefused(_("The supply is off already."))
    if not reason.strip():
        raise CaseRefused(_("Say why the order is withdrawn."))
    cut.withdrawn_at, cut.withdrawn_reason = timezone.now(), reason.strip()[:300]
    cut.save()
    note(cut.case, "supply.order_withdrawn", user=user, unit=post.unit, disconnection=cut.pk)
    return cut
