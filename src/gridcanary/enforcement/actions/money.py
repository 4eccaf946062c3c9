"""The only writers of the money ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.casework import law
from gridcanary.casework.actions.clocks import happened, start
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.enforcement import authority
from gridcanary.enforcement.balances import Balance, Unbalanced, balance
from gridcanary.enforcement.models import AmountField, EntryKind, MoneyEntry, MoneyItem, Party

KEEPERS = (Role.OFFICER, Role.APPROVER, Role.CLERK)
DECIDERS = (Role.APPROVER,)
BY_DECISION = (EntryKind.WAIVED, EntryKind.WRITTEN_OFF)
"""Giving money up is for those who approve."""
WITH_REASON = (EntryKind.ADJUSTED, EntryKind.WAIVED, EntryKind.REFUNDED, EntryKind.WRITTEN_OFF)


class MoneyRefused(CaseRefused):
    """A movement that can't be entered; the message says why."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What is entered.

    Args:
        kind: a value of EntryKind.
        amount: with at most two decimal places; negative only in an adjustment.
        on: day of the movement; today when None.
        reason: why; needed for everything but assessments and payments.
        document: number of the decision or receipt.
    """

    kind: str
    amount: Decimal
    on: dt.date | None = None
    reason: str = ""
    document: str = ""


@transaction.atomic
def open_item(
    user: User,
    case: Case,
    kind: str,
    unit: Unit,
    amount: Decimal,
    *,
    rule: str = "",
    party: Party | None = None,
    calculation: Mapping[str, Any] | None = None,
    document: str = "",
    reason: str = "",
) -> MoneyItem:
    """Enter something that is owed, with the assessed amount.

    Args:
        user: an officer, approver or clerk of a department that works on the case.
        case: the case.
        kind: kind of money of the pack.
        unit: department that answers for collecting it; works on the case.
        amount: what is due.
        rule: entry of the pack that it was reckoned by; empty where it was decided otherwise.
        party: who owes it.
        calculation: inputs and lines as ``reckoning`` gives them.
        document: number of the paper that claims it.
        reason: a note on the assessment; needed without a calculation.

    Returns:
        The item with its first entry.

    Raises:
        MoneyRefused: no such kind or rule, another case's party, or no proper amount.
        CaseRefused: the person may not.
    """
    post = require_acting(user, case, *KEEPERS)
    pack = law.pack_of(case)
    if kind not in pack.money:
        raise MoneyRefused(_("The pack has no such kind of money."))
    if rule and rule not in pack.money[kind].rules:
        raise MoneyRefused(_("This rule doesn't belong to the kind of money."))
    if unit not in authority.acting_units(case):
        raise MoneyRefused(_("This department doesn't work on the case. Bring it in first."))
    if party is not None and party.case_id != case.pk:
        raise MoneyRefused(_("Premises and parties must be those of this case."))
    if not calculation and not reason.strip():
        raise MoneyRefused(_("Say how the amount was found, with the number of the paper."))
    item = MoneyItem.objects.create(
        case=case, kind=kind, rule=rule, currency=pack.switches.currency, unit=unit, party=party,
        calculation=dict(calculation or {}), opened_by=user,
    )  # fmt: skip
    _append(user, post, item, Movement(EntryKind.ASSESSED, amount, None, reason, document), Balance())
    return item


@transaction.atomic
def enter(user: User, item: MoneyItem, movement: Movement) -> MoneyEntry:
    """Enter a movement: a payment, an adjustment, a waiver, a refund, a write-off.

    Args:
        user: as for open_item; waivers and write-offs by an approver of the collecting department.
        item: what it belongs to.
        movement: what moved.

    Returns:
        The entry.

    Raises:
        MoneyRefused: the balance doesn't allow it, or a reason is missing.
        CaseRefused: the person may not.
    """
    item = MoneyItem.objects.select_for_update(of=("self",)).select_related("case", "unit").get(pk=item.pk)
    roles = DECIDERS if movement.kind in BY_DECISION else KEEPERS
    post = require_acting(user, item.case, *roles)
    if movement.kind in BY_DECISION:
        post = _collecting_post(user, item)
    if movement.kind == EntryKind.ASSESSED:
        raise MoneyRefused(_("An amount is assessed once; enter an adjustment."))
    if movement.kind in WITH_REASON and not movement.reason.strip():
        raise MoneyRefused(_("Say why, with the number of the paper where there is one."))
    now = balance(item.entries.values_list("kind", "amount"))
    entry = _append(user, post, item, movement, now)
    if (
        balance(item.entries.values_list("kind", "amount")).is_settled
        and movement.kind == EntryKind.COLLECTED
    ):
        at = _paid_at(entry.on, item.claimed_at)
        happened(item.case, "payment_made", user=user, unit=post.unit, at=at, subject=item.subject)
    return entry


@transaction.atomic
def claim(user: User, item: MoneyItem, at: dt.datetime) -> None:
    """Say when the claim was served on whoever owes; the time for paying begins.

    Raises:
        MoneyRefused: it was served already, or the time lies in the future.
        CaseRefused: the person may not.
    """
    item = MoneyItem.objects.select_for_update(of=("self",)).select_related("case", "unit").get(pk=item.pk)
    post = require_acting(user, item.case, *KEEPERS)
    if item.claimed_at is not None:
        raise MoneyRefused(_("The claim was served already."))
    if at > timezone.now():
        raise MoneyRefused(_("The claim can't have been served in the future."))
    item.claimed_at = at
    item.save(update_fields=["claimed_at"])
    note(item.case, "money.claimed", user=user, unit=post.unit, item=item.pk, at=at.isoformat())
    clock = law.pack_of(item.case).money[item.kind].due_clock
    if clock:
        start(item.case, clock, user=user, unit=item.unit, at=at, subject=item.subject)


def _collecting_post(user: User, item: MoneyItem) -> Membership:
    for post in user.memberships_now():
        if post.unit_id == item.unit_id and post.role in DECIDERS:
            return post
    raise MoneyRefused(_("Only an approver of the department that collects it can give money up."))


def _append(user: User, post: Membership, item: MoneyItem, movement: Movement, before: Balance) -> MoneyEntry:
    amount, on = _checked(movement), movement.on or timezone.localdate()
    if on > timezone.localdate():
        raise MoneyRefused(_("The day can't lie in the future."))
    try:
        before.after(movement.kind, amount)
    except Unbalanced as error:
        raise MoneyRefused(_sentence(error, item.currency)) from error
    entry = MoneyEntry.objects.create(
        item=item, kind=movement.kind, amount=amount, on=on, reason=movement.reason.strip(),
        document=movement.document.strip(), unit=post.unit, entered_by=user,
    )  # fmt: skip
    note(item.case, f"money.{movement.kind}", user=user, unit=post.unit, item=item.pk, code=item.kind,
         amount=str(amount), currency=item.currency, on=on.isoformat(), reason=entry.reason,
         document=entry.document)  # fmt: skip
    return entry


def _checked(movement: Movement) -> Decimal:
    if movement.kind not in EntryKind.values:
        raise MoneyRefused(_("Choose what is entered."))
    try:
        amount = AmountField().to_python(movement.amount)
    except ValidationError as error:
        raise MoneyRefused(" ".join(error.messages)) from error
    if amount is None or amount == 0 or (amount < 0 and movement.kind != EntryKind.ADJUSTED):
        raise MoneyRefused(_("Enter an amount above zero; only adjustments may be negative."))
    return amount


def _sentence(error: Unbalanced, currency: str) -> str:
    texts = {
        "due_below_zero": _("Less than nothing can't be due; at most %(limit)s can be taken off."),
        "above_outstanding": _("Only %(limit)s is outstanding; adjust the amount due first."),
        "above_collected": _("Only %(limit)s was collected, so no more can be paid back."),
    }
    return texts[error.reason] % {"limit": f"{error.limit:,} {currency}"}


def _paid_at(day: dt.date, claimed_at: dt.datetime | None) -> dt.datetime:
    """A moment for a payment of which only the day is known: noon, but after a claim that was served on that day."""
    noon = _noon(day)
    if claimed_at is not None and timezone.localtime(claimed_at).date() == day:
        return max(noon, claimed_at)
    return noon


def _noon(day: dt.date) -> dt.datetime:
    """A moment of the day for the clocks, never later than now."""
    noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    return min(noon, timezone.now())
