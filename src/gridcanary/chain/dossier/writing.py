"""Writing a dossier: the evidence, then what is computed from it, then the digests; whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from gridcanary import __version__
from gridcanary.chain.dossier.basis import Draft, Kind, basis_of, sorted_draft
from gridcanary.chain.dossier.layout import (
    FORMAT,
    HEADERS,
    MERGED,
    OWN_FILES,
    SHEET,
    SOURCES,
    SPENT,
    TRANSACTIONS,
    json_bytes,
    json_lines,
    shown,
)
from gridcanary.chain.dossier.seal import sealed
from gridcanary.contracts.errors import GridcanaryError, InputError


class UnsoundDraft(GridcanaryError):
    """A draft that could not be verified, so that no dossier is written from it."""


def write_dossier(folder: Path, draft: Draft, kind: Kind) -> str:
    """Write a dossier; the folder appears when all of it is on the disk.

    Args:
        folder: must not exist, its parent must.
        draft: the evidence.
        kind: computes tables and reports; the same function verifies them.

    Returns:
        The seal: SHA-256 of ``SHA256SUMS`` in hex, to be written down elsewhere.

    Raises:
        InputError: the folder exists, or can't be made.
        UnsoundDraft: the kind isn't the draft's, or names a file that isn't its own.
    """
    refuse_existing(folder)
    files = dossier_files(draft, kind)
    try:
        _write_whole(folder, files)
    except OSError as error:
        raise InputError(folder, f"can't be written: {error.strerror}") from error
    return files["SHA256SUMS.sha256"][:64].decode()


def refuse_existing(folder: Path) -> None:
    """InputError where a dossier's folder exists already; asked before hours of work too."""
    if folder.exists():
        problem = "exists already; a dossier is never overwritten"
        raise InputError(folder, problem, remedy="name another folder")


def dossier_files(draft: Draft, kind: Kind) -> dict[str, bytes]:
    """All files of a dossier by path, digests included; the same draft gives the same bytes."""
    if kind.name != draft.kind:
        raise UnsoundDraft(f"a draft of the kind {draft.kind!r} can't be computed by {kind.name!r}")
    draft = sorted_draft(draft)
    files = evidence_files(draft)
    derived = kind.derive(basis_of(draft, __version__))
    for path in (*derived, *draft.sources):
        _refuse_strange(path)
    taken = (OWN_FILES | files.keys()) & derived.keys()
    if taken or any(path.startswith(SOURCES) for path in derived):
        raise UnsoundDraft(f"{kind.name}: tables and reports can't be called {', '.join(sorted(taken))}")
    return sealed({**files, **derived})


def evidence_files(draft: Draft) -> dict[str, bytes]:
    """The files that the numbers are computed from."""
    files = {
        SHEET: json_bytes(_sheet(draft)),
        HEADERS: b"".join(draft.headers.raw),
        TRANSACTIONS: json_lines(one.record(draft.headers) for one in draft.transactions),
    }
    if draft.merged:
        ordered = sorted(draft.merged, key=draft.headers.row_of)
        files[MERGED] = json_lines({"block": shown(one), "proof": draft.merged[one].hex()} for one in ordered)
    if draft.told:
        files[SPENT] = json_lines(
            {
                "txid": shown(point.txid),
                "vout": point.vout,
                "satoshi": draft.told[point].value,
                "script": draft.told[point].script.hex(),
            }
            for point in sorted(draft.told)
        )
    return files | {SOURCES + path: content for path, content in sorted(draft.sources.items())}


def _sheet(draft: Draft) -> dict[str, object]:
    tip = draft.headers.tip
    return {
        "format": FORMAT,
        "kind": draft.kind,
        "network": draft.network.name,
        "gridcanary": __version__,
        "parameters": dict(draft.parameters),
        "scanned": dict(draft.scanned),
        "headers": draft.headers.told_runs,
        "tip": {"height": tip.height, "block": shown(tip.block_hash), "time": tip.time},
        "references": [
            {"name": one.name, "sha256": one.sha256, "size": one.size, "extract": one.extract}
            for one in draft.references
        ],
    }


def _refuse_strange(path: str) -> None:
    """UnsoundDraft where a path would leave the folder, or couldn't be told from another on some systems."""
    parts = PurePosixPath(path).parts
    if not parts or path != "/".join(parts) or ".." in parts or path.startswith("/") or "\\" in path:
        raise UnsoundDraft(f"{path!r} is no path inside a dossier")
    if not path.isprintable():
        raise UnsoundDraft(f"{path!r}: a file's name in a dossier must be printable")


def _write_whole(folder: Path, files: Mapping[str, bytes]) -> None:
    draft = Path(tempfile.mkdtemp(dir=folder.absolute().parent, prefix=f".{folder.name}."))
    try:
        for path, content in files.items():
            target = draft / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        draft.chmod(0o755)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
