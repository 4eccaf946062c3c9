"""Departments as a tree, and what a person is in each of them."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CODE_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
"""Lower case and no slash, because codes are the parts of a path and SQLite compares prefixes without case."""

UNIT_KINDS = {
    "local_government": _("Local government"),
    "energy": _("Development and reform (energy)"),
    "police": _("Public security"),
    "samr": _("Market supervision"),
    "utility": _("Power company"),
    "finance": _("Financial regulation"),
    "treasury": _("Finance (treasury)"),
    "cyberspace": _("Cyberspace administration"),
    "telecom": _("Telecommunications"),
    "tax": _("Taxation"),
    "fire": _("Fire and rescue"),
    "prosecution": _("Procuratorate"),
    "judiciary": _("Courts"),
    "supervision": _("Discipline inspection and supervision"),
}
"""Names of the department kinds that most packs use. A pack may bring others, which show as their code."""


class Role(models.TextChoices):
    """What a person does in a unit."""

    OFFICER = "officer", _("Officer")
    APPROVER = "approver", _("Approver")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    ANALYST = "analyst", _("Load analyst")
    SUPERVISOR = "supervisor", _("Supervisor")
    CLERK = "clerk", _("Clerk")
    ADMINISTRATOR = "administrator", _("Administrator")


class Unit(models.Model):
    """A department: ``kind`` says which one in the words of the jurisdiction packs, ``path`` where it stands.

    ``path`` is the codes from the root down, each with a slash after it (``sd/jining/jining-energy/``), so that
    everything below a unit is one prefix. Only the actions write it.
    """

    code = models.CharField(
        _("unit code"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, _("Lower-case letters, digits and hyphens."))],
    )
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True, default="")
    kind = models.CharField(
        _("kind of department"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("A department kind as the packs name it."))],
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=500, unique=True, editable=False)
    admin_code = models.CharField(
        _("area code"),
        max_length=6,
        blank=True,
        default="",
        validators=[RegexValidator(r"^(\d{2}){0,3}$", _("Two, four or six digits of a GB/T 2260 code."))],
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("path",)
        constraints = (models.CheckConstraint(name="unit_path_ends", condition=models.Q(path__endswith="/")),)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page; the Chinese one where there is no English one."""
        if (get_language() or "").startswith("zh"):
            return self.name_zh
        return self.name_en or self.name_zh

    @property
    def kind_name(self) -> str:
        """The kind in the language of the page; its code where no name is known."""
        return str(UNIT_KINDS.get(self.kind, self.kind))

    @property
    def depth(self) -> int:
        """How many units stand above this one."""
        return self.path.count("/") - 1

    def covers(self, other: Unit) -> bool:
        """Whether the other unit is this one or stands below it."""
        return other.path.startswith(self.path)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, with the question of when."""

    def on(self, day: dt.date) -> MembershipQuerySet:
        """Those that hold on a day, in units that are active."""
        return self.filter(
            models.Q(until__isnull=True) | models.Q(until__gte=day), since__lte=day, unit__active=True
        )


class Membership(models.Model):
    """That a person has a role in a unit for a time. Ended by a date, never deleted: old papers name it.

    ``since`` and ``until`` are the first and the last day. A post that was ended on its first day has a last day
    before it and never held. ``given_by`` is ``oidc`` where the identity provider's claims gave it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    certificate_no = models.CharField(_("law-enforcement certificate"), max_length=40, blank=True, default="")
    certified_until = models.DateField(_("certificate valid until"), null=True, blank=True)
    is_primary = models.BooleanField(_("main post"), default=False)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    given_by = models.CharField(max_length=8, blank=True, default="", editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("-is_primary", "id")
        constraints = (
            models.UniqueConstraint(
                name="one_main_post",
                fields=("user",),
                condition=models.Q(is_primary=True, until__isnull=True),
            ),
            models.UniqueConstraint(
                name="role_held_once",
                fields=("user", "unit", "role"),
                condition=models.Q(until__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.get_role_display()}"

    def is_certified(self, day: dt.date | None = None) -> bool:
        """Whether the person may act as a certified officer of this unit.

        Args:
            day: the day of the act; today when left out.

        Returns:
            True with a certificate number whose last day has not passed.
        """
        day = day or timezone.localdate()
        return bool(self.certificate_no) and (self.certified_until is None or self.certified_until >= day)
