"""``gridcanary boundaries``: the map file that the figures page draws in place of squares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace

app = typer.Typer(no_args_is_help=True, help="Boundaries for the public map. / 公开页面的行政区划边界。")


@app.command()
def install(
    file: Annotated[
        Path, typer.Argument(help="GeoJSON with every city of the pack's area. / 含全部地市的 GeoJSON。")
    ],
    review_number: Annotated[
        str, typer.Option(help="Map review number, such as GS（2024）0650号. / 审图号。")
    ] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Check a boundary file and draw it from now on. / 校验并启用边界文件。"""
    open_workspace(home)
    from gridcanary.portal import boundaries
    from gridcanary.tips.areas import own_divisions

    kept = boundaries.install(file, review_number, own_divisions())
    typer.echo(f"{len(kept.areas)} areas, {kept.review_number} / 个区域")


@app.command()
def remove(home: Home = DEFAULT_HOME) -> None:
    """Take the boundary file away; squares are drawn again. / 移除边界文件，恢复方格图。"""
    open_workspace(home)
    from gridcanary.portal import boundaries

    typer.echo("removed / 已移除" if boundaries.remove() else "none was installed / 未安装")
