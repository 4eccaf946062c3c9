"""A paper of a case, from its first draft to its service or withdrawal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.models import Case


class State(models.TextChoices):
    """Where a paper stands."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    ISSUED = "issued", _("Issued")
    SERVED = "served", _("Served")
    WITHDRAWN = "withdrawn", _("Void")


IN_FORCE = (State.ISSUED, State.SERVED)
BEFORE_ISSUE = (State.DRAFT, State.IN_REVIEW, State.APPROVED)


class DocumentQuerySet(models.QuerySet["Document"]):
    """Papers, with who may see them."""

    def visible_to(self, user: User) -> DocumentQuerySet:
        """Papers of the cases that the person sees."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def in_force(self) -> DocumentQuerySet:
        """Issued and not withdrawn."""
        return self.filter(state__in=IN_FORCE)


class Document(models.Model):
    """One paper. ``code`` names its kind in the case's pack.

    The number is allotted in the transaction that issues the paper. It is never given twice: a withdrawn paper
    keeps it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="documents")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    series = models.CharField(max_length=160, blank=True, default="")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    seq = models.PositiveIntegerField(null=True, blank=True)
    number = models.CharField(max_length=200, blank=True, default="")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    event_seq = models.BigIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True, default="")
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("case", "state"), name="document_by_case"),)
        constraints = (
            models.UniqueConstraint(
                name="number_given_once",
                fields=("unit", "series", "year", "seq"),
                condition=models.Q(seq__isnull=False),
            ),
            models.UniqueConstraint(
                name="number_unique_in_unit", fields=("unit", "number"), condition=~models.Q(number="")
            ),
            models.CheckConstraint(
                name="issued_document_says_when",
                condition=~models.Q(state__in=("issued", "served")) | models.Q(issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="withdrawn_document_says_why",
                condition=~models.Q(state="withdrawn") | ~models.Q(withdrawal_reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    @property
    def is_in_force(self) -> bool:
        """Issued and not withdrawn."""
        return self.state in IN_FORCE

    @property
    def is_open(self) -> bool:
        """Not yet issued."""
        return self.state in BEFORE_ISSUE
