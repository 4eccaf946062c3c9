"""``gridcanary poster``: posters and share cards of counties as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace

LANGUAGES = ("zh", "en")


def poster(
    areas: Annotated[
        list[str],
        typer.Argument(
            help="Codes of counties, or of a city or province for all of its. / 区县代码；市、省代码代表所辖区县。"
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the files. / 输出目录。")] = Path("posters"),
    language: Annotated[
        list[str] | None, typer.Option(help="zh or en; left out, both. / 语言；不填则两种都生成。")
    ] = None,
    url: Annotated[
        str,
        typer.Option(
            help="Address of the public pages, in place of the setting. / 公开页面网址，代替设置项。"
        ),
    ] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Make a county's poster (A4) and share card, each as PDF and PNG. / 生成区县宣传海报和分享卡片（PDF、PNG）。"""
    wanted = tuple(language or LANGUAGES)
    if set(wanted) - set(LANGUAGES):
        raise typer.BadParameter("zh or en / 只能是 zh 或 en", param_hint="--language")
    open_workspace(home)
    from gridcanary.portal.poster_sheets import ENDINGS, KINDS, typeset_sheet
    from gridcanary.portal.posters import sheet_of, site_address
    from gridcanary.tips.areas import own_counties

    site = site_address(url)
    counties = [county for area in areas for county in own_counties(area) or [area]]
    sheets = {(county, lang): sheet_of(county, lang, site) for county in counties for lang in wanted}
    out.mkdir(parents=True, exist_ok=True)
    for (county, lang), sheet in sheets.items():
        for kind in KINDS:
            for ending in ENDINGS:
                file = out / f"{kind}-{county}-{lang}.{ending}"
                file.write_bytes(typeset_sheet(sheet, kind, ending))
    typer.echo(f"{len(sheets) * len(KINDS) * len(ENDINGS)} files in {out} / 已生成文件")
    if not site:
        typer.echo(
            "without QR code: set GRIDCANARY_PUBLIC_URL or give --url / 未设置网址，未印二维码", err=True
        )
