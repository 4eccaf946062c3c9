"""``gridcanary chain follow``: new blocks from a node, or from an Esplora server that is not trusted."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gridcanary.chain.addresses import address_of_script
from gridcanary.chain.follow.client import Client
from gridcanary.chain.follow.errors import SourceUnreachable
from gridcanary.chain.follow.esplora import Esplora
from gridcanary.chain.follow.folder import BlockFolder
from gridcanary.chain.follow.following import Follower, Round
from gridcanary.chain.follow.rest import RestNode
from gridcanary.chain.follow.rpc import RpcNode, authorization
from gridcanary.chain.follow.sources import BlockSource, shown
from gridcanary.chain.follow.wallets import WalletFetcher
from gridcanary.chain.networks import network_named
from gridcanary.chain.wallets import read_wallets
from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError

TEXTS = {
    "zh": {
        "public": "注意：{name} 的运营者会看到是谁在取哪些区块；所取内容均在本机重新校验，不予采信。",
        "leak": "警告：{name} 的运营者将得知本案的 {count:,} 个地址。涉密案件请改用自有节点。",
        "wallets": "{source}：{known:,} 笔交易全部通过校验，新增 {added:,} 个区块。",
        "unsettled": "确认数不足 6，暂不作定论：{ids}",
        "incomplete": "校验可以发现伪造，不能发现遗漏：服务器未返回的交易无从得知，定案前请以自有节点复核。",
        "unreachable": "{error}；改用 {next}",
        "later": "{error}；{seconds:g} 秒后重试",
        "round": "{source}：新增 {added:,} 个区块，最新高度 {height:,}，{hash}",
        "provisional": "高度 {height:,} 及以上的区块确认数不足 6，暂不作定论。",
        "stale": "链已重组：高度 {height:,} 的区块 {hash} 已成孤块（文件保留）。",
        "behind": "该服务器自报的最新区块（高度 {height:,}）所在分支工作量不及已存的链，未予采用。",
    },
    "en": {
        "public": "Note: whoever runs {name} sees who fetches which blocks; all of it is checked here, not believed.",
        "leak": "WARNING: whoever runs {name} learns the {count:,} addresses of this case. Use a node of your own "
        "where that matters.",
        "wallets": "{source}: {known:,} transactions, all of which hold; {added:,} new blocks.",
        "unsettled": "Fewer than 6 confirmations, provisional: {ids}",
        "incomplete": "Checks find what is forged, not what is left out: nothing tells of a transaction that the "
        "server keeps back. Check with a node before it counts.",
        "unreachable": "{error}; asking {next} instead",
        "later": "{error}; trying again in {seconds:g} seconds",
        "round": "{source}: {added:,} new blocks, tip at height {height:,}, {hash}",
        "provisional": "Blocks from height {height:,} on have fewer than 6 confirmations: provisional.",
        "stale": "The chain was reorganised: block {hash} of height {height:,} is stale (its file stays).",
        "behind": "The tip that this server tells (height {height:,}) has less work behind it than what is stored: "
        "not taken.",
    },
}


def register(app: typer.Typer) -> None:
    """Add the ``follow`` command to the chain group."""
    app.command("follow", no_args_is_help=True)(follow)


def follow(
    out: Annotated[
        Path,
        typer.Option(
            help="Folder for the blocks, one file each. / 区块存放目录，每块一个文件。", show_default=False
        ),
    ],
    node: Annotated[
        str | None,
        typer.Option(
            help="A node's JSON-RPC, or its REST: http://HOST:PORT/rest. / 节点的 JSON-RPC 或 REST 地址。",
            metavar="URL",
            show_default=False,
        ),
    ] = None,
    cookie: Annotated[
        Path | None,
        typer.Option(
            help="The node's .cookie file; or GRIDCANARY_NODE_COOKIE, or GRIDCANARY_NODE_USER and "
            "GRIDCANARY_NODE_PASSWORD in the environment. / 节点 .cookie 文件；也可用环境变量给出用户名和口令。",
            show_default=False,
        ),
    ] = None,
    esplora: Annotated[
        str | None,
        typer.Option(
            help="An Esplora server, asked where the node is silent; never trusted. / Esplora 服务，节点无应答时备用，"
            "不予采信。",
            metavar="URL",
            show_default=False,
        ),
    ] = None,
    network_name: Annotated[str, typer.Option("--network", help="Whose chain. / 网络。")] = "bitcoin",
    wallets: Annotated[
        Path | None,
        typer.Option(
            help="Only blocks with transactions of these addresses; needs --esplora alone. / 仅取含名单地址交易的区块，"
            "须单独配合 --esplora。",
            show_default=False,
        ),
    ] = None,
    first_height: Annotated[
        int | None,
        typer.Option(
            "--from",
            min=0,
            help="Where a first run begins; without it 144 blocks before the tip. / 首次运行的起始高度，默认为最新高度"
            "之前 144 块。",
            metavar="HEIGHT",
            show_default=False,
        ),
    ] = None,
    first_hash: Annotated[
        str | None,
        typer.Option(
            help="What the first block's hash must be. / 起始区块应有的哈希值。",
            metavar="HASH",
            show_default=False,
        ),
    ] = None,
    least_difficulty: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="Refuse easier blocks; without it the network's floors. / 低于此难度的区块不收，默认按网络下限。",
            show_default=False,
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Fetch what is new and end. / 取完新区块即结束。")
    ] = False,
    every: Annotated[
        float, typer.Option(min=1.0, help="Seconds between two looks. / 轮询间隔（秒）。")
    ] = 60.0,
) -> None:
    """Fetch new blocks, each checked before it is kept. / 跟踪新区块，逐块校验后保存。

    Work, link, Merkle root, witness commitment and height must hold; nothing that a server says is believed. Blocks
    that lost in a reorganisation stay and are named. A run that was broken off goes on where it stopped.

    Example: gridcanary chain follow --node http://127.0.0.1:8332 --cookie ~/.bitcoin/.cookie --out blocks
    """
    texts = TEXTS[language_of_shell()]
    if wallets is not None:
        if node or not esplora:
            remedy = "with a node, follow the whole chain: it tells nobody which addresses matter"
            raise InputError("--wallets", "needs --esplora, and no --node", remedy=remedy)
        _fetch_wallets(wallets, Esplora(Client(esplora)), out, network_name, least_difficulty, texts)
        return
    sources = _sources(node, cookie, esplora)
    if esplora:
        typer.echo(texts["public"].format(name=sources[-1].name), err=True)
    follower = Follower(
        network_named(network_name),
        BlockFolder(out),
        first_height,
        _hash(first_hash) if first_hash else None,
        least_difficulty,
    )
    while True:
        try:
            for line in summary(*_round(follower, sources, texts), texts):
                typer.echo(line)
        except SourceUnreachable as error:
            if once:
                raise
            typer.echo(texts["later"].format(error=error, seconds=every), err=True)
        if once:
            return
        time.sleep(every)


def _fetch_wallets(
    file: Path, server: Esplora, out: Path, network_name: str, floor: float | None, texts: dict[str, str]
) -> None:
    """The blocks with transactions of a list of wallets, with the warning that asking for them calls for."""
    network = network_named(network_name)
    listed = read_wallets(file, network).on(network)
    addresses = list(dict.fromkeys(one.shown for one in listed if address_of_script(one.script, network)))
    typer.echo(texts["leak"].format(name=server.name, count=len(addresses)), err=True)
    found = WalletFetcher(network, out, floor).fetch(server, addresses)
    known = len({one for several in found.transactions.values() for one in several})
    typer.echo(texts["wallets"].format(source=server.name, known=known, added=len(found.added)))
    if found.provisional:
        typer.echo(texts["unsettled"].format(ids=", ".join(found.provisional)))
    typer.echo(texts["incomplete"])


def _sources(node: str | None, cookie: Path | None, esplora: str | None) -> list[BlockSource]:
    """The servers in the order in which they are asked."""
    sources: list[BlockSource] = []
    if node and node.rstrip("/").endswith("/rest"):
        sources.append(RestNode(Client(node)))
    elif node:
        sources.append(RpcNode(Client(node, authorization(os.environ, cookie))))
    if esplora:
        sources.append(Esplora(Client(esplora)))
    if not sources:
        raise InputError("--node", "no server is named", remedy="--node URL, --esplora URL, or both")
    return sources


def _hash(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)[::-1]
    except ValueError:
        found = b""
    if len(found) != 32:
        raise InputError(
            "--first-hash", f"{text!r} is no block hash", remedy="64 hex digits, as explorers show it"
        )
    return found


def _round(
    follower: Follower, sources: Sequence[BlockSource], texts: dict[str, str]
) -> tuple[BlockSource, Round]:
    """A round with the first server that answers."""
    for source, other in itertools.pairwise(sources):
        try:
            return source, follower.round(source)
        except SourceUnreachable as error:
            typer.echo(texts["unreachable"].format(error=error, next=other.name), err=True)
    return sources[-1], follower.round(sources[-1])


def summary(source: BlockSource, found: Round, texts: dict[str, str]) -> list[str]:
    """What to say of a round: nothing where nothing is new."""
    if not found.added and not found.stale and found.tip.hash == found.told.hash:
        return []
    tip = found.tip
    lines = [
        texts["round"].format(
            source=source.name, added=len(found.added), height=tip.height, hash=shown(tip.hash)
        )
    ]
    lines += [texts["stale"].format(height=one.height, hash=shown(one.hash)) for one in found.stale]
    if tip.hash != found.told.hash:
        lines.append(texts["behind"].format(height=found.told.height))
    return [*lines, texts["provisional"].format(height=found.provisional_from)]
