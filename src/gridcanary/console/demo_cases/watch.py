"""The watch after the loop is closed."""

from __future__ import annotations

from django.utils import timezone

from gridcanary.casework.models import Case
from gridcanary.console.demo_cases.people import Cast
from gridcanary.watch.actions.visits import record_visit
from gridcanary.watch.models import WatchResult, WatchVisit


def find_again(cast: Cast, case: Case) -> None:
    """Make the first visit of the watch, which finds the machines running again."""
    visit = WatchVisit.objects.filter(case=case).order_by("due_on")[0]
    record_visit(
        cast.demo, visit, WatchResult.MINING, "接群众反映提前走访：机房夜间重新供电，门外可闻风扇声，负荷曲线回升。",
        timezone.localdate(),
    )  # fmt: skip
