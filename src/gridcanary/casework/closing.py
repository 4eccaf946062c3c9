"""What casework itself knows to be unfinished, and the conditions that it can tell."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from gridcanary.casework import law
from gridcanary.casework.loop import LoopItem, register_condition, register_loop
from gridcanary.casework.models import Case, ClockState, TaskState


def open_tasks(case: Case) -> Iterator[LoopItem]:
    """Tasks to do."""
    url = reverse("casework:tasks", kwargs={"number": case.number})
    for task in case.tasks.filter(state=TaskState.OPEN):
        yield LoopItem(
            "task", _("Task to do: %(title)s") % {"title": task.title}, url=url, unit_id=task.unit_id
        )


def open_handovers(case: Case) -> Iterator[LoopItem]:
    """A handover that waits for its answer."""
    for offer in case.handovers.filter(answered_at__isnull=True).select_related("to_unit"):
        text = _("Handover to %(unit)s waits for its receipt") % {"unit": offer.to_unit.name}
        url = reverse("casework:departments", kwargs={"number": case.number})
        yield LoopItem("handover", text, url=url, unit_id=offer.to_unit_id)


def clocks_running(case: Case) -> str:
    """``no_open_clock``: no clock of a measure runs any more. What is missing, or nothing."""
    pack = law.pack_of(case)
    of_measures = {code for measure in pack.measures.values() for code in measure.clocks}
    going = case.clocks.filter(state__in=(ClockState.RUNNING, ClockState.SUSPENDED), code__in=of_measures)
    titles = [str(pack.clock(clock.code).title.of(law.language())) for clock in going]
    return _("Clocks still run: %(titles)s") % {"titles": ", ".join(titles)} if titles else ""


def outcome_missing(case: Case) -> str:
    """``outcome_set``: what is missing, or nothing."""
    return "" if case.outcome else _("The outcome isn't set.")


def register() -> None:
    """Tell the loop; called once when Django starts."""
    register_loop("tasks", open_tasks)
    register_loop("handovers", open_handovers)
    register_condition("no_open_clock", clocks_running)
    register_condition("outcome_set", outcome_missing)
