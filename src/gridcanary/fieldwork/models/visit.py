"""Visits: one place of a plan, and what holds for the visit as a whole."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case, CaseSite
from gridcanary.casework.sharing import visible_case_ids
from gridcanary.fieldwork.models.plan import InspectionPlan


class VisitState(models.TextChoices):
    """How far a visit has come."""

    TO_DO = "to_do", _("Not begun")
    ON_SITE = "on_site", _("On site")
    RECORDED = "recorded", _("Record finished")
    NOT_DONE = "not_done", _("Not possible")


class MetAs(models.TextChoices):
    """Whom the officers met, without a name."""

    OWNER = "owner", _("Owner or legal representative")
    TENANT = "tenant", _("Tenant or actual user")
    STAFF = "staff", _("Staff or guard")
    LANDLORD = "landlord", _("Landlord or park management")
    NOBODY = "nobody", _("Nobody")


class UserProof(models.TextChoices):
    """How the actual user of the electricity was confirmed."""

    NOT_YET = "", _("Not confirmed yet")
    SUPPLY_CONTRACT = "supply_contract", _("Supply contract or meter account")
    LEASE = "lease", _("Lease and the landlord's statement")
    LICENCE = "licence", _("Business licence seen on site")
    STATEMENT = "statement", _("Signed statement of the person met")


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits, with who may know of them."""

    def visible_to(self, user: User) -> VisitQuerySet:
        """Visits in cases that the person sees: those that began, and those to come of plans that the person sees."""
        if not user.is_active:
            return self.none()
        known = models.Q(arrived_at__isnull=False) | models.Q(
            plan__in=InspectionPlan.objects.visible_to(user).values("pk")
        )
        return self.filter(known, case_id__in=visible_case_ids(user))


class Visit(models.Model):
    """One place on one day. ``version`` rises with each change, so that two phones notice each other."""

    plan = models.ForeignKey(InspectionPlan, on_delete=models.PROTECT, related_name="visits")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visits")
    site = models.ForeignKey(CaseSite, on_delete=models.PROTECT, related_name="visits")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VisitState.choices, default=VisitState.TO_DO)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    certificates_shown = models.BooleanField(_("certificates shown"), default=False)
    met_as = models.CharField(_("met"), max_length=10, choices=MetAs.choices, blank=True, default="")
    site_confirmed = models.BooleanField(_("address and meter match the case"), default=False)
    user_proof = models.CharField(
        _("actual user confirmed by"), max_length=16, choices=UserProof.choices, blank=True, default=""
    )
    witness_present = models.BooleanField(_("a witness was present"), default=False)
    no_witness_reason = models.CharField(_("why no witness"), max_length=300, blank=True, default="")
    result = models.TextField(_("result in a few words"), blank=True, default="")
    not_done_reason = models.CharField(_("why not possible"), max_length=300, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "position")
        indexes = (models.Index(fields=("case", "state"), name="visit_by_case"),)
        constraints = (
            models.UniqueConstraint(name="site_visited_once_a_plan", fields=("plan", "site")),
            models.CheckConstraint(
                name="record_has_times_and_witness",
                condition=~models.Q(state="recorded")
                | (
                    models.Q(arrived_at__isnull=False, left_at__isnull=False)
                    & (models.Q(witness_present=True) | ~models.Q(no_witness_reason=""))
                ),
            ),
        )

    def __str__(self) -> str:
        return str(self.site)
