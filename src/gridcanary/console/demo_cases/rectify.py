"""Rectification and accountability: machines gone, money collected, those responsible named, loop closed."""

from __future__ import annotations

from decimal import Decimal

from gridcanary.casework.models import Case
from gridcanary.console.demo_cases import devices, money, papers, ways
from gridcanary.console.demo_cases.people import Cast

PARTLY, WHOLLY = Decimal("0.4"), Decimal(1)


def collect(cast: Cast, case: Case, *, paid: Decimal) -> None:
    """Put the account on the surcharge list, claim what is owed, clear the machines away."""
    papers.issue_all(cast, case, "surcharge_list_letter", "surcharge_notice")
    money.assess_surcharge(cast, case, paid=paid)
    money.fine(cast, case)
    papers.issue_all(cast, case, "stop_report", "commitment_letter")
    devices.clear_away(cast, case)


def let_accept(cast: Cast, case: Case) -> None:
    """Leave the acceptance to whoever has to agree to it."""
    ways.state(cast, case, "load_normal", "供电公司提供的停用后七日负荷曲线正常")
    papers.submit(cast, papers.draft(cast, case, "rectification_acceptance"))


def accept(cast: Cast, case: Case) -> None:
    """Accept the rectification."""
    ways.state(cast, case, "load_normal", "供电公司提供的停用后七日负荷曲线正常")
    papers.issue(cast, case, "rectification_acceptance")
    ways.go(cast, case, "accept_rectification")


def close(cast: Cast, case: Case) -> None:
    """Record accountability and close the loop; the watch begins."""
    papers.issue_all(cast, case, "accountability_result", "closing_report")
    ways.go(cast, case, "close_into_watch")
