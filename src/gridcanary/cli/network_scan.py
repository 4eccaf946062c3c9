"""``gridcanary network scan``: sessions that mine, out of captures and logs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError
from gridcanary.network.captured_sessions import MOST_FLOWS
from gridcanary.network.detectors import Given
from gridcanary.network.endpoint_days import endpoint_days
from gridcanary.network.findings_files import check_ending, write_table
from gridcanary.network.pseudonyms import Pseudonyms, pseudonyms_from
from gridcanary.network.scan import Scan, pools_with, told_of

KEY_NAME = "network-ends.key"
NOTES_SHOWN = 10
TEXTS = {
    "zh": {
        "scanning": "扫描中",
        "done": "读取 {files:,} 个文件、{sessions:,} 条会话，列入清单 {listed:,} 条（{ends:,} 个端点），"
        "结果写入 {path}",
        "key": "地址已用密钥 {key} 化名；密钥请与结果分开保存。",
        "plain": "注意：结果含明文地址（--plain-ends）。",
        "days": "按端点和日归并 {count:,} 行，写入 {path}",
        "logs": "日志共 {records:,} 条记录，其中与名单、告警无关而略过 {passed_over:,} 条",
        "more": "还有 {count:,} 条提示",
    },
    "en": {
        "scanning": "scanning",
        "done": "{files:,} files with {sessions:,} sessions read, {listed:,} on the list, of {ends:,} endpoints, "
        "written to {path}",
        "key": "Addresses are pseudonyms under the key {key}; keep it apart from the findings.",
        "plain": "Note: the findings hold plain addresses (--plain-ends).",
        "days": "{count:,} rows by endpoint and day written to {path}",
        "logs": "{records:,} records in logs, {passed_over:,} of them passed over: neither on a list nor alerted",
        "more": "and {count:,} more notes",
    },
}


def register(app: typer.Typer) -> None:
    """Add the ``scan`` command to the network group."""
    app.command("scan", no_args_is_help=True)(scan)


def scan(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Captures, Suricata, Zeek, nfdump and DNS logs, or folders of them. / 抓包、流日志、DNS 日志或目录。"
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="Where to write: .parquet, .csv or .json. / 结果文件。", show_default=False)
    ],
    days: Annotated[
        Path | None,
        typer.Option(
            help="Write rows by endpoint and day too. / 另写按端点和日归并的结果。", show_default=False
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            envvar="GRIDCANARY_NETWORK_KEY",
            help="Key of the pseudonyms, made where there is none; else in the workspace. / 化名密钥文件，没有则生成。",
            show_default=False,
        ),
    ] = None,
    home: Annotated[
        Path,
        typer.Option(envvar="GRIDCANARY_HOME", help="Folder of the workspace, for its key. / 工作目录。"),
    ] = Path("var"),
    plain_ends: Annotated[
        bool, typer.Option("--plain-ends", help="Write addresses as they are. / 地址不化名。")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Write every session, not only the list. / 写出全部会话，不只清单。")
    ] = False,
    pools: Annotated[
        list[Path] | None,
        typer.Option(
            help="A list of pools of your own; repeat. / 自备矿池名单，可重复。", show_default=False
        ),
    ] = None,
    most_flows: Annotated[
        int,
        typer.Option(min=1024, help="Flows of captures held at a time. / 同时跟踪的流数上限。"),
    ] = MOST_FLOWS,
    sampling: Annotated[
        int,
        typer.Option(
            min=0, help="Flow logs saw one packet in so many; 0: not known. / 流日志的抽样比 1:N，不详填 0。"
        ),
    ] = 1,
    utc_offset: Annotated[
        str,
        typer.Option(help="Zone of log times without one. / 日志时间未注明时区时所用的时区，如 +08:00。"),
    ] = "+00:00",
    endpoints: Annotated[
        Path | None,
        typer.Option(
            help="Endpoints with their class of use, CSV. / 端点及其用途类别表（CSV）。", show_default=False
        ),
    ] = None,
) -> None:
    """Find mining in captures, flow logs and DNS. / 从抓包、流日志和 DNS 中发现挖矿会话。

    No payload is kept, addresses become pseudonyms. Formats are found from the content.

    Example: gridcanary network scan captures/ eve.json.gz --out findings.parquet --days days.csv
    """
    for path in (out, *([days] if days else [])):
        check_ending(path)
    if plain_ends and key is not None:
        raise InputError("--plain-ends", "makes no sense with --key", remedy="leave one out")
    key_file = key or home / KEY_NAME
    zone_s = _zone_seconds(utc_offset)
    names = Pseudonyms(None) if plain_ends else pseudonyms_from(key_file)
    texts = TEXTS[language_of_shell()]
    screen = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=screen) as bar:
        task = bar.add_task(texts["scanning"], total=None)
        findings = Scan(
            files,
            names,
            Given(pools_with(pools or ()), endpoints),
            every,
            most_flows,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            sampling=sampling,
            zone_s=zone_s,
        ).run()
    write_table(findings, out)
    for line in _summary(findings, texts, out):
        screen.print(line, highlight=False, markup=False)
    if days is not None:
        gathered = endpoint_days(findings)
        write_table(gathered, days)
        screen.print(texts["days"].format(count=gathered.num_rows, path=days), highlight=False, markup=False)
    screen.print(texts["plain" if plain_ends else "key"].format(key=key_file), highlight=False, markup=False)


def _summary(findings: pa.Table, texts: dict[str, str], out: Path) -> list[str]:
    told: dict[str, Any] = told_of(findings)
    listed = findings.filter(pc.field("listed"))
    ends = len(set(listed["client"].to_pylist()))
    counts = {"files": told["files"], "sessions": told["sessions"], "listed": listed.num_rows, "ends": ends}
    lines = [str(note) for note in told["notes"][:NOTES_SHOWN]]
    if len(told["notes"]) > NOTES_SHOWN:
        lines.append(texts["more"].format(count=len(told["notes"]) - NOTES_SHOWN))
    if told["records"]:
        lines.append(texts["logs"].format(records=told["records"], passed_over=told["passed_over"]))
    return [*lines, texts["done"].format(**counts, path=out)]


def _zone_seconds(offset: str) -> int:
    """Seconds east of Greenwich of an offset such as ``+08:00``."""
    found = re.fullmatch(r"([+-])(\d\d):?([0-5]\d)", offset)
    if found is None or int(found[2]) > 15:
        raise InputError("--utc-offset", f"{offset!r} is no offset", remedy="write it like +08:00")
    return (int(found[2]) * 3600 + int(found[3]) * 60) * (-1 if found[1] == "-" else 1)
