"""Reading a dossier's folder: its files as they are, then the evidence in them, each fault told and none raised."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridcanary.chain.auxpow import merged_work_faults, read_merged_work
from gridcanary.chain.dossier.basis import Basis, ProvenHistory, Reference
from gridcanary.chain.dossier.header_runs import HeaderRuns
from gridcanary.chain.dossier.layout import (
    FORMAT,
    HEADERS,
    MERGED,
    SHEET,
    SOURCES,
    SPENT,
    TRANSACTIONS,
    hash_from,
    shown,
)
from gridcanary.chain.dossier.proofs import BadRecord, Proven, branch_faults, proven_from
from gridcanary.chain.dossier.seal import Fault
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.transactions import Cursor, MalformedTransaction, Outpoint, Output
from gridcanary.contracts.errors import InputError

_SHEET_KEYS = (
    "format",
    "kind",
    "network",
    "gridcanary",
    "parameters",
    "scanned",
    "headers",
    "tip",
    "references",
)

_VERSION = re.compile(
    r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9]+([.][a-z0-9]+)*)?", re.ASCII
)
"""A version as Python's packages write it (PEP 440, its normal form without an epoch)."""

_LONGEST_VERSION = 64


@dataclass(frozen=True, slots=True)
class Sheet:
    """``dossier.json`` as read."""

    kind: str
    network: Network
    version: str
    parameters: Mapping[str, Any]
    scanned: Mapping[str, Any]
    runs: Any
    tip: Any
    references: tuple[Reference, ...]


def folder_files(folder: Path) -> tuple[dict[str, bytes], list[Fault]]:
    """Every file below a folder by path, and what is no plain file or an empty folder.

    Raises:
        InputError: there is no such folder, or it can't be read.
    """
    if not folder.is_dir():
        raise InputError(folder, "is no folder of a dossier")
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    try:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                files[name] = path.read_bytes()
            elif not stat.S_ISDIR(mode):
                faults.append(Fault(name, "", "is no plain file, so it doesn't belong to the dossier"))
            elif not any(path.iterdir()):
                faults.append(Fault(name, "", "is an empty folder, which doesn't belong to the dossier"))
    except OSError as error:
        raise InputError(error.filename or folder, f"can't be read: {error.strerror}") from error
    return files, faults


