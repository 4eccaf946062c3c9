"""Measures: what a department does to premises, devices, parties or supply, on which provision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import EncryptedTextField
from gridcanary.accounts.models import Membership, Unit, User
from gridcanary.casework.models import Case, CaseSite
from gridcanary.enforcement import authority
from gridcanary.enforcement.models.party import Party


class MeasureState(models.TextChoices):
    """Where a measure stands."""

    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    IN_FORCE = "in_force", _("In force")
    ENDED = "ended", _("Finished")
    CONVERTED = "converted", _("Turned into a decision")
    LIFTED = "lifted", _("Lifted")


OPEN_STATES = (MeasureState.PROPOSED, MeasureState.APPROVED, MeasureState.IN_FORCE)
"""A case can't close over a measure in one of these."""


class SubjectKind(models.TextChoices):
    """What a measure is directed at."""

    SITE = "site", _("Premises of the case")
    DEVICES = "devices", _("Machines and other things")
    PARTY = "party", _("A party")
    SUPPLY = "supply", _("Electricity supply")


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Measures, with who may see them and no way around the pack."""

    def visible_to(self, user: User) -> MeasureQuerySet:
        """Measures of the cases that the person sees."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self) -> MeasureQuerySet:
        """Those that are not finished."""
        return self.filter(state__in=OPEN_STATES)

    def bulk_create(self, objs: Iterable[Measure], *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse, because each measure is asked of the pack when it is saved."""
        raise ValidationError(_("Measures are saved one by one."))

    def update(self, **kwargs: Any) -> int:
        """Refuse to change what the pack was asked about."""
        if not Measure.ASKED.isdisjoint(kwargs):
            raise ValidationError(_("Measure, legal basis and department can't be changed; propose anew."))
        return super().update(**kwargs)


class Measure(models.Model):
    """One measure. What the pack of its case forbids can't be saved: ``save`` asks it.

    Measure, basis and unit stay what they were; another combination is another measure.
    """

    ASKED = frozenset({"case", "case_id", "code", "basis", "unit", "unit_id", "track"})

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="measures")
    code = models.CharField(_("measure"), max_length=64)
    track = models.CharField(_("track"), max_length=16, editable=False)
    basis = models.CharField(_("legal basis"), max_length=64)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="measures", verbose_name=_("department")
    )
    subject_kind = models.CharField(_("directed at"), max_length=8, choices=SubjectKind.choices)
    site = models.ForeignKey(
        CaseSite,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("premises"),
    )
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("party"),
    )
    subject_text = models.TextField(_("what exactly"), blank=True, default="")
    grounds = models.TextField(_("facts that it rests on"))
    state = models.CharField(max_length=10, choices=MeasureState.choices, default=MeasureState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    warrant_no = models.CharField(_("number of the court's warrant"), max_length=80, blank=True, default="")
    witness = EncryptedTextField(_("witness"), kind="name", blank=True, default="")
    no_witness_reason = models.CharField(_("why no witness"), max_length=300, blank=True, default="")
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    result = models.TextField(_("result"), blank=True, default="")
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("case", "state"), name="measure_by_state"),
            models.Index(fields=("unit", "state"), name="measure_by_unit"),
        )
        constraints = (
            models.CheckConstraint(
                name="measure_in_force_started",
                condition=~models.Q(state__in=("in_force", "ended", "converted", "lifted"))
                | models.Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finished_measure_ended",
                condition=~models.Q(state__in=("ended", "converted", "lifted"))
                | models.Q(ended_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}: {self.code} / {self.basis}"

    @property
    def subject(self) -> str:
        """How approvals and clocks name this measure."""
        return f"measure:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is not finished."""
        return self.state in OPEN_STATES

    def clean(self) -> None:
        """Ask the pack, and see that premises and party belong to the case.

        Raises:
            ValidationError: the pack forbids it, with the pack's reason; or the subject is incomplete.
        """
        if self.unit_id is None or self.case_id is None:
            return  # the fields' own errors say so
        refusal = authority.refusal(self.case, self.code, self.basis, self.unit)
        if refusal:
            raise ValidationError(refusal)
        self._clean_subject()

    def _clean_subject(self) -> None:
        for held in (self.site, self.party):
            if held is not None and held.case_id != self.case_id:
                raise ValidationError(_now("Premises and parties must be those of this case."))
        named = {SubjectKind.SITE: self.site, SubjectKind.PARTY: self.party}
        wanted = named.get(self.subject_kind, self.subject_text.strip())  # type: ignore[call-overload]
        if not wanted:
            field = {SubjectKind.SITE: "site", SubjectKind.PARTY: "party"}.get(
                self.subject_kind,  # type: ignore[call-overload]
                "subject_text",
            )
            raise ValidationError({field: _now("Say what the measure is directed at.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new measure only after the pack allowed it, a stored one only without changing what it allowed."""
        if self._state.adding:
            self.clean()
            self.track = authority.track(self.case, self.code)
        elif self.ASKED & set(kwargs.get("update_fields") or self.ASKED):
            stored = Measure.objects.filter(pk=self.pk)
            if not stored.filter(
                case=self.case_id, code=self.code, basis=self.basis, unit=self.unit_id, track=self.track
            ).exists():
                raise ValidationError(
                    _("Measure, legal basis and department can't be changed; propose anew.")
                )
        super().save(*args, **kwargs)


class MeasureOfficer(models.Model):
    """An officer who takes part in a measure, with the certificate held on that day."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="officers")
    post = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    certificate_no = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(name="officer_named_once", fields=("measure", "post")),)

    def __str__(self) -> str:
        return f"{self.post.user} {self.certificate_no}".strip()
