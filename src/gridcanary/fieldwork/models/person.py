"""Names in the record of a visit: encrypted, masked wherever they are shown, read only with a reason."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import EncryptedTextField
from gridcanary.accounts.models import User
from gridcanary.fieldwork.models.visit import Visit


class PersonPart(models.TextChoices):
    """What somebody did at a visit."""

    MET = "met", _("Person met")
    WITNESS = "witness", _("Witness")


class PersonQuerySet(models.QuerySet["VisitPerson"]):
    """Names, with who may know that they are there."""

    def visible_to(self, user: User) -> PersonQuerySet:
        """Those of visits that the person sees; reading one in clear still needs a reason and a second person."""
        return self.filter(visit__in=Visit.objects.visible_to(user))


class VisitPerson(models.Model):
    """The one person met, or the one witness, of a visit. Nothing but the name that the record needs."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="people")
    part = models.CharField(max_length=8, choices=PersonPart.choices)
    name = EncryptedTextField(_("name"), kind="name")

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(name="one_person_a_part", fields=("visit", "part")),)

    def __str__(self) -> str:
        return f"{self.get_part_display()} · {self.visit}"
