"""``gridcanary power import``: files of utilities into the lake."""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import SLOTS_PER_DAY
from gridcanary.power.file_import import ImportReport
from gridcanary.power.importing import import_files
from gridcanary.power.readers import registered
from gridcanary.power.readers.base import Factor, ReadOptions, Stamp
from gridcanary.power.readers.metering_points import load_metering_points

STAMPS: tuple[Stamp, ...] = ("auto", "start", "end")
TEXTS = {
    "zh": {
        "already": "{file}：此前已按相同选项导入，未作改动",
        "done": "{file}：{format}，{rows:,} 行，新增 {added:,}，更正 {changed:,}（涉及 {days:,} 天），"
        "剔除 {rejects:,} 行",
        "rejects": "  剔除的行及原因见 {path}",
        "reason": "  剔除 {count:,} 行：{reason}",
        "skipped": "  未用到 {count:,} 行：{reason}",
        "days": "  有更正的日期：{days}",
        "reading": "{file}：已读 {rows:,} 行",
        "and": " 等共 {count:,} 天",
    },
    "en": {
        "already": "{file}: imported before with the same options, nothing changed",
        "done": "{file}: {format}, {rows:,} rows, {added:,} new, {changed:,} corrected (on {days:,} days), "
        "{rejects:,} rejected",
        "rejects": "  the rejected rows and why: {path}",
        "reason": "  {count:,} rejected: {reason}",
        "skipped": "  {count:,} not used: {reason}",
        "days": "  days with corrections: {days}",
        "reading": "{file}: {rows:,} rows read",
        "and": " and more, {count:,} in all",
    },
}
DAYS_SHOWN = 5


def register(app: typer.Typer) -> None:
    """Add the ``import`` and ``formats`` commands to the power group."""
    app.command("import", no_args_is_help=True)(import_command)
    app.command("formats")(formats_command)


def formats_command() -> None:
    """List the formats that import reads. / 列出可导入的格式。"""
    chinese = language_of_shell() == "zh"
    table = Table("--format", "格式" if chinese else "what it is", box=None)
    for reader in registered():
        table.add_row(reader.name, reader.title_zh if chinese else reader.title_en)
    Console().print(table)


def import_command(
    files: Annotated[
        list[Path], typer.Argument(help="Files, or folders of files. / 文件或目录。", show_default=False)
    ],
    lake: Annotated[
        Path, typer.Option(help="Folder of readings; made where there is none. / 数据湖目录，不存在则新建。")
    ] = Path("var/lake"),
    format_name: Annotated[
        str, typer.Option("--format", help="A name from `power formats`. / 格式名，见 power formats。")
    ] = "auto",
    timezone: Annotated[
        str, typer.Option(help="Zone of the days and of time stamps without one. / 时区。")
    ] = ("Asia/Shanghai"),
    first_point: Annotated[
        str,
        typer.Option(
            help="Clock time that P1 is stamped with: 00:00, or 00:15. / P1 的时标。", metavar="HH:MM"
        ),
    ] = "00:00",
    stamp: Annotated[
        str,
        typer.Option(
            help="Stamps mark a start or an end; auto: 00:00 a start, later an end. / 时标为时段起点或终点。",
            metavar="auto|start|end",
        ),
    ] = "auto",
    points: Annotated[
        int | None, typer.Option(help="Values a day: 24, 48, 96 or 288. / 每日点数。", show_default=False)
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(help="Unit of the curve: w, kw, mw, kwh, wh. / 曲线单位。", show_default=False),
    ] = None,
    factor: Annotated[
        str,
        typer.Option(
            help="Ratio of every meter: CT, or CTxPT. / 综合倍率，可写 CTxPT。", metavar="60|60x100"
        ),
    ] = "1",
    factors: Annotated[
        Path | None,
        typer.Option(help="CSV of id and T_FACTOR, or ct and pt. / 各表倍率。", show_default=False),
    ] = None,
    meters: Annotated[
        Path | None,
        typer.Option(help="CSV of measuring point and meter. / 测量点与电能表对照。", show_default=False),
    ] = None,
    codes: Annotated[
        Path | None, typer.Option(help="YAML of tariff codes. / 用电类别代码对照。", show_default=False)
    ] = None,
    encoding: Annotated[str, typer.Option(help="auto, utf-8, gb18030 (GBK). / 编码。")] = "auto",
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="Column of the file = name here; repeat. / 列名对照，可重复。",
            metavar="COL=NAME",
            show_default=False,
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            help="CSV for refused rows; else LAKE/rejects. / 剔除行写入的文件。", show_default=False
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop at the first refused row. / 遇到首个问题行即停止。")
    ] = False,
) -> None:
    """Import what utilities export into the lake. / 导入供电企业导出的数据。

    Curves, registers, archive, topology, balance and weather go where they belong; the format is found out.
    Each file is imported whole or not at all, and the same file a second time changes nothing.

    Example: gridcanary power import E_MP_POWER_CURVE.csv.gz C_CONS.csv --lake lake --factors C_METER.csv
    """
    base = ReadOptions(encoding=encoding)
    tables = [load_metering_points(path, base) for path in (factors, meters) if path]
    options = ReadOptions(
        timezone=_zone(timezone),
        first_point=_clock(first_point),
        stamp=_stamp(stamp),
        factor=_factor(factor),
        factors={key: ratio for _, ratios in tables for key, ratio in ratios.items()},
        meters={key: meter for known, _ in tables for key, meter in known.items()},
        points=_points(points),
        encoding=encoding,
        columns=dict(_column(item) for item in mapping or ()),
        unit=unit.lower() if unit else None,
        codes=codes,
    )
    texts = TEXTS[language_of_shell()]
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("")

        def tell(path: Path, rows: int) -> None:
            progress.update(task, description=texts["reading"].format(file=path.name, rows=rows))

        for report in import_files(
            lake,
            files,
            options=options,
            format_name=format_name,
            rejects_file=rejects,
            strict=strict,
            progress=tell,
        ):
            for line in summary(report, texts):
                typer.echo(line)


