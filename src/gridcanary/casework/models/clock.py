"""Clocks of the law that run in a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit
from gridcanary.casework.models.case import Case


class ClockState(models.TextChoices):
    """Where a clock stands. Being late is not a state but a comparison with the time of day."""

    RUNNING = "running", _("Running")
    SUSPENDED = "suspended", _("Suspended")
    STOPPED = "stopped", _("Met")
    CANCELLED = "cancelled", _("No longer applies")


class CaseClock(models.Model):
    """One deadline that began to run.

    ``code`` names the pack's clock; ``due_at`` is worked out by the pack's rules whenever the clock changes and
    kept here so that lists can be sorted by it. ``provisional`` says that the holiday table does not reach so far.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    code = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="clocks")
    state = models.CharField(max_length=10, choices=ClockState.choices, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    extended = models.BooleanField(default=False)
    extension_reason = models.TextField(blank=True, default="")
    extension_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_note = models.CharField(max_length=300, blank=True, default="")
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_at", "id")
        indexes = (
            models.Index(fields=("state", "due_at"), name="clock_by_due"),
            models.Index(fields=("unit", "state", "due_at"), name="clock_by_unit"),
            # what runs out next, whosever it is: read from its beginning
            models.Index(
                fields=("due_at", "id"),
                name="clock_going_by_due",
                condition=models.Q(state__in=("running", "suspended")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"

    @property
    def is_late(self) -> bool:
        """Whether the time ran out: before it was met, or by now."""
        return self.due_at is not None and (self.stopped_at or timezone.now()) > self.due_at


class ClockPause(models.Model):
    """A time that does not count, such as the time of a test; its end is empty while it lasts."""

    clock = models.ForeignKey(CaseClock, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True, default="")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="one_running_pause", fields=("clock",), condition=models.Q(until_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.clock_id} {self.reason}"
