"""What the demonstration shows of a scan: the top of the list, and how much of the truth it holds."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gridcanary.cli.demo_texts import text
from gridcanary.simulator.scorecard import hits_by_length

LENGTHS = (10, 20, 30, 50, 100)


def show_list(screen: Console, findings: pa.Table, customers: pa.Table, language: str, count: int) -> None:
    """Prints the first rows of the list with their reasons.

    Args:
        screen: where to print.
        findings: FINDINGS table.
        customers: CUSTOMERS table, for names.
        language: zh or en.
        count: rows to print.
    """
    listed = findings.filter(findings["listed"]).sort_by("rank")
    names = dict(zip(customers["meter_id"].to_pylist(), customers["name"].to_pylist(), strict=True))
    shown = min(count, listed.num_rows)
    screen.print()
    screen.print(text(language, "title", count=shown, listed=listed.num_rows), style="bold")
    for row in listed.slice(0, count).to_pylist():
        screen.print(f"\n{row['rank']:>3}  {escape(_premises(row, names, language))}", highlight=False)
        facts = Text(_facts(row, language), style="cyan")
        reasons = [Text(f"• {line}") for line in str(row[f"reasons_{language}"]).splitlines() if line.strip()]
        screen.print(Padding(Group(facts, *reasons), (0, 0, 0, 5)), highlight=False)


def show_truth(screen: Console, findings: pa.Table, truth: pa.Table, language: str) -> None:
    """Prints how many of the known mines the list finds, at which length.

    Args:
        screen: where to print.
        findings: FINDINGS table.
        truth: TRUTH table of the simulation.
        language: zh or en.
    """
    screen.print()
    screen.print(text(language, "truth"), style="bold")
    table = Table()
    for key in ("length", "right", "share", "found"):
        table.add_column(text(language, key), justify="right")
    for hits in hits_by_length(findings, truth, LENGTHS):
        share = hits.right / hits.length if hits.length else 0.0
        table.add_row(str(hits.length), str(hits.right), f"{share:.0%}", f"{hits.mines} / {hits.all_mines}")
    screen.print(table)


def _premises(row: dict[str, Any], names: dict[str, str | None], language: str) -> str:
    subject = row["meter_id"]
    if row["subject_kind"] == "transformer":
        return text(language, "kind_transformer", id=subject)
    return f"{names.get(subject) or ''}  {subject}".strip()


def _facts(row: dict[str, Any], language: str) -> str:
    facts = [text(language, "score", score=row["score"]), text(language, row["mode"])]
    if row["kw_mid"] is not None:
        facts.append(text(language, "kw", low=row["kw_low"], mid=row["kw_mid"], high=row["kw_high"]))
    facts.append(
        text(language, "before_data") if row["onset"] is None else text(language, "onset", day=row["onset"])
    )
    return " · ".join(facts)
