"""What others read of the log. Who may see a case's events is for casework to decide: pass its references."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from gridcanary.custody.events import Checkpoint, CheckpointMark, Event, MarkKind
from gridcanary.custody.items import CustodyEvent, EvidenceItem


def log_size() -> int:
    """Number of events."""
    last = Event.objects.order_by("-seq").values_list("seq", flat=True).first()
    return 0 if last is None else int(last) + 1


def events_of(case_ref: str) -> QuerySet[Event]:
    """Events of a case, oldest first."""
    found: QuerySet[Event] = Event.objects.filter(case_ref=case_ref).order_by("seq")
    return found


def events_of_kinds(kinds: Iterable[str]) -> QuerySet[Event]:
    """Events of some kinds, oldest first."""
    found: QuerySet[Event] = Event.objects.filter(kind__in=list(kinds)).order_by("seq")
    return found


def items_of(case_ref: str) -> QuerySet[EvidenceItem]:
    """Evidence of a case with its chain of custody, oldest first."""
    found: QuerySet[EvidenceItem] = EvidenceItem.objects.filter(case_ref=case_ref).prefetch_related("custody")
    return found


def custody_of(item: EvidenceItem) -> QuerySet[CustodyEvent]:
    """An item's chain of custody, oldest first."""
    found: QuerySet[CustodyEvent] = CustodyEvent.objects.filter(item=item).order_by("id")
    return found


def latest_checkpoint() -> Checkpoint | None:
    """The checkpoint of the greatest size; None before the first."""
    found: Checkpoint | None = Checkpoint.objects.order_by("-size").first()
    return found


def cosigned_size(witness: str, at_most: int) -> int:
    """Size of the greatest checkpoint that a witness cosigned.

    Args:
        witness: name of its key.
        at_most: of the sizes up to this one.

    Returns:
        0 where it cosigned none.
    """
    marks = CheckpointMark.objects.filter(
        kind=MarkKind.COSIGNATURE, signer=witness, checkpoint__size__lte=at_most
    )
    size = marks.order_by("-checkpoint__size").values_list("checkpoint__size", flat=True).first()
    return int(size or 0)