def summary(report: ImportReport, texts: dict[str, str]) -> list[str]:
    """What to say of one imported file: a line, and further lines where rows were refused or corrected."""
    name = report.file.name
    if report.already:
        return [texts["already"].format(file=name)]
    lines = [
        texts["done"].format(
            file=name,
            format=report.format,
            rows=report.rows,
            added=report.added,
            changed=report.changed,
            days=len(report.days_changed),
            rejects=report.rejects,
        )
    ]
    lines += [texts["reason"].format(count=count, reason=reason) for reason, count in report.reasons.items()]
    if report.rejects_file:
        lines.append(texts["rejects"].format(path=report.rejects_file))
    lines += [texts["skipped"].format(count=count, reason=reason) for reason, count in report.skipped.items()]
    if report.days_changed:
        days = ", ".join(day.isoformat() for day in report.days_changed[:DAYS_SHOWN])
        more = len(report.days_changed) > DAYS_SHOWN
        lines.append(
            texts["days"].format(days=days)
            + (texts["and"].format(count=len(report.days_changed)) if more else "")
        )
    return lines


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(
            "--timezone", f"no time zone {name!r}", remedy="for instance Asia/Shanghai"
        ) from error
    return name


def _clock(text: str) -> str:
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise InputError("--first-point", f"no clock time: {text!r}", remedy="00:00 or, at 96 points, 00:15")
    return f"{int(hours):02d}:{int(minutes):02d}"


def _stamp(text: str) -> Stamp:
    for known in STAMPS:
        if text == known:
            return known
    raise InputError("--stamp", f"{text!r} is none", remedy="auto, start or end")


def _points(number: int | None) -> int | None:
    if number is not None and number not in SLOTS_PER_DAY:
        raise InputError("--points", f"{number} values a day are not understood", remedy="24, 48, 96 or 288")
    return number


def _factor(text: str) -> Factor:
    ct, _, pt = text.lower().replace("×", "x").replace("*", "x").partition("x")
    try:
        ratio = Factor(float(ct), float(pt or 1))
    except ValueError as error:
        raise InputError("--factor", f"no ratio: {text!r}", remedy="60, or CTxPT as in 60x100") from error
    if not (0 < ratio.ct < 1e7 and 0 < ratio.pt < 1e7):
        raise InputError("--factor", f"no ratio: {text!r}", remedy="60, or CTxPT as in 60x100")
    return ratio


def _column(text: str) -> tuple[str, str]:
    theirs, sign, ours = text.rpartition("=")
    if not (sign and theirs.strip() and ours.strip()):
        raise InputError("--map", f"{text!r} is not COLUMN=NAME", remedy="for instance --map 户号=meter_id")
    return ours.strip(), theirs.strip()
