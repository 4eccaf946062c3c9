"""Reading everything again: each event, each signature, each stored object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from gridcanary.custody.checkpoint_actions import full_note
from gridcanary.custody.events import Checkpoint, Event, MarkKind, TreeNode
from gridcanary.custody.evidence_actions import item_facts, link_facts
from gridcanary.custody.items import CustodyEvent, EvidenceItem
from gridcanary.custody.places import log_key, object_store, witness_keys
from gridcanary.custody.triggers import missing_triggers
from gridcanary.evidence.canonical import canonical, utc_text
from gridcanary.evidence.checkpoint import Checkpoint as SignedCheckpoint
from gridcanary.evidence.digests import sm3_hex
from gridcanary.evidence.errors import EvidenceError, KeyFault, NoteFault, TimestampFault
from gridcanary.evidence.leaf import NO_PREDECESSOR
from gridcanary.evidence.merkle import TILE_WIDTH, Frontier, fold, leaf_hash
from gridcanary.evidence.note import PLAIN
from gridcanary.evidence.timestamp import stamped_at

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was recorded.

    Args:
        place: what it is about, as ``event 17`` or ``object 3f0c…``.
        problem: a clause without a full stop.
    """

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


@dataclass(slots=True)
class LogReport:
    """What reading everything again found.

    Args:
        events: how many were read.
        root: of the tree over them.
        checkpoints: how many were checked.
        objects: how many stored contents were read.
        object_bytes: how much they hold.
        faults: empty where all is as it was recorded.
        notes: not wrong, but worth knowing.
    """

    events: int = 0
    root: bytes = b""
    checkpoints: int = 0
    objects: int = 0
    object_bytes: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Nothing is wrong."""
        return not self.faults


Progress = Callable[[str, int], None]
"""Told of each batch: what is being read, and how many so far."""


def verify_all(progress: Progress | None = None, *, objects: bool = True) -> LogReport:
    """Read the log and the store again, and compare everything with everything.

    Args:
        progress: told of each batch.
        objects: also read the stored contents, which takes as long as reading the disk.

    Returns:
        What was found. Faults are data here; nothing is raised for them.
    """
    report = LogReport()
    tell = progress or (lambda _what, _count: None)
    for name in missing_triggers(connection):
        report.faults.append(Fault(f"trigger {name}", "is missing: the database no longer refuses changes"))
    _check_events(report, tell)
    _check_items(report)
    if objects:
        _check_objects(report, tell)
    return report


def _check_events(report: LogReport, tell: Progress) -> None:
    checkpoints = {signed.size: signed for signed in Checkpoint.objects.all()}
    frontier, previous_sm3, row = Frontier(), NO_PREDECESSOR, list[bytes]()
    for event in _events():
        leaf = leaf_hash(event.entry.encode())
        for problem in _event_problems(event, frontier.size, leaf, previous_sm3):
            report.faults.append(Fault(f"event {event.seq}", problem))
        frontier.append(leaf)
        row.append(leaf)
        if len(row) == TILE_WIDTH:
            _check_nodes(report, frontier, fold(row))
            row.clear()
        previous_sm3 = sm3_hex(event.entry.encode())
        if frontier.size in checkpoints:
            _check_checkpoint(report, checkpoints.pop(frontier.size), frontier.root())
        if frontier.size % BATCH == 0:
            tell("events", frontier.size)
    for size in sorted(checkpoints):
        report.faults.append(
            Fault(f"checkpoint {size}", f"was signed, but the log has only {frontier.size} events")
        )
    report.events, report.root = frontier.size, frontier.root()


def _events() -> Iterator[Event]:
    """All events in order, in steps, so that a long log is never in memory at once."""
    last = -1
    while batch := list(Event.objects.filter(seq__gt=last).select_related("actor").order_by("seq")[:BATCH]):
        yield from batch
        last = batch[-1].seq


def _event_problems(event: Event, place: int, leaf: bytes, previous_sm3: str) -> Iterator[str]:
    if event.seq != place:
        yield f"stands at place {place}: events before it are missing"
    if leaf != bytes(event.leaf_hash):
        yield "its text was changed: it has another hash"
    try:
        entry = json.loads(event.entry)
        said = (entry["seq"], entry["at"], entry["actor"], entry["unit"], entry["case"], entry["kind"])
        chain = entry["prev_sm3"]
    except (ValueError, KeyError, TypeError):
        yield "its text is no event"
        return
    actor = event.actor.get_username() if event.actor else ""
    at = utc_text(event.occurred_at)
    if said != (event.seq, at, actor, event.unit_code, event.case_ref, event.kind):
        yield "its columns say something else than its text"
    if chain != previous_sm3:
        yield "does not follow the event before it: the SM3 chain is broken"


def _check_nodes(report: LogReport, frontier: Frontier, tile: bytes) -> None:
    """Compare the stored node of the last 256 events; those above are computed from such nodes alone."""
    number = frontier.size // TILE_WIDTH - 1
    stored = TreeNode.objects.filter(level=8, number=number).values_list("node_hash", flat=True).first()
    if stored is None or bytes(stored) != tile:
        report.faults.append(Fault(f"tree node 8/{number}", "is missing or was changed"))
    if (number + 1) % TILE_WIDTH == 0:
        _check_upper(report, 16, (number + 1) // TILE_WIDTH - 1)


def _check_upper(report: LogReport, level: int, number: int) -> None:
    below = TreeNode.objects.filter(
        level=level - 8, number__gte=number * TILE_WIDTH, number__lt=(number + 1) * TILE_WIDTH
    )
    hashes = [bytes(one) for one in below.order_by("number").values_list("node_hash", flat=True)]
    stored = TreeNode.objects.filter(level=level, number=number).values_list("node_hash", flat=True).first()
    if stored is None or len(hashes) != TILE_WIDTH or bytes(stored) != fold(hashes):
        report.faults.append(Fault(f"tree node {level}/{number}", "is missing or was changed"))
    if (number + 1) % TILE_WIDTH == 0:
        _check_upper(report, level + 8, (number + 1) // TILE_WIDTH - 1)


def _check_checkpoint(report: LogReport, signed: Checkpoint, root: bytes) -> None:
    place = f"checkpoint {signed.size}"
    report.checkpoints += 1
    if bytes(signed.root) != root:
        report.faults.append(Fault(place, "was signed for other events than those stored now"))
    try:
        note = full_note(signed)
        held = note.checked([log_key().verifier, *witness_keys()])
        said = SignedCheckpoint.parse(note.text)
        if all(key.kind != PLAIN for key in held):
            raise NoteFault("the log's own signature does not hold")
        if (said.size, said.root) != (signed.size, bytes(signed.root)):
            raise NoteFault("its text says something else than its columns")
        for mark in signed.marks.exclude(kind=MarkKind.COSIGNATURE):
            stamped_at(bytes(mark.content), note.text.encode())
    except (NoteFault, TimestampFault, KeyFault) as error:
        report.faults.append(Fault(place, str(error)))


def _check_items(report: LogReport) -> None:
    for item in EvidenceItem.objects.select_related("event", "parent").iterator(BATCH):
        if item.event.body != item_facts(item):
            report.faults.append(Fault(f"item {item.ref}", "is not what the log says of it"))
    for link in CustodyEvent.objects.select_related("event", "item").iterator(BATCH):
        if canonical(link.event.body) != canonical(link_facts(link)):
            report.faults.append(
                Fault(f"custody of {link.item.ref}, {link.act}", "is not what the log says of it")
            )


def _check_objects(report: LogReport, tell: Progress) -> None:
    store = object_store()
    known = EvidenceItem.objects.exclude(sha256="").values_list("sha256", "sm3", "size_bytes")
    wanted = {sha256: (sm3, size_bytes) for sha256, sm3, size_bytes in known.iterator(BATCH)}
    present = set(store.names())
    for sha256 in sorted(present | wanted.keys()):
        try:
            digests = store.verify(sha256)
        except (EvidenceError, OSError) as error:
            report.faults.append(Fault(f"object {sha256}", str(error)))
            continue
        report.objects += 1
        report.object_bytes += digests.size_bytes
        if sha256 not in wanted:
            report.notes.append(
                f"object {sha256} belongs to no item: it was stored, and its recording failed"
            )
        elif (digests.sm3, digests.size_bytes) != wanted[sha256]:
            report.faults.append(Fault(f"object {sha256}", "has another SM3 digest or size than recorded"))
        tell("objects", report.objects)
    for path in store.strangers():
        report.notes.append(f"{path} is no object of the store")
