"""Verification: departments, tasks, an inspection, and what it leads to."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from gridcanary.casework.actions import cases, clocks, tasks
from gridcanary.casework.models import Campaign, Case
from gridcanary.console.demo_cases import inspection, papers, ways
from gridcanary.console.demo_cases.people import Cast, bring_in

HELPERS = {
    "police": "协助现场核查，维护秩序",
    "utility": "提供用电数据，现场用电检查",
    "samr": "核查经营主体和经营范围",
}
"""Departments that help to verify, and what for."""


def work_together(cast: Cast, case: Case, *, unconfirmed: str = "") -> None:
    """Bring the helping departments in.

    Args:
        cast: who acts.
        case: the case.
        unconfirmed: kind of the department that hasn't confirmed the receipt yet.
    """
    for kind, purpose in HELPERS.items():
        bring_in(cast, case, kind, purpose, receipt=kind != unconfirmed)


def prepare_visit(cast: Cast, case: Case, campaign: Campaign) -> None:
    """Set tasks, note the tip that came in besides, and plan the inspection of tomorrow."""
    today = timezone.localdate()
    curve = tasks.set_task(
        cast.officer("energy"), case, cast.unit("utility"), "提供近三个月日负荷曲线和用户档案",
        due_on=today + dt.timedelta(days=1),
    )  # fmt: skip
    tasks.take(cast.officer("utility"), curve)
    tasks.set_task(
        cast.officer("energy"), case, cast.unit("energy"), "联系园区管理方，核对承租人信息",
        due_on=today + dt.timedelta(days=2), person=cast.demo,
    )  # fmt: skip
    tasks.set_task(
        cast.officer("energy"), case, cast.unit("samr"), "核查该址登记的经营主体和经营范围",
        due_on=today + dt.timedelta(days=3),
    )  # fmt: skip
    clocks.report(
        cast.officer("energy"), case, "tip_received", at=timezone.now() - dt.timedelta(days=17),
        remark="举报电话登记：该址夜间风扇声持续",
    )  # fmt: skip
    inspection.plan(cast, case, today + dt.timedelta(days=1), campaign=campaign)


def verify(cast: Cast, case: Case, *, mining: bool = True) -> None:
    """Inspect today and write the record."""
    work_together(cast, case)
    inspection.record(cast, inspection.plan(cast, case, timezone.localdate()), mining=mining)
    papers.issue(cast, case, "inspection_record")


def file(cast: Cast, case: Case) -> None:
    """Inspect, find a mine, and file the case."""
    verify(cast, case)
    papers.issue_all(cast, case, "photo_list", "usage_check_record", "case_filing")
    ways.go(cast, case, "open_investigation")


def clear(cast: Cast, case: Case) -> None:
    """Inspect, find lawful computing, and close the case."""
    verify(cast, case, mining=False)
    cases.set_outcome(
        cast.officer("energy"), case, "legal_computing", "机柜为数据处理业务服务器，合同、许可和税票齐全"
    )
    papers.issue(cast, case, "verification_report")
    ways.go(cast, case, "clear_premises")


def help_victim(cast: Cast, case: Case) -> None:
    """Inspect, find that somebody else put the program there, and tell the victim."""
    verify(cast, case, mining=False)
    cases.set_outcome(
        cast.officer("energy"), case, "victim_of_intrusion", "服务器被他人植入挖矿程序，使用单位不知情"
    )
    papers.issue_all(cast, case, "verification_report", "victim_notice")
    ways.go(cast, case, "help_victim")
