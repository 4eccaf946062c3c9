"""``gridcanary network expire``: deletes from findings what has outlived its clock."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError
from gridcanary.network.findings_files import read_findings, write_table
from gridcanary.network.retention import NAMING_FIELDS, Retention, expired

TEXTS = {
    "zh": "{path}：删除 {rows:,} 行，另清除 {cells:,} 个可识别身份的字段值，剩余 {left:,} 行",
    "en": "{path}: {rows:,} rows deleted, {cells:,} values that name somebody cleared in others, {left:,} rows left",
}
DEFAULTS = Retention()


def register(app: typer.Typer) -> None:
    """Add the ``expire`` command to the network group."""
    app.command("expire", no_args_is_help=True)(expire)


def expire(
    findings: Annotated[
        list[Path],
        typer.Argument(help="Parquet files that network scan wrote. / network scan 写出的 Parquet 文件。"),
    ],
    row_days: Annotated[
        int, typer.Option(min=1, help="Delete rows last seen longer ago. / 整行保留天数。")
    ] = DEFAULTS.row_days,
    field_days: Annotated[
        int, typer.Option(min=1, help="Clear what names somebody after so many days. / 身份字段保留天数。")
    ] = min(DEFAULTS.field_days.values()),
) -> None:
    """Delete from findings what has outlived its clock; run it daily. / 按保留期限清除结果文件，建议每日运行。

    Example: gridcanary network expire findings/*.parquet --row-days 365 --field-days 180
    """
    try:
        policy = Retention(row_days, dict.fromkeys(NAMING_FIELDS, field_days))
    except ValueError as error:
        raise InputError(
            "--field-days", "a field cannot outlive its row", remedy="raise --row-days"
        ) from error
    now, text = dt.datetime.now(dt.UTC), TEXTS[language_of_shell()]
    for path in findings:
        table = read_findings(path)
        left = expired(table, policy, now)
        cells = sum(left.cells.values())
        if left.rows or cells:
            write_table(left.table, path)
        typer.echo(text.format(path=path, rows=left.rows, cells=cells, left=left.table.num_rows))
