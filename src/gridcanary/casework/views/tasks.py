"""The tasks of a case."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.casework.actions import tasks as acts
from gridcanary.casework.case_queries import own_units
from gridcanary.casework.forms import TaskForm
from gridcanary.casework.models import Case, Task
from gridcanary.casework.views.asked import answer, case_context, person, seen_case


def tasks(request: HttpRequest, number: str) -> HttpResponse:
    """Tasks of a case, and a form for a new one."""
    case = seen_case(request, number)
    form = TaskForm(case, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return answer(
            request,
            lambda: acts.set_task(
                person(request),
                case,
                said["unit"],
                said["title"],
                details=said["details"],
                due_on=said["due_on"],
                person=said["person"],
            ),
            _("The task is set."),
            "casework:tasks",
            number=number,
        )
    context = case_context(request, case, "tasks") | {
        "tasks": case.tasks.select_related("unit", "person", "set_by", "ended_by"),
        "own_units": own_units(person(request)),
        "form": form,
    }
    return render(request, "casework/tasks.html", context)


def _task(case: Case, key: int) -> Task:
    task = case.tasks.filter(pk=key).select_related("case", "unit").first()
    if task is None:
        raise Http404
    return task


@require_POST
def end_task(request: HttpRequest, number: str, task: int) -> HttpResponse:
    """Take, finish or drop a task."""
    case = seen_case(request, number)
    one, user, said = _task(case, task), person(request), request.POST.get("result", "")
    choice = request.POST.get("choice", "")
    choices = {
        "take": (lambda: acts.take(user, one), _("The task is yours.")),
        "finish": (lambda: acts.finish(user, one, said), _("The task is done.")),
        "drop": (lambda: acts.drop(user, one, said), _("The task is dropped.")),
    }
    if choice not in choices:
        raise Http404
    act, words = choices[choice]
    return answer(request, act, words, "casework:tasks", number=number)
