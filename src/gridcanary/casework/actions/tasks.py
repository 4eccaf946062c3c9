"""Tasks: set, taken, done, dropped."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Unit, User
from gridcanary.accounts.queries import members_of
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, Task, TaskState
from gridcanary.casework.sharing import CaseRefused, require_acting, takes_part

TITLE_LIMIT = 200


@transaction.atomic
def set_task(
    user: User,
    case: Case,
    unit: Unit,
    title: str,
    *,
    details: str = "",
    due_on: dt.date | None = None,
    person: User | None = None,
) -> Task:
    """Give a department something to do in a case.

    Raises:
        CaseRefused: no title, the unit doesn't work on the case, or the person isn't one of the unit's.
    """
    post = require_acting(user, case)
    if not title.strip():
        raise CaseRefused(_("Say what is to be done."))
    if not takes_part(case, unit):
        raise CaseRefused(_("Bring the department into the case first."))
    if person is not None and not members_of(unit).filter(user=person).exists():
        raise CaseRefused(_("This person doesn't belong to the department."))
    task = Task.objects.create(
        case=case, title=title.strip()[:TITLE_LIMIT], details=details.strip(), unit=unit, person=person,
        due_on=due_on, set_by=user,
    )  # fmt: skip
    note(case, "task.set", user=user, unit=post.unit, task=task.pk, to=unit.code, title=task.title,
         due_on=due_on.isoformat() if due_on else "")  # fmt: skip
    return task


@transaction.atomic
def take(user: User, task: Task) -> None:
    """Take a task of one's department upon oneself.

    Raises:
        CaseRefused: it isn't the person's department's, or it has ended.
    """
    _of_unit(user, task)
    task.person = user
    task.save(update_fields=["person"])
    note(task.case, "task.taken", user=user, unit=task.unit, task=task.pk)


@transaction.atomic
def finish(user: User, task: Task, result: str) -> None:
    """Say what came of a task.

    Raises:
        CaseRefused: no result, it isn't the person's department's, or it has ended.
    """
    _of_unit(user, task)
    if not result.strip():
        raise CaseRefused(_("Say what came of it."))
    _end(user, task, TaskState.DONE, result)


@transaction.atomic
def drop(user: User, task: Task, reason: str) -> None:
    """Say that a task is no longer needed; whoever works on the case can, with a reason.

    Raises:
        CaseRefused: no reason, or it has ended.
    """
    require_acting(user, task.case)
    _must_be_open(task)
    if not reason.strip():
        raise CaseRefused(_("Say why the task is dropped."))
    _end(user, task, TaskState.DROPPED, reason)


def _end(user: User, task: Task, state: str, result: str) -> None:
    task.state, task.result, task.ended_by, task.ended_at = state, result.strip(), user, timezone.now()
    task.save(update_fields=["state", "result", "ended_by", "ended_at"])
    note(task.case, f"task.{state}", user=user, unit=task.unit, task=task.pk, result=task.result)


def _of_unit(user: User, task: Task) -> None:
    _must_be_open(task)
    require_acting(user, task.case)
    if not any(post.unit_id == task.unit_id for post in user.memberships_now()):
        raise CaseRefused(_("This task is another department's."))


def _must_be_open(task: Task) -> None:
    if task.state != TaskState.OPEN:
        raise CaseRefused(_("The task has ended."))
