"""Checking an exported bag, apart from the verifier that travels with it: other code, the same findings."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate

from gridcanary.evidence.bag import (
    CHECKPOINT,
    CUSTODY,
    EVENTS,
    ITEMS,
    KEYS,
    LISTS,
    PROOFS,
    SIGNATURE,
    STAMPS,
    TAG_LISTS,
)
from gridcanary.evidence.checkpoint import Checkpoint
from gridcanary.evidence.digests import Digests, digest_file
from gridcanary.evidence.errors import EvidenceError, NoteFault, ProofFault, TimestampFault
from gridcanary.evidence.leaf import Entry, chained
from gridcanary.evidence.note import COSIGNATURE, PLAIN, Note, VerifierKey
from gridcanary.evidence.timestamp import check_authority, stamped_at
from gridcanary.evidence.tlog_proof import TlogProof

_LINE = re.compile(r"([0-9a-f]{64})  ([^ ].*)")


@dataclass(slots=True)
class BagReport:
    """What was found.

    Args:
        faults: path and code; the codes are those of the verifier in the bag. Empty where the bag is intact.
        log: name of the log.
        size: events in it.
        root: its root in hexadecimal.
        keys: public keys that were used.
        trusted: whether they were given, and don't come from the bag itself.
        witnesses: name and time (seconds since 1970) of each cosignature.
        time_stamps: times that stamps state.
        events: events in the bag.
        items: items of evidence with content.
    """

    faults: set[tuple[str, str]] = field(default_factory=set)
    log: str = ""
    size: int = 0
    root: str = ""
    keys: list[VerifierKey] = field(default_factory=list)
    trusted: bool = False
    witnesses: list[tuple[str, int]] = field(default_factory=list)
    time_stamps: list[str] = field(default_factory=list)
    events: int = 0
    items: int = 0

    @property
    def intact(self) -> bool:
        """Nothing is wrong."""
        return not self.faults


def verify_bag(
    folder: Path, *, keys: Sequence[VerifierKey] = (), roots: Sequence[Certificate] = ()
) -> BagReport:
    """Check an exported bag.

    Args:
        folder: the bag.
        keys: keys to trust; those in the bag where there are none.
        roots: certificates that the time stamps' signatures must lead to; not checked where there are none.

    Returns:
        What was found.

    Raises:
        EvidenceError: there is no such folder.
    """
    if not folder.is_dir():
        raise EvidenceError(f"{folder}: is no folder")
    checked = _Checked(folder, list(keys), list(roots))
    checked.files()
    if not checked.report.faults & {(name, "missing") for name in (SIGNATURE, *TAG_LISTS.values())}:
        checked.signed_lists()
    if checked.report.intact:
        checked.log()
    return checked.report


class _Checked:
    def __init__(self, folder: Path, keys: list[VerifierKey], roots: list[Certificate]) -> None:
        self.report = BagReport(keys=keys, trusted=bool(keys))
        self._folder, self._roots = folder, roots
        self._found: dict[str, Digests] = {}

    def _fault(self, path: str, code: str) -> None:
        self.report.faults.add((path, code))

    def _text(self, path: str) -> str:
        try:
            return (self._folder / path).read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise NoteFault(f"{path} cannot be read") from error

    def files(self) -> None:
        """Everything is there, and is what both manifests say."""
        for file in self._folder.rglob("*"):
            path = file.relative_to(self._folder).as_posix()
            if file.is_symlink():
                self._fault(path, "link")
            elif file.is_file():
                self._found[path] = digest_file(file)
        own = {SIGNATURE, *TAG_LISTS.values()}
        missing = own - self._found.keys()
        for name in missing:
            self._fault(name, "missing")
        if missing:
            return
        payload = {path for path in self._found if path.startswith("data/")}
        self._compare(payload, LISTS)
        self._compare(self._found.keys() - payload - own, TAG_LISTS)

    def _compare(self, paths: set[str], lists: dict[str, str]) -> None:
        said = {name: self._list(name) for name in lists.values()}
        kinds = {name: kind for kind, name in lists.items()}
        for path in paths | said[lists["sha256"]].keys() | said[lists["sm3"]].keys():
            naming = [name for name, entries in said.items() if path in entries]
            if path not in paths:
                if len(naming) == len(said):
                    self._fault(path, "missing")
                else:
                    self._fault(naming[0], "disagrees")
                continue
            right = [name for name in naming if said[name][path] == getattr(self._found[path], kinds[name])]
            if not naming:
                self._fault(path, "unlisted")
            elif not right:
                self._fault(path, "changed")
            else:
                for name in said.keys() - set(right):
                    self._fault(name, "disagrees")

    def _list(self, name: str) -> dict[str, str]:
        entries: dict[str, str] = {}
        try:
            lines = self._text(name).split("\n")
        except NoteFault:
            self._fault(name, "malformed")
            return entries
        if lines[-1]:
            self._fault(name, "malformed")
        for line in lines[:-1]:
            match = _LINE.fullmatch(line)
            if match is None or match[2] in entries:
                self._fault(name, "malformed")
            else:
                entries[match[2]] = match[1]
        return entries

    def signed_lists(self) -> None:
        """The tag manifests are those that the log signed."""
        if not self.report.trusted:
            if any(path == KEYS for path, _code in self.report.faults):
                return
            try:
                lines = self._text(KEYS).splitlines()
                self.report.keys = [
                    VerifierKey.parse(line) for line in lines if line.strip() and line[0] != "#"
                ]
            except EvidenceError:
                self._fault(KEYS, "malformed")
                return
        try:
            note = Note.parse(self._text(SIGNATURE))
        except NoteFault:
            self._fault(SIGNATURE, "malformed")
            return
        if not any(key.kind == PLAIN for key in self._held(note)):
            self._fault(SIGNATURE, "signature")
            return
        signed = set(note.text.split("\n"))
        for kind, name in TAG_LISTS.items():
            if f"{getattr(self._found[name], kind)}  {name}" not in signed:
                self._fault(name, "changed")

    def _held(self, note: Note) -> list[VerifierKey]:
        try:
            return note.checked(self.report.keys)
        except NoteFault:
            return []

    def log(self) -> None:
        """Everything is what the log tells of; asked only where the files themselves are whole."""
        try:
            note = Note.parse(self._text(CHECKPOINT))
            checkpoint = Checkpoint.parse(note.text)
        except NoteFault:
            self._fault(CHECKPOINT, "malformed")
            return
        held = self._held(note)
        if not any(key.kind == PLAIN and key.name == checkpoint.origin for key in held):
            self._fault(CHECKPOINT, "signature")
            return
        report = self.report
        report.log, report.size, report.root = checkpoint.origin, checkpoint.size, checkpoint.root.hex()
        witnesses = {(key.name, key.key_id) for key in held if key.kind == COSIGNATURE}
        report.witnesses = [(s.name, s.time) for s in note.signatures if (s.name, s.key_id) in witnesses]
        try:
            self._facts(self._events())
        except (KeyError, TypeError, AttributeError):
            self._fault(EVENTS, "malformed")
        self._stamps(note.text.encode())

    def _events(self) -> dict[int, dict[str, Any]]:
        events: dict[int, dict[str, Any]] = {}
        last: tuple[int, bytes] | None = None
        for line in (self._folder / EVENTS).read_bytes().split(b"\n")[:-1]:
            try:
                entry = Entry.from_bytes(line)
            except EvidenceError:
                self._fault(EVENTS, "malformed")
                continue
            follows = last is None or entry.seq > last[0]
            next_in_line = entry.seq == (last[0] + 1 if last else 0)
            if not follows or (next_in_line and entry.prev_sm3 != chained(last[1] if last else None)):
                self._fault(EVENTS, "chain")
            last, events[entry.seq] = (entry.seq, line), json.loads(line)
            self._proof(entry.seq, line)
        self.report.events = len(events)
        return events

    def _proof(self, seq: int, line: bytes) -> None:
        path = f"{PROOFS}{seq}.tlog-proof"
        try:
            proof = TlogProof.parse(self._text(path))
            proof.check(line, self.report.keys)
        except (NoteFault, ProofFault):
            self._fault(path, "proof")
            return
        if proof.index != seq or str(proof.note) != self._text(CHECKPOINT):
            self._fault(path, "proof")

    def _lines(self, path: str) -> list[dict[str, Any]]:
        try:
            return [json.loads(line) for line in self._text(path).split("\n")[:-1]]
        except (NoteFault, ValueError):
            self._fault(path, "malformed")
            return []

    def _facts(self, events: dict[int, dict[str, Any]]) -> None:
        for path, kinds in ((ITEMS, ("evidence.taken", "evidence.derived")), (CUSTODY, ("custody.",))):
            told = {line["seq"]: line["facts"] for line in self._lines(path)}
            logged = {seq: event["body"] for seq, event in events.items() if event["kind"].startswith(kinds)}
            if told != logged:
                self._fault(path, "not-logged")
        wanted = {line["path"]: line["facts"] for line in self._lines(ITEMS) if line["path"]}
        self.report.items = len(wanted)
        exported = [event["body"]["files"] for event in events.values() if event["kind"] == "case.exported"]
        if exported:
            wanted |= {path: {"sha256": digest} for path, digest in exported[-1].items()}
        self._contents(wanted)

    def _contents(self, wanted: dict[str, dict[str, Any]]) -> None:
        own = {EVENTS, ITEMS, CUSTODY, CHECKPOINT}
        here = {path for path in self._found if path.startswith("data/") and path not in own}
        here = {path for path in here if not path.startswith((PROOFS, STAMPS))}
        for path in here:
            found = {"sha256": self._found[path].sha256, "sm3": self._found[path].sm3}
            facts = wanted.get(path)
            if facts is None or any(facts.get(kind, digest) != digest for kind, digest in found.items()):
                self._fault(path, "not-logged")
        for path in wanted.keys() - here:
            self._fault(path, "missing")

    def _stamps(self, message: bytes) -> None:
        for path in sorted(path for path in self._found if path.startswith(STAMPS)):
            token = (self._folder / path).read_bytes()
            try:
                moment = stamped_at(token, message)
                if self._roots:
                    check_authority(token, message, self._roots)
            except TimestampFault:
                self._fault(path, "timestamp")
                continue
            self.report.time_stamps.append(moment.strftime("%Y%m%d%H%M%SZ"))


def fingerprint(key: VerifierKey) -> str:
    """A key's fingerprint as people compare it: SHA-256 in groups of four.

    >>> fingerprint(VerifierKey("a.example", bytes(32)))[:19]
    '6668 7aad f862 bd77'
    """
    digest = hashlib.sha256(key.public).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 64, 4))
