"""A tip: what somebody noticed, where and when."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import EncryptedTextField
from gridcanary.accounts.models import Unit, User
from gridcanary.accounts.queries import units_below
from gridcanary.custody.models import Event
from gridcanary.tips.models.lead import TipLead


class Channel(models.TextChoices):
    """How a tip came."""

    WEB = "web", _("On the web")
    TELEPHONE = "telephone", _("By telephone")
    LETTER = "letter", _("By letter")
    VISIT = "visit", _("In person")


class TimeOfDay(models.TextChoices):
    """When in the day; ``Tip.hours`` holds the codes with commas between them."""

    MORNING = "morning", _("In the morning")
    AFTERNOON = "afternoon", _("In the afternoon")
    EVENING = "evening", _("In the evening")
    NIGHT = "night", _("At night")
    ALWAYS = "always", _("Day and night alike")


class PlaceKind(models.TextChoices):
    """How exactly the reporter knows where."""

    ADDRESS = "address", _("An address or a description")
    PIN = "pin", _("A point on the map")
    TOWN = "town", _("Only the town")


class TipState(models.TextChoices):
    """What the reporter is told: received, being checked, and then one of three ends."""

    RECEIVED = "received", _("Report received")
    CHECKED = "checked", _("Being checked")
    ACTED = "acted", _("Acted on")
    NOTHING = "nothing", _("Checked, nothing found")
    NOT_OURS = "not_ours", _("Not for us")


ENDS = (TipState.ACTED, TipState.NOTHING, TipState.NOT_OURS)


class TipQuerySet(models.QuerySet["Tip"]):
    """Tips, with the one method that decides what anybody sees."""

    def visible_to(self, user: User) -> TipQuerySet:
        """Those of the person's units and branches, in the person's area; without an area to all of these."""
        if not user.is_active:
            return self.none()
        seen = self.filter(unit__in=units_below(user))
        if user.area_prefix:
            seen = seen.filter(models.Q(admin_code="") | models.Q(admin_code__startswith=user.area_prefix))
        return seen


class Tip(models.Model):
    """One tip. Only the actions write it. It holds nothing of the device or line that it came over.

    ``receipt_digest`` is the only trace of an anonymous reporter's receipt: hexadecimal Argon2id, see ``receipts``.
    Coordinates are WGS-84. ``received_on`` has no time of day for anonymous tips, so that a log of somebody else's
    can't be laid beside it. ``event`` in the log bears the day too, and a commitment to what the reporter wrote
    (``commitments``). ``passed_to`` names the office that a tip which isn't ours went to; ``reminded`` holds the
    reminders that were made, as ``clock:why``.
    """

    reference = models.CharField(_("reference"), max_length=24, unique=True)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.WEB)
    language = models.CharField(max_length=8, default="zh")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField(_("received on"), default=timezone.localdate)
    cues = models.JSONField(_("what was noticed"), default=list)
    told = EncryptedTextField(_("in the reporter's words"), kind="text", blank=True, default="")
    place_kind = models.CharField(max_length=8, choices=PlaceKind.choices, default=PlaceKind.ADDRESS)
    place = EncryptedTextField(_("place as told"), kind="address", blank=True, default="")
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    admin_code = models.CharField(_("area code"), max_length=6, blank=True, default="", db_index=True)
    premises_id = models.CharField(_("premises"), max_length=64, blank=True, default="", db_index=True)
    place_state = models.CharField(max_length=12, blank=True, default="")
    place_candidates = models.JSONField(default=list, blank=True)
    seen_first = models.DateField(_("seen since"), null=True, blank=True)
    seen_last = models.DateField(_("last seen"), null=True, blank=True)
    hours = models.CharField(_("time of day"), max_length=60, blank=True, default="")
    is_named = models.BooleanField(default=False)
    receipt_digest = models.CharField(max_length=64, unique=True, null=True, blank=True, default=None)
    receipt_repeated = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=TipState.choices, default=TipState.RECEIVED)
    state_on = models.DateField(default=timezone.localdate)
    lead = models.ForeignKey(TipLead, on_delete=models.PROTECT, null=True, blank=True, related_name="tips")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    passed_to = models.CharField(_("passed on to"), max_length=120, blank=True, default="")
    reminded = models.JSONField(default=list, blank=True)
    flags = models.JSONField(default=list, blank=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = TipQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("unit", "state", "-id"), name="tip_by_unit"),)

    def __str__(self) -> str:
        return self.reference


class Reporter(models.Model):
    """Who told, where they wished to say so. Kept apart, encrypted; reading it needs a reason and a second person.

    ``answer_due`` is the day by which the pack's clock wants them told what was decided: at first the latest possible,
    from the decision on the one that follows from it. ``answered_on`` is the day on which they were.
    """

    tip = models.OneToOneField(Tip, on_delete=models.CASCADE, related_name="reporter")
    name = EncryptedTextField(_("name"), kind="name", blank=True, default="")
    phone = EncryptedTextField(_("telephone"), kind="phone", blank=True, default="")
    contact = EncryptedTextField(_("other contact"), kind="text", blank=True, default="")
    answer_due = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.name)


def open_tips(user: User) -> Any:
    """Tips that somebody must still look at, oldest first."""
    return Tip.objects.visible_to(user).exclude(state__in=ENDS).order_by("id")
