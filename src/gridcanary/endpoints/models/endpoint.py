"""An endpoint: one end of conversations, known by its keyed pseudonym alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit, User
from gridcanary.accounts.queries import units_below
from gridcanary.casework.sharing import visible_case_ids

SHORT = 12


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Endpoints, with the one method that decides what anybody sees."""

    def visible_to(self, user: User) -> EndpointQuerySet:
        """Those that the person's units imported, in the person's area, and those of cases that the person sees."""
        if not user.is_active:
            return self.none()
        own = models.Q(unit__in=units_below(user))
        if user.area_prefix:
            own &= models.Q(admin_code__startswith=user.area_prefix)
        return self.filter(own | models.Q(pk__in=self._in_cases(user)))

    @staticmethod
    def _in_cases(user: User) -> models.QuerySet[Any, Any]:
        from gridcanary.endpoints.models.premises import TakenUp  # that model names this one

        return TakenUp.objects.filter(case__in=visible_case_ids(user)).values("endpoint_id")


class Endpoint(models.Model):
    """One client end that a unit imported. Another unit's key gives the same line another pseudonym.

    ``aside_*`` say why somebody set it aside; empty while it is on the desk.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(_("pseudonym"), max_length=40)
    admin_code = models.CharField(_("area code"), max_length=6, blank=True, default="", db_index=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(db_index=True)
    aside_reason = models.TextField(blank=True, default="")
    aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    aside_at = models.DateTimeField(null=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("unit", "pseudonym"), name="endpoint_once_a_unit"),)

    def __str__(self) -> str:
        return self.short

    @property
    def short(self) -> str:
        """The beginning of the pseudonym, enough to tell it from others on a page."""
        return f"{self.pseudonym[:SHORT]}…"
