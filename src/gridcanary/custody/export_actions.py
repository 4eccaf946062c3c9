"""Exporting a case as a bag that anybody can check without this system."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from gridcanary import __version__
from gridcanary.accounts.models import User
from gridcanary.custody.checkpoint_actions import checkpoint, full_note, stamp
from gridcanary.custody.events import Checkpoint, Event, MarkKind, StoredHashes
from gridcanary.custody.evidence_actions import add_custody
from gridcanary.custody.handling import Handling
from gridcanary.custody.items import Act, EvidenceItem
from gridcanary.custody.log_actions import record
from gridcanary.custody.places import log_key, object_store, witness_keys
from gridcanary.custody.queries import events_of, items_of
from gridcanary.evidence import bag
from gridcanary.evidence.canonical import plain
from gridcanary.evidence.merkle import inclusion_proof
from gridcanary.evidence.note import Note
from gridcanary.evidence.tlog_proof import TlogProof

STAMP_KINDS = (MarkKind.TIMESTAMP, MarkKind.OWN_TIMESTAMP)


def export_case(
    case_ref: str,
    folder: Path,
    *,
    actor: User | None,
    case: Mapping[str, Any] | None = None,
    documents: Mapping[str, bytes | Path] | None = None,
    reason: str = "",
    unit_code: str = "",
) -> Path:
    """Write everything about a case into a BagIt bag.

    That it was exported, with the digests of the case file and the documents, is recorded first, so that the bag's own
    proofs cover them too.

    Args:
        case_ref: the case.
        folder: of the bag; must not exist.
        actor: who exports.
        case: the case as it stands, for ``case.json``.
        documents: file name to content or path.
        reason: why, or for whom.
        unit_code: unit that the actor acts for.

    Returns:
        The folder.

    Raises:
        EvidenceError: the folder exists, or the content of an item is missing or was changed.
    """
    writer = bag.BagWriter(folder)
    try:
        items = list(items_of(case_ref))
        files = _write_files(writer, {"case_ref": case_ref, **(case or {})}, documents or {})
        places = _write_evidence(writer, items)
        _record_export(case_ref, items, files, actor=actor, reason=reason, unit_code=unit_code)
        signed = checkpoint()
        if not signed.marks.filter(kind__in=STAMP_KINDS).exists():
            stamp(signed)
        _write_log(writer, case_ref, signed, places)
        key = log_key()
        return writer.close(_info(case_ref, actor, unit_code), key, [key.verifier, *witness_keys()])
    except BaseException:
        writer.discard()
        raise


def _write_files(
    writer: bag.BagWriter, case: Mapping[str, Any], documents: Mapping[str, bytes | Path]
) -> dict[str, str]:
    """Case file and documents; path to SHA-256."""
    text = json.dumps(plain(case, "case"), ensure_ascii=False, indent=1, sort_keys=True)
    found = {bag.CASE: writer.add(bag.CASE, f"{text}\n".encode()).sha256}
    for name, content in documents.items():
        path = _free(bag.DOCUMENTS + bag.safe_name(name), found)
        raw = content if isinstance(content, bytes) else content.read_bytes()
        found[path] = writer.add(path, raw).sha256
    return found


def _free(path: str, taken: Iterable[str]) -> str:
    """The path, or one with a number where it is taken; letter case doesn't tell files apart everywhere."""
    known = {name.casefold() for name in taken}
    stem, dot, ending = path.rpartition(".")
    candidate, number = path, 2
    while candidate.casefold() in known:
        candidate = f"{stem} ({number}){dot}{ending}" if dot else f"{path} ({number})"
        number += 1
    return candidate


def _write_evidence(writer: bag.BagWriter, items: list[EvidenceItem]) -> dict[str, str]:
    """Contents of the evidence; the item's reference to its path."""
    store, places = object_store(), {}
    for item in items:
        if item.sha256:
            path = f"{bag.EVIDENCE}{item.ref}/{bag.safe_name(item.filename or item.kind)}"
            writer.add(path, store.pieces(item.sha256))
            places[item.ref] = path
    return places


def _record_export(
    case_ref: str,
    items: list[EvidenceItem],
    files: Mapping[str, str],
    *,
    actor: User | None,
    reason: str,
    unit_code: str,
) -> None:
    for item in items:
        add_custody(item, Act.EXPORTED, actor=actor, handling=Handling(note=reason), unit_code=unit_code)
    body = {"files": dict(files), "reason": reason}
    record("case.exported", actor=actor, unit_code=unit_code, case_ref=case_ref, body=body)


def _write_log(writer: bag.BagWriter, case_ref: str, signed: Checkpoint, places: Mapping[str, str]) -> None:
    events = list(events_of(case_ref).filter(seq__lt=signed.size))
    note = full_note(signed)
    writer.add(bag.EVENTS, "".join(f"{event.entry}\n" for event in events).encode())
    _write_facts(writer, events, places)
    writer.add(bag.CHECKPOINT, str(note).encode())
    for event in events:
        writer.add(f"{bag.PROOFS}{event.seq}.tlog-proof", str(_proof(event, signed, note)).encode())
    stamps = signed.marks.filter(kind__in=STAMP_KINDS)
    for number, mark in enumerate(stamps, 1):
        writer.add(f"{bag.STAMPS}{number}.tsr", bytes(mark.content))


def _write_facts(writer: bag.BagWriter, events: list[Event], places: Mapping[str, str]) -> None:
    def line(event: Event, **more: Any) -> str:
        return json.dumps({"seq": event.seq, **more, "facts": event.body}, ensure_ascii=False) + "\n"

    taken = [event for event in events if event.kind in {"evidence.taken", "evidence.derived"}]
    lines = (line(event, path=places.get(event.body["item"], "")) for event in taken)
    writer.add(bag.ITEMS, "".join(lines).encode())
    custody = (line(event) for event in events if event.kind.startswith("custody."))
    writer.add(bag.CUSTODY, "".join(custody).encode())


def _proof(event: Event, signed: Checkpoint, note: Note) -> TlogProof:
    path = inclusion_proof(StoredHashes(), event.seq, signed.size)
    return TlogProof(event.seq, tuple(path), note)


def _info(case_ref: str, actor: User | None, unit_code: str) -> dict[str, str]:
    return {
        "Source-Organization": unit_code or settings.GRIDCANARY_LOG_NAME,
        "Contact-Name": actor.get_username() if actor else "",
        "External-Identifier": case_ref,
        "Bagging-Date": f"{timezone.localdate():%Y-%m-%d}",
        "Bag-Software-Agent": f"gridcanary {__version__}",
    }
