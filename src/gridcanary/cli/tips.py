"""``gridcanary tips``: what the lens of tips hands on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace
from gridcanary.network.findings_files import write_table

app = typer.Typer(no_args_is_help=True, help="Tips from the public. / 群众举报。")


@app.callback()
def tips() -> None:
    """Tips from the public. / 群众举报。"""


@app.command()
def findings(
    out: Annotated[Path, typer.Option(help="File: .parquet, .csv or .json. / 输出文件。")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Write a row for each place that tips speak of. / 每处被举报地点写一行。

    Nothing that anybody wrote is in it: boxes that were ticked, counts, weight, premises where they are known.
    """
    open_workspace(home)
    from gridcanary.tips.findings import findings_table

    table = findings_table()
    write_table(table, out)
    typer.echo(f"{table.num_rows} places / 处地点: {out}")
