"""``gridcanary chain pools``: who found each block."""

from __future__ import annotations

import collections
from pathlib import Path
from typing import Annotated

import typer

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.history import UNKNOWN_HEIGHT
from gridcanary.chain.labels.reading import read_labels
from gridcanary.chain.networks import network_named
from gridcanary.chain.pools.finders import Status
from gridcanary.chain.pools.known import PoolBook, read_pools, shipped_lists
from gridcanary.chain.pools.parents import finders_with_parents
from gridcanary.chain.pools.summary import Share, Summary
from gridcanary.chain.pools.table import check_ending, finder_batches, write_table
from gridcanary.cli.demo_texts import language_of_shell

TEXTS = {
    "zh": {
        "lists": "名单：{names}；{scripts:,} 个收款脚本、{tags:,} 个标识",
        "labels": "标签：{count:,} 条，{scripts:,} 个脚本；{refused:,} 条地址有误未采用",
        "all": "全部 {blocks:,} 个区块：已识别 {identified:,} 个（{part:.1%}）",
        "pooled": "首个矿池出现（2010-12-16）之后 {blocks:,} 个区块：已识别 {identified:,} 个（{part:.1%}）",
        "statuses": "  地址与标识一致 {agreed:,}，仅地址 {address:,}，仅标识 {tag:,}，不一致未定 {unresolved:,}，"
        "仅自报 {declared:,}，不明 {unknown:,}",
        "both": "地址与标识均有指向的 {both:,} 个区块中，{agreed:,} 个一致，{different:,} 个未定",
        "pays": "在 coinbase 中直接向矿工付款的区块：{count:,} 个",
        "pattern": "标识仅按模式匹配（逐字不符）：{count:,} 处",
        "pools": "矿池：{pools}",
        "unresolved": "未定：高度 {height}，{hash}，地址指向 {address}，标识指向 {tag}",
        "more": "未定的还有 {count:,} 个，见 status 列",
        "remarks": "读取中略过 {count:,} 处，首处：{first}",
        "written": "已写入 {path}",
        "nobody": "无",
    },
    "en": {
        "lists": "Lists: {names}; {scripts:,} payout scripts, {tags:,} tags",
        "labels": "Labels: {count:,} on {scripts:,} scripts; {refused:,} left out, their address is none",
        "all": "All {blocks:,} blocks: {identified:,} identified ({part:.1%})",
        "pooled": "{blocks:,} blocks since there are pools (2010-12-16): {identified:,} identified ({part:.1%})",
        "statuses": "  address and tag agree {agreed:,}, address only {address:,}, tag only {tag:,}, "
        "unresolved {unresolved:,}, self-declared {declared:,}, unknown {unknown:,}",
        "both": "Where address and tag both speak ({both:,} blocks), {agreed:,} agree and {different:,} don't",
        "pays": "Blocks that pay miners in the coinbase itself: {count:,}",
        "pattern": "Tags that match as a pattern but not letter by letter: {count:,}",
        "pools": "Pools: {pools}",
        "unresolved": "Unresolved: height {height}, {hash}: its address is of {address}, its tag of {tag}",
        "more": "and {count:,} more unresolved, see the column status",
        "remarks": "Passed over in reading: {count:,}; the first: {first}",
        "written": "Written to {path}",
        "nobody": "nobody",
    },
}
UNRESOLVED_SHOWN = 10
POOLS_SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the ``pools`` command to the chain group."""
    app.command("pools", no_args_is_help=True)(pools)


def pools(
    blocks: Annotated[
        list[Path],
        typer.Option(
            help="Folder of block files (blk*.dat, .bin, .raw, .hex), or a file; repeat. / 区块文件或目录，可重复。",
            show_default=False,
        ),
    ],
    network: Annotated[str, typer.Option(help="The blocks' network. / 区块所属网络。")] = "bitcoin",
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            help="Labels whose category is miner add payout addresses; repeat. / 标签文件，取其中矿池地址，可重复。",
            show_default=False,
        ),
    ] = None,
    pool_list: Annotated[
        list[Path] | None,
        typer.Option(
            "--pools",
            help="A list of pools of your own beside those that ship; repeat. / 自备矿池名单，可重复。",
            show_default=False,
        ),
    ] = None,
    best_chain: Annotated[
        bool, typer.Option("--best-chain", help="Only blocks of the best chain. / 仅最优链上的区块。")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            help="File for a row a block: .csv, .parquet or .json. / 输出文件，每块一行。", show_default=False
        ),
    ] = None,
) -> None:
    """Tell who found each block, by payout address and by coinbase text. / 按收款地址和 coinbase 标识识别出块矿池。

    Where the two disagree the block is unresolved, and both are named.

    Example: gridcanary chain pools --blocks ~/.bitcoin/blocks --out pools.csv
    """
    if out is not None:
        check_ending(out)
    chain = network_named(network)
    labelled = read_labels(chain, labels) if labels else None
    book = read_pools(chain, [*shipped_lists(), *(pool_list or ())], labelled)
    texts = TEXTS[language_of_shell()]
    typer.echo(_lists_line(book, texts))
    if labelled is not None:
        counts = {"count": labelled.count, "scripts": len(labelled), "refused": len(labelled.refused)}
        typer.echo(texts["labels"].format(**counts))
    history = FileHistory(chain, blocks, loose=not best_chain)
    summary = Summary()
    found = summary.counted(finders_with_parents(history, book))
    if out is not None:
        files = (*book.files, *(labelled.files if labelled is not None else ()))
        write_table(finder_batches(found), out, files)
    collections.deque(found, maxlen=0)  # what no file took still has to be counted
    for line in summary_lines(summary, texts):
        typer.echo(line)
    if history.remarks:
        typer.echo(texts["remarks"].format(count=len(history.remarks), first=history.remarks[0]))
    if out is not None:
        typer.echo(texts["written"].format(path=out))


def summary_lines(summary: Summary, texts: dict[str, str]) -> list[str]:
    """What to say of the finders, in the language of the texts."""
    lines = [_share_line(texts["all"], summary.all), _statuses_line(summary.all, texts)]
    if 0 < summary.pooled.blocks < summary.all.blocks:
        lines += [_share_line(texts["pooled"], summary.pooled), _statuses_line(summary.pooled, texts)]
    different = summary.both_speak - summary.agreed
    lines.append(texts["both"].format(both=summary.both_speak, agreed=summary.agreed, different=different))
    lines.append(texts["pays"].format(count=summary.pay_miners))
    lines.append(texts["pattern"].format(count=summary.only_as_pattern))
    if summary.pools:
        most = ", ".join(f"{name} {count:,}" for name, count in summary.pools.most_common(POOLS_SHOWN))
        lines.append(texts["pools"].format(pools=most))
    for one in summary.unresolved[:UNRESOLVED_SHOWN]:
        height = "?" if one.place.height == UNKNOWN_HEIGHT else f"{one.place.height:,}"
        address, tag = (" / ".join(names) or texts["nobody"] for names in (one.by_address, one.by_tag))
        shown = one.place.block_hash[::-1].hex()
        lines.append(texts["unresolved"].format(height=height, hash=shown, address=address, tag=tag))
    if len(summary.unresolved) > UNRESOLVED_SHOWN:
        lines.append(texts["more"].format(count=len(summary.unresolved) - UNRESOLVED_SHOWN))
    return lines


def _lists_line(book: PoolBook, texts: dict[str, str]) -> str:
    names = ", ".join(f"{one.path.name} (SHA-256 {one.sha256[:16]}…)" for one in book.files)
    return texts["lists"].format(names=names, scripts=len(book.scripts), tags=len(book.tags))


def _share_line(text: str, share: Share) -> str:
    return text.format(blocks=share.blocks, identified=share.identified, part=share.part)


def _statuses_line(share: Share, texts: dict[str, str]) -> str:
    return texts["statuses"].format(
        agreed=share.statuses[Status.AGREED],
        address=share.statuses[Status.ADDRESS_ONLY],
        tag=share.statuses[Status.TAG_ONLY],
        unresolved=share.statuses[Status.UNRESOLVED],
        declared=share.statuses[Status.SELF_DECLARED],
        unknown=share.statuses[Status.UNKNOWN],
    )
