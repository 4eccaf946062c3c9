"""How many of a simulated county's mines a list finds, at which length."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class Hits:
    """What the first rows of a list hold.

    Args:
        length: rows looked at, from rank 1.
        right: rows that lead to a mine.
        mines: mines found; one that is spread over several meters counts once.
        all_mines: mines in the county.
    """

    length: int
    right: int
    mines: int
    all_mines: int


def hits_by_length(findings: pa.Table, truth: pa.Table, lengths: tuple[int, ...]) -> list[Hits]:
    """Counts mines found in the first rows of a list.

    A row leads to a mine if it names the mine's meter, or a transformer behind which a by-passed meter
    (mode B) or an unmetered tap (mode C) takes what the transformer loses.

    Args:
        findings: FINDINGS table.
        truth: TRUTH table.
        lengths: list lengths to count at; those past the end of the list are left out, save the first.

    Returns:
        One entry per length.
    """
    ranked = findings.filter(findings["listed"]).sort_by("rank")["meter_id"].to_pylist()
    mines = _mines_by_subject(truth)
    everything = {mine for found in mines.values() for mine in found}
    kept = [length for length in lengths if length <= len(ranked)] or [len(ranked)]
    return [_hits(ranked[:length], mines, len(everything)) for length in kept]


def _hits(ranked: list[str], mines: dict[str, set[str]], all_mines: int) -> Hits:
    found: set[str] = set().union(*(mines.get(subject, set()) for subject in ranked))
    return Hits(len(ranked), sum(subject in mines for subject in ranked), len(found), all_mines)


def _mines_by_subject(truth: pa.Table) -> dict[str, set[str]]:
    """Mines that each meter or transformer leads to, each named by its group or else its subject."""
    names = pc.coalesce(truth["group_id"], truth["meter_id"]).to_pylist()
    by_subject: dict[str, set[str]] = {}
    for name, row in zip(names, truth.to_pylist(), strict=True):
        by_subject.setdefault(row["meter_id"], set()).add(name)
        if row["mode"] in ("B", "C"):
            by_subject.setdefault(row["transformer_id"], set()).add(name)
    return by_subject
