"""Tables of the event log: events, nodes of the tree over them, checkpoints and what others signed to these."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from gridcanary.custody.append_only import AppendOnlyModel, AppendOnlyQuerySet
from gridcanary.evidence.errors import ProofFault
from gridcanary.evidence.note import Note


class Event(AppendOnlyModel):
    """One event of the whole system, numbered from 0 without gaps.

    ``entry`` is what counts: the canonical JSON that is hashed, signed for and exported. The other columns repeat
    what is in it, for searching; verification compares them.
    """

    seq = models.BigIntegerField(primary_key=True)
    occurred_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="recorded_events"
    )
    unit_code = models.CharField(max_length=64, blank=True, default="")
    case_ref = models.CharField(max_length=64, blank=True, default="")
    kind = models.CharField(max_length=64)
    entry = models.TextField()
    leaf_hash = models.BinaryField(max_length=32)

    objects = AppendOnlyQuerySet["Event"].as_manager()

    class Meta:
        ordering = ("seq",)
        indexes = (
            models.Index(fields=("case_ref", "seq"), name="event_by_case"),
            models.Index(fields=("kind", "seq"), name="event_by_kind"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"

    @cached_property
    def body(self) -> dict[str, Any]:
        """The facts of the event, read once; copy it before changing anything."""
        found: dict[str, Any] = json.loads(self.entry)["body"]
        return found


class TreeNode(AppendOnlyModel):
    """Root of a complete subtree of 256, 65,536, … events, kept so that a proof reads few rows."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    node_hash = models.BinaryField(max_length=32)

    objects = AppendOnlyQuerySet["TreeNode"].as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(name="tree_node_once", fields=("level", "number")),)

    def __str__(self) -> str:
        return f"level {self.level}, number {self.number}"


class Checkpoint(AppendOnlyModel):
    """What the log committed itself to at one size, signed."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note_text = models.TextField()
    made_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Checkpoint"].as_manager()

    class Meta:
        ordering = ("size",)

    def __str__(self) -> str:
        return f"checkpoint of {self.size} events"

    @property
    def note(self) -> Note:
        """As signed by the log, without the witnesses' signatures."""
        return Note.parse(self.note_text)


class MarkKind(models.TextChoices):
    """What somebody else added to a checkpoint."""

    COSIGNATURE = "cosignature", _("Witness's signature")
    TIMESTAMP = "timestamp", _("Time stamp (RFC 3161)")
    OWN_TIMESTAMP = "own_timestamp", _("Time stamp of this system's own authority, not independent")


class CheckpointMark(AppendOnlyModel):
    """A witness's signature or a time stamp for a checkpoint."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=16, choices=MarkKind.choices)
    signer = models.CharField(max_length=200)
    content = models.BinaryField()
    added_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["CheckpointMark"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} by {self.signer}"


class StoredHashes:
    """The tree's hashes as the tables hold them, a HashSource of ``gridcanary.evidence.merkle``."""

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """As HashSource asks."""
        if level == 0:
            rows = Event.objects.filter(seq__gte=start, seq__lt=start + count).order_by("seq")
            found = [bytes(hash_) for hash_ in rows.values_list("leaf_hash", flat=True)]
        else:
            nodes = TreeNode.objects.filter(level=level, number__gte=start, number__lt=start + count)
            found = [bytes(hash_) for hash_ in nodes.order_by("number").values_list("node_hash", flat=True)]
        if len(found) != count:
            raise ProofFault(f"the log lacks hashes of level {level} from {start}")
        return found
