"""``gridcanary power scan``: a ranked and explained list from load curves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError
from gridcanary.power.lake import written_whole
from gridcanary.power.scan import PRIOR, SCANNED, THRESHOLD, scan

ENDINGS = (".parquet", ".csv", ".json")
TEXTS = {
    "zh": {"scanning": "扫描中", "done": "共 {scanned:,} 个对象，列入清单 {listed:,} 个，结果写入 {path}"},
    "en": {"scanning": "scanning", "done": "{scanned:,} subjects, {listed:,} on the list, written to {path}"},
}


def register(app: typer.Typer) -> None:
    """Add the ``scan`` command to the power group."""
    app.command("scan", no_args_is_help=True)(scan_command)


def scan_command(
    readings: Annotated[
        Path,
        typer.Option(
            help="A lake, or any file or folder that import reads. / 曲线数据：数据湖、文件或文件夹。"
        ),
    ],
    out: Annotated[Path, typer.Option(help="Where to write: .parquet, .csv or .json. / 结果文件。")],
    customers: Annotated[
        Path | None,
        typer.Option(help="The customer archive; left out, curves alone are scanned. / 用户档案，可省略。"),
    ] = None,
    balance: Annotated[
        Path | None,
        typer.Option(help="What transformers supplied; needs --customers. / 台区供电量，需同时给出档案。"),
    ] = None,
    weather: Annotated[Path | None, typer.Option(help="Hourly temperature. / 逐时气温。")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Write every meter, not only the list. / 写出全部电表，不只清单。")
    ] = False,
    state: Annotated[
        Path | None,
        typer.Option(help="Keep the meters' records here; the next scan reads only new days. / 状态文件夹。"),
    ] = None,
    weekly: Annotated[
        bool | None,
        typer.Option(
            "--weekly/--daily",
            help="Judge meters once a week and behind the gate, or all today; by itself weekly from 50,000 meters. "
            "/ 按周或按日研判；不指定时 5 万户起按周。",
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="A model made by `power fit`. / 用 power fit 得到的模型。")
    ] = None,
    prior: Annotated[
        float, typer.Option(help="Share of mines among the customers that scores are for. / 先验占比。")
    ] = PRIOR,
    threshold: Annotated[
        float, typer.Option(help="Score from which a row is on the list. / 列入清单的最低得分。")
    ] = THRESHOLD,
) -> None:
    """Scan load curves for hidden mines. / 从负荷曲线中查找疑似挖矿用电。"""
    if out.suffix not in ENDINGS:
        raise InputError(out, f"ends in {out.suffix or 'nothing'}", remedy=f"use one of {', '.join(ENDINGS)}")
    if balance is not None and customers is None:
        raise InputError(balance, "--balance needs --customers to know which meter hangs where")
    for name, share in (("--prior", prior), ("--threshold", threshold)):
        if not 0 < share < 1:
            raise InputError(name, f"is {share}, expected a number between 0 and 1")
    texts = TEXTS[language_of_shell()]
    screen = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=screen) as bar:
        task = bar.add_task(texts["scanning"], total=None)
        findings = scan(
            readings,
            customers,
            balance,
            weather,
            model=model,
            state=state,
            prior=prior,
            threshold=threshold,
            weekly=weekly,
            every=every,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    listed = findings.filter(pc.field("listed"))
    write_findings(findings if every else listed, out)
    scanned = max(findings.num_rows, int(findings.schema.metadata[SCANNED]))
    screen.print(texts["done"].format(scanned=scanned, listed=listed.num_rows, path=out))


def write_findings(findings: pa.Table, out: Path) -> None:
    """Write findings by the file's ending, whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(out) as partial:
        if out.suffix == ".parquet":
            pq.write_table(findings, partial, compression="zstd")
        elif out.suffix == ".csv":
            pa_csv.write_csv(findings, partial)
        else:
            _write_json(findings, partial)


def _write_json(findings: pa.Table, path: Path) -> None:
    import json

    with path.open("w", encoding="utf-8") as file:
        file.write("[\n")
        for i, row in enumerate(findings.to_pylist()):
            row = {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
            row["reasons"], row["innocent"] = json.loads(row["reasons"]), json.loads(row["innocent"])
            file.write((",\n" if i else "") + json.dumps(row, ensure_ascii=False))
        file.write("\n]\n")
