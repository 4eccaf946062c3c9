"""``gridcanary network days``: findings gathered by endpoint and day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.network.endpoint_days import endpoint_days
from gridcanary.network.findings_files import check_ending, read_findings, write_table

TEXTS = {
    "zh": "{sessions:,} 条会话归并为 {days:,} 行（{ends:,} 个端点），结果写入 {path}",
    "en": "{sessions:,} sessions make {days:,} rows of {ends:,} endpoints, written to {path}",
}


def register(app: typer.Typer) -> None:
    """Add the ``days`` command to the network group."""
    app.command("days", no_args_is_help=True)(days)


def days(
    findings: Annotated[
        Path,
        typer.Argument(help="Parquet file that network scan wrote. / network scan 写出的 Parquet 文件。"),
    ],
    out: Annotated[
        Path, typer.Option(help="Where to write: .parquet, .csv or .json. / 结果文件。", show_default=False)
    ],
) -> None:
    """Gather listed sessions by endpoint and UTC day, the most suspicious first. / 按端点和日归并，最可疑者在前。

    Example: gridcanary network days findings.parquet --out days.csv
    """
    check_ending(out)
    table = read_findings(findings)
    gathered = endpoint_days(table)
    write_table(gathered, out)
    ends = len(set(gathered["endpoint"].to_pylist()))
    sessions = sum(table["listed"].to_pylist())
    typer.echo(
        TEXTS[language_of_shell()].format(sessions=sessions, days=gathered.num_rows, ends=ends, path=out)
    )
