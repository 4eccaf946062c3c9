"""Verifying a dossier offline: digests, work, branches, txids, and every number computed again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gridcanary import __version__
from gridcanary.chain.dossier.basis import Basis, Kind
from gridcanary.chain.dossier.differences import first_difference
from gridcanary.chain.dossier.layout import OWN_FILES, SEAL, SHEET, SOURCES, SUMS
from gridcanary.chain.dossier.reading import EvidenceReader, Sheet, folder_files, read_sheet
from gridcanary.chain.dossier.seal import Fault, digest_faults
from gridcanary.contracts.errors import GridcanaryError, InputError

_UNCOMPUTABLE = (
    GridcanaryError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What a kind raises on evidence that was forged into something else than it reads: a fault, never a crash."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found.

    Args:
        faults: everything that isn't as it must be; empty where the dossier holds.
        seal: SHA-256 of ``SHA256SUMS``, hex.
        kind: of the dossier, empty where it can't be read.
        written_by, checked_by: versions of gridcanary.
        files, transactions, headers: how many were checked.
        recomputed: how many tables and reports were computed again; 0 where the evidence is broken already.
        work: hashes that the headers took on average.
        told_outputs: outputs out of undo data or of blocks that the dossier lacks; nothing here proves them.
    """

    faults: tuple[Fault, ...]
    seal: str
    kind: str = ""
    written_by: str = ""
    checked_by: str = __version__
    files: int = 0
    transactions: int = 0
    headers: int = 0
    recomputed: int = 0
    work: int = 0
    told_outputs: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify_dossier(folder: Path, kinds: Mapping[str, Kind], *, seal: str | None = None) -> Verdict:
    """Verify a dossier without asking anybody.

    Args:
        folder: the dossier.
        kinds: by name.
        seal: the seal that was written down elsewhere, hex; compared where it is given.

    Returns:
        The verdict, with every fault by file and place.

    Raises:
        InputError: the folder can't be read at all.
    """
    files, faults = folder_files(folder)
    for own in (SUMS, SEAL, SHEET):
        if own not in files:
            raise InputError(folder / own, "is missing, so this is no dossier")
    told_seal = hashlib.sha256(files[SUMS]).hexdigest()
    if seal is not None and seal.lower() != told_seal:
        faults.append(Fault(SUMS, "", f"the dossier's seal is {told_seal}, written down was {seal.lower()}"))
    faults += digest_faults(_digests(files), files[SUMS], files[SEAL])
    try:
        sheet = read_sheet(files[SHEET])
    except ValueError as error:
        return Verdict((*faults, Fault(SHEET, "", str(error))), told_seal, files=len(files))
    reader = EvidenceReader(files, sheet)
    faults += reader.faults
    recomputed = 0
    if sheet.kind not in kinds:
        faults.append(Fault(SHEET, "kind", f"{sheet.kind!r} isn't known here (known: {', '.join(kinds)})"))
    elif not any(_is_evidence(fault.file) for fault in faults):
        told, recomputed = _recomputed(files, reader.basis(), kinds[sheet.kind])
        faults += told
    return _verdict(sheet, reader, tuple(dict.fromkeys(faults)), told_seal, len(files), recomputed)


def _verdict(
    sheet: Sheet, reader: EvidenceReader, faults: tuple[Fault, ...], seal: str, files: int, recomputed: int
) -> Verdict:
    return Verdict(
        faults,
        seal,
        sheet.kind,
        sheet.version,
        files=files,
        transactions=len(reader.proven),
        headers=len(reader.headers),
        recomputed=recomputed,
        work=reader.headers.work,
        told_outputs=len(reader.told),
    )


def _recomputed(files: Mapping[str, bytes], basis: Basis, kind: Kind) -> tuple[list[Fault], int]:
    """What differs from the tables and reports computed anew, and how many were."""
    try:
        derived = kind.derive(basis)
    except _UNCOMPUTABLE as error:
        if isinstance(error, InputError) and error.file in files:
            return [Fault(error.file, error.column or "", error.problem)], 0
        return [Fault(SHEET, "", f"nothing can be computed from this evidence: {error!r}")], 0
    return list(_differences(files, derived, basis.version)), len(derived)


def _differences(files: Mapping[str, bytes], derived: Mapping[str, bytes], version: str) -> Iterator[Fault]:
    other = f" (written by version {version}, computed by {__version__})" if version != __version__ else ""
    for path in sorted(derived.keys() - files.keys()):
        yield Fault(path, "", "the file is missing, though the evidence gives it" + other)
    for path in sorted(files.keys() - derived.keys() - OWN_FILES):
        if not path.startswith(SOURCES):
            yield Fault(path, "", "the file is no table or report of this dossier" + other)
    for path in sorted(derived.keys() & files.keys()):
        if files[path] != derived[path]:
            place, problem = first_difference(files[path], derived[path], path)
            yield Fault(path, place, problem + other)


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {
        path: hashlib.sha256(content).hexdigest()
        for path, content in files.items()
        if path not in (SUMS, SEAL)
    }


def _is_evidence(path: str) -> bool:
    """Whether a fault in the file makes computing pointless."""
    return path in OWN_FILES - {SUMS, SEAL} or path.startswith(SOURCES)
