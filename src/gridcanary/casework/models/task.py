"""Tasks: what a department is to do in a case by when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit
from gridcanary.casework.models.case import Case


class TaskState(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", _("To do")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class Task(models.Model):
    """One thing to do. An open one keeps the loop open: the case can't close over it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(_("what to do"), max_length=200)
    details = models.TextField(_("details"), blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tasks")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    due_on = models.DateField(_("by"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    result = models.TextField(_("result"), blank=True, default="")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tasks_set")
    set_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks_ended"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("state", "due_on", "id")
        indexes = (
            models.Index(fields=("unit", "state", "due_on"), name="task_by_unit"),
            models.Index(fields=("due_on", "id"), name="task_open_by_due", condition=models.Q(state="open")),
        )
        constraints = (
            models.CheckConstraint(
                name="ended_task_says_when",
                condition=models.Q(state="open", ended_at__isnull=True)
                | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return self.title
