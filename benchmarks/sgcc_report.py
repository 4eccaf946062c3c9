"""The benchmark's tables as Markdown."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from benchmarks.sgcc_leak import LeakRow
from benchmarks.sgcc_metrics import METRICS, CalibrationTenth, Interval, brier
from benchmarks.sgcc_table import TheftTable

TITLES = {
    "auc": "ROC-AUC",
    "ap": "PR-AUC (AP)",
    "map100": "MAP@100",
    "map200": "MAP@200",
    "hit50": "hits in 50 visits",
    "hit100": "in 100",
    "hit200": "in 200",
}

LEAK_WARNING = """\
> **Warning: figures of the leaking rows are worthless.** Copies of a thief, or points made between two
> thieves, end up on both sides of the split, and the test part is no longer the real mix. The file is also
> sorted in runs of equal labels, so a customer's place in it gives the label away. The same randomised trees
> in every row."""


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, first column to the left, the others to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def head(command: str, day: dt.date, versions: str, seconds: float, quick: bool) -> str:
    """What was run, when and with what."""
    warning = "\n\n**Quick run: these figures mean nothing.**" if quick else ""
    return f"`{command}`, {day}, {versions}, {seconds:.0f} s.{warning}"


def facts(table: TheftTable, groups: np.ndarray) -> str:
    """The data as it is: size, prevalence, gaps, customers without use, identical curves."""
    filled = np.nan_to_num(table.kwh)
    idle = filled.max(1) == 0
    counts = Counter(groups.tolist())
    twins = sum(count for count in counts.values() if count > 1)
    rows = [
        ("file, SHA-256", f"`{table.sha256}`"),
        ("customers", f"{len(table):,}"),
        ("days", f"{len(table.days):,} ({table.days[0]} to {table.days[-1]})"),
        ("thieves (prevalence)", f"{table.theft.sum():,} ({table.theft.mean():.2%})"),
        ("missing customer-days", f"{np.isnan(table.kwh).mean():.2%}"),
        ("customers that used nothing", f"{idle.sum():,} ({_share(table.theft[idle])} thieves)"),
        ("customers with a curve that another has too (any use)", f"{twins:,}, kept on one side of a split"),
    ]
    return markdown_table(("fact", "value"), rows)


def ranking_table(title: str, judged: Mapping[str, Mapping[str, Interval]]) -> str:
    """A row a method with every metric and its interval."""
    rows = [[name, *(found[metric].text() for metric in METRICS)] for name, found in judged.items()]
    return f"**{title}**\n\n{markdown_table(['method', *TITLES.values()], rows)}"


def gain(ours: str, theirs: str, difference: Mapping[str, Interval]) -> str:
    """Ours minus theirs on the same resampled customers."""
    cells = "; ".join(
        f"{TITLES[name]} {difference[name].text()}" for name in ("auc", "ap", "map100", "hit200")
    )
    return f"Paired difference, {ours} minus {theirs}: {cells}."


def members(chosen: Counter[tuple[str, ...]]) -> str:
    """Which blends the inner folds chose."""
    cells = ", ".join(f"{' + '.join(names)} {count} times" for names, count in chosen.most_common())
    return f"Chosen by the inner folds: {cells}."


def calibration_table(tenths: Sequence[CalibrationTenth], theft: np.ndarray, probability: np.ndarray) -> str:
    """Promised and observed share of thieves in each tenth of the list."""
    rows = [
        (str(place), f"{tenth.customers:,}", f"{tenth.promised:.1%}", f"{tenth.found:.1%}")
        for place, tenth in enumerate(tenths, start=1)
    ]
    worst = max(abs(tenth.promised - tenth.found) for tenth in tenths)
    flat = brier(theft, np.full(len(theft), theft.mean()))
    note = (
        f"Largest gap {worst * 100:.1f} points. Brier score {brier(theft, probability):.4f}; "
        f"{flat:.4f} if everybody gets the prevalence."
    )
    header = ("tenth of the list", "customers", "promised", "found")
    title = "**Calibration of the blend (first repeat, out of fold)**"
    return f"{title}\n\n{markdown_table(header, rows)}\n\n{note}"


def leak_warning(rows: Sequence[LeakRow]) -> str:
    """The leaks as a warning, honest rows beside them."""
    cells = [
        [
            row.way if row.honest else f"⚠ {row.way}",
            "yes" if row.honest else "**no: leaked**",
            *(f"{value:.3f}" for value in (row.auc, row.ap, row.f1)),
            f"{row.prevalence:.1%}",
        ]
        for row in rows
    ]
    header = ("way", "honest", "ROC-AUC", "PR-AUC", "F1 at 0.5", "thieves in its test part")
    return f"{LEAK_WARNING}\n\n{markdown_table(header, cells)}"


def _share(theft: np.ndarray) -> str:
    return f"{theft.mean():.2%}" if len(theft) else "no"
