"""What is owed in a case: the surcharge reckoned by the national rule, and a fine."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.console.demo_cases.people import Cast, bring_in
from gridcanary.console.demo_cases.size import load_kw
from gridcanary.enforcement.actions import money
from gridcanary.enforcement.calculators import calculator
from gridcanary.enforcement.models import EntryKind

CYCLE_HOURS = 24 * 30
FINE = Decimal("20000.00")


def assess_surcharge(cast: Cast, case: Case, *, paid: Decimal) -> None:
    """Reckon two billing cycles, claim them, and enter the share that was paid.

    Args:
        cast: who acts.
        case: the case.
        paid: share of the amount due, 0 to 1.
    """
    user = cast.officer("utility")
    first = (timezone.localdate().replace(day=1) - dt.timedelta(days=40)).replace(day=1)
    second = (first + dt.timedelta(days=32)).replace(day=1)
    last = (second + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    used = load_kw(case) * CYCLE_HOURS
    cycles = [
        {"first_day": first, "last_day": second - dt.timedelta(days=1), "kwh": used, "mining_kwh": used},
        {"first_day": second, "last_day": last, "kwh": used, "mining_kwh": used},
    ]  # fmt: skip
    typed = {"cycles": cycles, "mining_from": first, "mining_to": last, "notified": None, "listed": None,
             "machines": None, "hours": None}  # fmt: skip
    reckoner = calculator(law.pack_of(case), "surcharge", "national_floor")
    if reckoner is None:
        raise ValueError(f"{law.pack_of(case).id} has no national surcharge")
    reckoned = reckoner.reckon(case, "national_floor", typed)
    item = money.open_item(
        user, case, "surcharge", cast.unit("utility"), reckoned.amount, rule="national_floor",
        party=case.parties.last(), calculation=reckoned.stored(), document="差别电价执行告知书",
    )  # fmt: skip
    money.claim(user, item, timezone.now())
    part = (reckoned.amount * paid).quantize(Decimal("0.01"))
    money.enter(user, item, money.Movement(EntryKind.COLLECTED, part, document="电费收据 DEMO-01"))


def fine(cast: Cast, case: Case) -> None:
    """Enter the fine of the decision and that it was paid."""
    bring_in(cast, case, "treasury", "罚没收入缴库登记")
    user = cast.officer("treasury")
    item = money.open_item(
        user, case, "fine", cast.unit("treasury"), FINE, party=case.parties.first(), document="行政处罚决定书",
        reason="按处罚决定书所载数额",
    )  # fmt: skip
    money.claim(user, item, timezone.now())
    money.enter(user, item, money.Movement(EntryKind.COLLECTED, FINE, document="缴款书 DEMO-01"))
