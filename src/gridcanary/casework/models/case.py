"""A case: what is known and done about hidden mining at one or several premises."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.models.campaign import Campaign
from gridcanary.casework.models.pack_version import PackVersion


class Origin(models.TextChoices):
    """Whether the mining was there before the drive or began after it; the two are counted apart."""

    UNKNOWN = "unknown", _("Not known yet")
    STOCK = "stock", _("Existing project")
    NEW = "new", _("New project")


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, with the one method that decides what anybody sees."""

    def visible_to(self, user: User) -> CaseQuerySet:
        """Cases shared with a unit that the person belongs to, or with one below it.

        Lists, search, suggestions, duplicates, counts, exports and the API all begin here. The owner's share is
        a row like the others, so there is one rule and no exception: an administrator of accounts sees no case.
        """
        from gridcanary.casework.sharing import visible_case_ids  # the share model names this one

        if not user.is_active:
            return self.none()
        return self.filter(pk__in=visible_case_ids(user))

    def open(self) -> CaseQuerySet:
        """Cases that are not closed."""
        return self.filter(closed_at__isnull=True)


class Case(models.Model):
    """One case. Only the actions write it, and each leaves an event in the log.

    ``stage`` and ``outcome`` are codes of the pack; what they mean stands in ``pack_version``, which stays what it
    was at the beginning until somebody moves the case to another version on purpose.
    """

    number = models.CharField(_("case number"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"), blank=True, default="")
    pack_version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="cases")
    stage = models.CharField(_("stage"), max_length=40)
    stage_since = models.DateTimeField(default=timezone.now)
    origin = models.CharField(
        _("existing or new"), max_length=8, choices=Origin.choices, default=Origin.UNKNOWN
    )
    admin_code = models.CharField(_("area code"), max_length=6, blank=True, default="")
    owner_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases_owned")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    returned_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="returns"
    )
    outcome = models.CharField(_("outcome"), max_length=40, blank=True, default="")
    outcome_note = models.TextField(blank=True, default="")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cases_opened"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at", "-id")
        indexes = (
            models.Index(fields=("stage", "-updated_at"), name="case_by_stage"),
            models.Index(fields=("admin_code", "-updated_at"), name="case_by_area"),
            models.Index(fields=("owner_unit", "-updated_at"), name="case_by_owner"),
        )
        constraints = (
            models.CheckConstraint(
                name="closed_case_has_outcome",
                condition=models.Q(closed_at__isnull=True) | ~models.Q(outcome=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether the case is still worked on."""
        return self.closed_at is None
