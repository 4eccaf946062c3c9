"""Plans of inspections: a day, the officers who go, and the way from place to place."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Membership, Unit, User
from gridcanary.accounts.queries import units_below
from gridcanary.casework.models import Campaign


class PlanState(models.TextChoices):
    """How far a plan has come."""

    PLANNED = "planned", _("Planned")
    UNDERWAY = "underway", _("Under way")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class PlanQuerySet(models.QuerySet["InspectionPlan"]):
    """Plans, with who may know of them."""

    def visible_to(self, user: User) -> PlanQuerySet:
        """Plans of units that the person belongs to or that stand below, and those whose officers come from them.

        A case's other departments see nothing of a plan: an inspection that is known beforehand finds nothing.
        """
        if not user.is_active:
            return self.none()
        units = units_below(user)
        taking_part = PlanOfficer.objects.filter(membership__unit__in=units).values("plan_id")
        return self.filter(models.Q(unit__in=units) | models.Q(pk__in=taking_part))


class InspectionPlan(models.Model):
    """One round of visits on one day. No notice is given to anybody who does not take part."""

    title = models.CharField(_("title"), max_length=160)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="inspection_plans"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="inspection_plans")
    day = models.DateField(_("day"))
    meeting_time = models.TimeField(_("meeting time"), null=True, blank=True)
    meeting_point = models.CharField(_("meeting point"), max_length=200, blank=True, default="")
    equipment = models.TextField(_("what to take"), blank=True, default="")
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.PLANNED)
    route_km = models.FloatField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inspection_plans"
    )
    made_at = models.DateTimeField(default=timezone.now)
    cancelled_reason = models.CharField(_("why cancelled"), max_length=300, blank=True, default="")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-id")
        indexes = (models.Index(fields=("unit", "state", "day"), name="plan_by_unit"),)

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to go there."""
        return self.state in (PlanState.PLANNED, PlanState.UNDERWAY)


class PlanOfficer(models.Model):
    """Who goes, in which post, with the certificate as it stood when the plan was made."""

    plan = models.ForeignKey(InspectionPlan, on_delete=models.PROTECT, related_name="officers")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="inspections")
    certificate_no = models.CharField(max_length=40)
    leads = models.BooleanField(default=False)

    class Meta:
        ordering = ("-leads", "id")
        constraints = (models.UniqueConstraint(name="officer_goes_once", fields=("plan", "membership")),)

    def __str__(self) -> str:
        return f"{self.membership.user} ({self.certificate_no})"