def read_sheet(content: bytes) -> Sheet:
    """``dossier.json``; ValueError says what is wrong with it."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is no JSON: {error}") from None
    if not isinstance(told, dict) or tuple(told) != _SHEET_KEYS:
        raise ValueError(f"has other keys than {', '.join(_SHEET_KEYS)}")
    if told["format"] != FORMAT:
        raise ValueError(f"format {told['format']!r} isn't known here (known: {FORMAT})")
    if not all(isinstance(told[name], str) for name in ("kind", "network", "gridcanary")):
        raise ValueError("kind, network and gridcanary must be texts")
    if len(told["gridcanary"]) > _LONGEST_VERSION or not _VERSION.fullmatch(told["gridcanary"]):
        raise ValueError("gridcanary is no version such as 0.1.0")
    if told["network"] not in NETWORKS:
        raise ValueError(f"network {told['network']!r} isn't known here")
    if not isinstance(told["parameters"], dict) or not isinstance(told["scanned"], dict):
        raise ValueError("parameters and scanned must be objects")
    try:
        references = tuple(Reference(**one) for one in told["references"])
    except TypeError:
        raise ValueError("references have other fields than name, sha256, size and extract") from None
    return Sheet(
        told["kind"],
        NETWORKS[told["network"]],
        told["gridcanary"],
        told["parameters"],
        told["scanned"],
        told["headers"],
        told["tip"],
        references,
    )


class EvidenceReader:
    """The evidence in a dossier's files; everything wrong is in :attr:`faults`, nothing is raised.

    Args:
        files: contents by path.
        sheet: of the dossier.
    """

    def __init__(self, files: Mapping[str, bytes], sheet: Sheet) -> None:
        self._files, self._sheet = files, sheet
        self.faults: list[Fault] = []
        self.headers = self._read_headers()
        self.proven = self._read_transactions()
        self.told = self._read_told()

    def basis(self) -> Basis:
        """What the kind computes from; only sound where there are no faults."""
        sources = {
            path.removeprefix(SOURCES): content
            for path, content in self._files.items()
            if path.startswith(SOURCES)
        }
        sheet = self._sheet
        history = ProvenHistory(sheet.network, self.proven, self.headers, self.told)
        return Basis(
            sheet.network,
            history,
            sheet.parameters,
            sheet.scanned,
            sources,
            sheet.references,
            sheet.version,
        )

    def _fault(self, file: str, place: str, problem: str) -> None:
        self.faults.append(Fault(file, place, problem))

    def _read_headers(self) -> HeaderRuns:
        sheet = self._sheet
        try:
            headers = HeaderRuns.from_bytes(self._files.get(HEADERS, b""), sheet.runs)
            tip = headers.tip
        except (ValueError, TypeError, KeyError) as error:
            self._fault(HEADERS, "", f"doesn't fit {SHEET}: {error}")
            return HeaderRuns((), ())
        otherwise = frozenset(self._merged_rows(headers)) if sheet.network.merged else frozenset()
        for row, problem in headers.faults(sheet.network, otherwise):
            self._fault(HEADERS, f"record {row + 1} (height {headers.height_at(row)})", problem)
        if sheet.tip != {"height": tip.height, "block": shown(tip.block_hash), "time": tip.time}:
            self._fault(SHEET, "tip", f"the last header is {shown(tip.block_hash)} at height {tip.height}")
        return headers

    def _merged_rows(self, headers: HeaderRuns) -> Iterator[int]:
        """Rows with a proof of merged mining; a proof that doesn't hold is a fault of its own line."""
        for number, line in enumerate(self._files.get(MERGED, b"").splitlines(), start=1):
            try:
                record = json.loads(line)
                row = headers.row_of(hash_from(record["block"]))
                proof = read_merged_work(Cursor(bytes.fromhex(record["proof"])))
            except (ValueError, TypeError, KeyError, RecursionError, MalformedTransaction) as error:
                self._fault(MERGED, f"line {number}", f"is no proof of merged mining: {error}")
                continue
            for problem in merged_work_faults(headers.header(row), proof, self._sheet.network):
                self._fault(MERGED, f"line {number}", problem)
            yield row

    def _read_transactions(self) -> list[Proven]:
        content = self._files.get(TRANSACTIONS, b"")
        if content and not content.endswith(b"\n"):
            self._fault(TRANSACTIONS, "the last line", "is cut short")
        proven: list[Proven] = []
        lines: list[int] = []
        for number, line in enumerate(content.splitlines(), start=1):
            try:
                proven.append(proven_from(line, self.headers))
                lines.append(number)
            except BadRecord as error:
                place = f"line {number}" + (f", field {error.field}" if error.field else "")
                self._fault(TRANSACTIONS, place, error.problem)
        for at, problem in self._order_faults(proven):
            self._fault(TRANSACTIONS, f"line {lines[at]}", problem)
        for at, problem in branch_faults(proven, self.headers):
            self._fault(TRANSACTIONS, f"line {lines[at]}, field branch", problem)
        return proven

    def _order_faults(self, proven: list[Proven]) -> Iterator[tuple[int, str]]:
        keys = [one.confirmed(self.headers).place for one in proven]
        for at in range(1, len(keys)):
            if keys[at] <= keys[at - 1]:
                yield at, "doesn't come after the line before in the order of the chain"

    def _read_told(self) -> dict[Outpoint, Output]:
        told: dict[Outpoint, Output] = {}
        for number, line in enumerate(self._files.get(SPENT, b"").splitlines(), start=1):
            try:
                record = json.loads(line)
                point = Outpoint(hash_from(record["txid"]), int(record["vout"]))
                told[point] = Output(int(record["satoshi"]), bytes.fromhex(record["script"]))
            except (ValueError, TypeError, KeyError, RecursionError) as error:
                self._fault(SPENT, f"line {number}", f"is no told output: {error}")
        return told
