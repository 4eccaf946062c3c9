"""The planned looks at premises after the loop is closed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit
from gridcanary.casework.models import Case


class WatchResult(models.TextChoices):
    """What a visit found."""

    CLEAN = "clean", _("No mining")
    SUSPICIOUS = "suspicious", _("Suspicious, look again")
    MINING = "mining", _("Mining again")


class WatchVisit(models.Model):
    """One look at the premises of a case, so many days after the watch began."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="watch_visits")
    after_days = models.PositiveIntegerField()
    due_on = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="watch_visits")
    result = models.CharField(
        _("what was found"), max_length=12, choices=WatchResult.choices, blank=True, default=""
    )
    basis = models.TextField(_("what was looked at"), blank=True, default="")
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dropped_because = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("due_on", "id")
        indexes = (models.Index(fields=("result", "due_on"), name="watch_visit_by_due"),)
        constraints = (
            models.UniqueConstraint(name="watch_visit_once", fields=("case", "due_on", "after_days")),
            models.CheckConstraint(
                name="watch_result_has_day",
                condition=models.Q(result="", done_on__isnull=True)
                | (~models.Q(result="") & models.Q(done_on__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} +{self.after_days}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return not self.result and not self.dropped_because
