"""What the demonstration shows of a scan: the top of the list, and how much of the truth it holds."""

from __future__ import annotations

import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.table import Table

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
    title = text(language, "title", count=min(count, listed.num_rows), listed=listed.num_rows)
    table = Table(title=title, show_lines=True, title_justify="left")
    for key, justify in (("rank", "right"), ("premises", "left"), ("score", "right"), ("mode", "left")):
        table.add_column(text(language, key), justify=justify)  # type: ignore[arg-type]
    table.add_column(text(language, "kw"), justify="right")
    table.add_column(text(language, "onset"), no_wrap=True)
    table.add_column(text(language, "why"), ratio=1)
    for row in listed.slice(0, count).to_pylist():
        table.add_row(*_cells(row, names, language))
    screen.print(table)


def show_truth(screen: Console, findings: pa.Table, truth: pa.Table, language: str) -> None:
    """Prints how many of the known mines the list finds, at which length.

    Args:
        screen: where to print.
        findings: FINDINGS table.
        truth: TRUTH table of the simulation.
        language: zh or en.
    """
    table = Table(title=text(language, "truth"), title_justify="left")
    for key in ("length", "right", "share", "found"):
        table.add_column(text(language, key), justify="right")
    for hits in hits_by_length(findings, truth, LENGTHS):
        share = hits.right / hits.length if hits.length else 0.0
        table.add_row(str(hits.length), str(hits.right), f"{share:.0%}", f"{hits.mines} / {hits.all_mines}")
    screen.print(table)


def _cells(row: dict[str, object], names: dict[str, str | None], language: str) -> list[str]:
    subject = str(row["meter_id"])
    if row["subject_kind"] == "transformer":
        premises = text(language, "kind_transformer", id=subject)
    else:
        premises = f"{names.get(subject) or ''}\n{subject}".strip()
    kw = "—" if row["kw_mid"] is None else f"{row['kw_mid']:.0f}\n({row['kw_low']:.0f}–{row['kw_high']:.0f})"
    onset = text(language, "before_data") if row["onset"] is None else str(row["onset"])
    reasons = str(row[f"reasons_{language}"]).strip()
    return [
        str(row["rank"]),
        escape(premises),
        f"{row['score']:.2f}",
        text(language, str(row["mode"])),
        kw,
        onset,
        escape(reasons),
    ]
