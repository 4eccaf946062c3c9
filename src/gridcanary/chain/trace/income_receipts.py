"""Which receipts an income dossier counts as mined, so that only these are traced."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from gridcanary.chain.dossier import Kind, verify_dossier
from gridcanary.chain.trace.request import outpoint_named
from gridcanary.chain.transactions import Outpoint
from gridcanary.contracts.errors import InputError

TABLE = "tables/receipts.csv"
COUNTED = frozenset({"pool", "unresolved", "block_reward"})
"""Standings of a receipt that are mining income."""


def receipts_of_income(folder: Path, kinds: Mapping[str, Kind]) -> tuple[tuple[Outpoint, ...], str]:
    """The receipts that an income dossier counts, and the dossier's seal.

    Args:
        folder: the dossier; it is verified first.
        kinds: by name, to verify it with.

    Raises:
        InputError: the folder is no income dossier, or it doesn't hold.
    """
    verdict = verify_dossier(folder, kinds)
    if verdict.kind != "income":
        raise InputError(folder, f"is a dossier of the kind {verdict.kind!r}, not of income")
    if not verdict.holds:
        raise InputError(
            folder,
            f"the dossier doesn't hold: {verdict.faults[0]}",
            remedy="see all faults with gridcanary chain verify",
        )
    return counted_receipts(folder / TABLE, (folder / TABLE).read_bytes()), verdict.seal


def counted_receipts(path: Path, content: bytes) -> tuple[Outpoint, ...]:
    """The outputs that a table of receipts counts as mined.

    Raises:
        InputError: a column is missing or a row names no output.
    """
    found = []
    for number, row in enumerate(csv.DictReader(io.StringIO(content.decode())), start=2):
        try:
            if row["standing"] in COUNTED:
                found.append(outpoint_named(f"{row['txid']}:{row['vout']}"))
        except KeyError as missing:
            raise InputError(path, "the column is missing", column=str(missing.args[0])) from missing
        except ValueError as error:
            raise InputError(path, "names no output", row=number, column="txid") from error
    return tuple(found)
