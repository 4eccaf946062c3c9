"""``gridcanary chain blocks``: checks block files, and writes the best chain into a Parquet lake."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.folder_check import CheckedBlock, check_folder
from gridcanary.chain.lake.building import LakeReport, build_lake
from gridcanary.chain.networks import network_named
from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.engines import local, spark

DOES_NOT_HOLD = 1
"""Exit code where a block doesn't hold."""

COLUMNS = (
    "file", "offset", "network", "hash", "height", "standing", "transactions", "work", "merkle", "witness", "spent",
    "faults", "notes",
)  # fmt: skip

TEXTS: dict[str, dict[str, str]] = {
    "zh": {
        "fault": "{file}，字节 {offset}，区块 {hash}：{fault}",
        "checked": "{network}：{blocks:,} 个区块，{holding:,} 个全部相符；"
        "其中有见证承诺的 {witness:,} 个，花费数据吻合的 {spent:,} 个。",
        "lake": "{ranges:,} 个高度段，本次写入 {written:,} 个：{blocks:,} 个区块，{transactions:,} 笔交易，"
        "{inputs:,} 个输入，{outputs:,} 个输出；{with_undo:,} 个区块附有花费数据。",
        "tip": "最优链末块：高度 {height:,}，{hash}",
        "gaps": "最优链缺 {gaps:,} 段高度，第一段为 {first:,} 至 {last:,}。",
        "left": "未计入：{left}",
        "damaged": "无法读取的区块，高度：{heights}",
        "stale": "孤块 {count:,} 个",
        "tied": "工作量相同、尚无定论的分支区块 {count:,} 个",
        "overlapping": "高度与另一段重叠的区块 {count:,} 个",
        "unplaced": "高度无从确定的区块 {count:,} 个",
        "repeated": "重复区块 {count:,} 个",
        "worthless": "工作量证明不成立或属于其他网络的区块 {count:,} 个",
    },
    "en": {
        "fault": "{file}, byte {offset}, block {hash}: {fault}",
        "checked": "{network}: {blocks:,} blocks, {holding:,} hold; {witness:,} with a witness commitment, "
        "{spent:,} with spent outputs that add up.",
        "lake": "{ranges:,} ranges of heights, {written:,} written now: {blocks:,} blocks, "
        "{transactions:,} transactions, {inputs:,} inputs, {outputs:,} outputs; {with_undo:,} blocks with undo data.",
        "tip": "Tip of the best chain: height {height:,}, {hash}",
        "gaps": "The best chain lacks {gaps:,} ranges of heights, the first from {first:,} to {last:,}.",
        "left": "Left out: {left}",
        "damaged": "Blocks that can't be read, by height: {heights}",
        "stale": "{count:,} stale",
        "tied": "{count:,} in branches with as much work, unresolved",
        "overlapping": "{count:,} at heights of other blocks",
        "unplaced": "{count:,} whose height nothing tells",
        "repeated": "{count:,} repeated",
        "worthless": "{count:,} without work or of other networks",
    },
}


class Engine(StrEnum):
    """Where the lake is written."""

    LOCAL = "local"
    SPARK = "spark"


def register(app: typer.Typer) -> None:
    """Add the ``blocks`` command to the chain group."""
    app.command("blocks", no_args_is_help=True)(blocks)


def blocks(
    paths: Annotated[
        list[Path],
        typer.Option(
            "--blocks",
            help="Block files, or folders of them; repeat. / 区块文件或目录，可重复。",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the best chain into this lake instead of checking. / 不作校验，把最优链写入此数据湖。",
            show_default=False,
        ),
    ] = None,
    network_name: Annotated[str, typer.Option("--network", help="Whose blocks. / 网络。")] = "bitcoin",
    table: Annotated[
        Path | None,
        typer.Option(
            help="Also write what was checked, a row a block, as CSV. / 同时把逐块校验结果写成 CSV。",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="Where the lake is written. / 写入数据湖所用引擎。")
    ] = Engine.LOCAL,
    threads: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Threads; without it one a processor. / 线程数，默认每处理器一个。",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check block files, or write them into a Parquet lake. / 校验区块文件，或写入 Parquet 数据湖。

    Checked are the proof of work (also a parent chain's), the Merkle root, the witness commitment, the height and,
    where undo files (rev*.dat) are beside the blocks, that amounts add up and keys fit. Ends with 1 where a block
    doesn't hold.

    Example: gridcanary chain blocks --blocks ~/.bitcoin/blocks --out lake
    """
    texts = TEXTS[language_of_shell()]
    history = FileHistory(network_named(network_name), paths)
    if out is None:
        _check(history, table, texts)
        return
    mapped = (spark if engine is Engine.SPARK else local).map_batches
    report = build_lake(history, out, map_batches=mapped, threads=threads)
    for line in (*map(str, history.remarks), *lake_lines(report, texts)):
        typer.echo(line)
    if report.damaged:
        raise typer.Exit(DOES_NOT_HOLD)


def _check(history: FileHistory, table: Path | None, texts: dict[str, str]) -> None:
    counts: dict[str, Counter[str]] = {}
    faulty = False
    with ExitStack() as stack:
        checked: Iterable[CheckedBlock] = check_folder(history)
        if table is not None:
            stream = stack.enter_context(table.open("w", encoding="utf-8", newline=""))
            checked = _written(checked, csv.writer(stream, lineterminator="\n"))
        for one in checked:
            counted = counts.setdefault(one.network.name, Counter())
            counted["blocks"] += 1
            counted["holding"] += one.holds
            counted["witness"] += one.check.witness is True
            counted["spent"] += one.spent is True
            faulty |= not one.holds
            for fault in one.faults:
                told = {"file": one.file, "offset": one.offset, "hash": one.check.hash[::-1].hex() or "?"}
                typer.echo(texts["fault"].format(**told, fault=fault))
    for remark in history.remarks:
        typer.echo(str(remark))
    for network, counted in counts.items():
        numbers = {name: counted[name] for name in ("blocks", "holding", "witness", "spent")}
        typer.echo(texts["checked"].format(network=network, **numbers))
    if faulty:
        raise typer.Exit(DOES_NOT_HOLD)


def _written(checked: Iterable[CheckedBlock], writer: object) -> Iterator[CheckedBlock]:
    """The blocks, each written as a row when it passes."""
    writer.writerow(COLUMNS)  # type: ignore[attr-defined]
    for one in checked:
        check = one.check
        writer.writerow(  # type: ignore[attr-defined]
            [
                one.file, one.offset, one.network.name, check.hash[::-1].hex(), one.height,
                one.standing.name.lower(), check.transactions, check.work, check.merkle, check.witness, one.spent,
                "; ".join(one.faults), "; ".join(check.notes),
            ]
        )  # fmt: skip
        yield one


def lake_lines(report: LakeReport, texts: dict[str, str]) -> Iterator[str]:
    """What to say of a lake that was written."""
    yield texts["lake"].format(ranges=report.ranges, written=report.written, **report.totals)
    if report.tip_hash:
        yield texts["tip"].format(height=report.tip_height, hash=report.tip_hash[::-1].hex())
    if report.gaps:
        first, last = report.gaps[0]
        yield texts["gaps"].format(gaps=len(report.gaps), first=first, last=last)
    if report.left_out:
        told = (
            texts[standing.name.lower()].format(count=count) for standing, count in report.left_out.items()
        )
        yield texts["left"].format(left="; ".join(told))
    if report.damaged:
        yield texts["damaged"].format(heights=", ".join(f"{height:,}" for height in report.damaged))
