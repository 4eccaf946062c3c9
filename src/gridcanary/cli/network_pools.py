"""``gridcanary network pools``: what the pool list holds, and bringing it up to date."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError
from gridcanary.network.pools.csv_list import load_list, write_list
from gridcanary.network.pools.fetching import list_at
from gridcanary.network.pools.pool_list import DAY_NS, PoolList, shipped
from gridcanary.network.pools.reading import entries_of
from gridcanary.network.pools.updating import updated

TEXTS = {
    "zh": {
        "read": "{name}：{count:,} 条（{day}）",
        "changes": "新增 {added:,}，更新日期 {renewed:,}，无变化 {unchanged:,}，新名单中已无但保留 {kept:,}",
        "written": "共 {count:,} 条，写入 {path}；扫描时以 --pools 使用",
        "source": "{count:>6,} 条  {day}  {licence}  {source}",
        "roles": "用途：{roles}",
        "met": "{name}：{use}，{pool}，{place}（{source}，{day}），时效权重 {weight:.2f}",
        "unmet": "{name}：名单中没有，或条目已过时",
        "work": "矿机接入主机",
        "near": "矿池域名下用途不明的主机",
        "site": "网站，不能证明挖矿",
        "named": "见于恶意挖矿名单，是否为矿池未注明",
        "nodes": "节点种子，不是矿池",
        "stratum": "接入主机",
        "pool": "矿池域名",
        "website": "网站",
        "reported": "通报",
        "seed": "节点种子",
    },
    "en": {
        "read": "{name}: {count:,} entries ({day})",
        "changes": "{added:,} new, {renewed:,} with a later date, {unchanged:,} as they were, "
        "{kept:,} kept that the lists don't have",
        "written": "{count:,} entries written to {path}; give it to a scan by --pools",
        "source": "{count:>6,}  {day}  {licence}  {source}",
        "roles": "Roles: {roles}",
        "met": "{name}: {use}; {pool}, {place} ({source}, {day}), weight by age {weight:.2f}",
        "unmet": "{name}: not on the list, or its entry is too old",
        "work": "a host where miners work",
        "near": "beneath a pool's domain, for a use unknown",
        "site": "a web site, which proves no mining",
        "named": "named by a list of malicious mining, perhaps no pool",
        "nodes": "a seed of nodes, no pool",
        "stratum": "work hosts",
        "pool": "pools' domains",
        "website": "web sites",
        "reported": "reported",
        "seed": "seeds of nodes",
    },
}

app = typer.Typer(
    no_args_is_help=True,
    help="The dated list of pools, with a role and a licence a row. / 矿池名单：逐条注明日期、用途和许可。",
)


def register(parent: typer.Typer) -> None:
    """Add the ``pools`` group to the network group."""
    parent.add_typer(app, name="pools")


@app.command("show")
def show(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Names or addresses, perhaps with :port. / 主机名或地址，可带端口。", show_default=False
        ),
    ] = None,
    pools: Annotated[
        Path | None,
        typer.Option("--list", help="A list instead of the shipped one. / 改用此名单。", show_default=False),
    ] = None,
    on: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Day to judge age by. / 判断时效的日期。", show_default="today"
        ),
    ] = None,
) -> None:
    """Show what the pool list holds, or what names meet in it. / 查看名单概况，或查询主机名、地址。

    Example: gridcanary network pools show stratum.antpool.com:3333 www.f2pool.com
    """
    texts = TEXTS[language_of_shell()]
    pool_list = PoolList(load_list(pools), str(pools)) if pools else shipped()
    day = on.date() if on else dt.datetime.now(dt.UTC).date()
    for line in _answers(names, pool_list, day, texts) if names else _summary(pool_list, texts):
        typer.echo(line)


@app.command("update", no_args_is_help=True)
def update(
    sources: Annotated[
        list[str],
        typer.Option(
            "--from",
            help="File or https:// address: CSV, maltrail, mempool, falco, ET; repeat. / 名单文件或网址，可重复。",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="Where to write the list. / 写入的名单文件（CSV）。", show_default=False)
    ],
    pools: Annotated[
        Path | None,
        typer.Option("--list", help="The list to bring up to date. / 待更新的名单。", show_default="shipped"),
    ] = None,
    day: Annotated[
        dt.datetime | None,
        typer.Option(
            "--date",
            formats=["%Y-%m-%d"],
            help="When the lists were last changed, where their place doesn't tell rightly. / 名单的修改日期。",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Bring the pool list up to date from public lists. / 用公开名单更新矿池名单。

    Example: gridcanary network pools update --from crypto_mining.txt --from pools-v2.json --out pools.csv
    """
    texts = TEXTS[language_of_shell()]
    entries = load_list(pools) if pools else list(shipped().entries)
    news = []
    for source in sources:
        found = list_at(source)
        told = day.date() if day else found.day
        read = entries_of(found.content, found.name, told)
        typer.echo(texts["read"].format(name=source, count=len(read), day=told))
        news += read
    entries, changes = updated(entries, news)
    _write(out, write_list(entries))
    counts = {name: getattr(changes, name) for name in ("added", "renewed", "unchanged", "kept")}
    typer.echo(texts["changes"].format(**counts))
    typer.echo(texts["written"].format(count=len(entries), path=out))


def _summary(pool_list: PoolList, texts: dict[str, str]) -> list[str]:
    sources = Counter((entry.source, entry.licence) for entry in pool_list.entries)
    days: dict[str, dt.date] = {}
    for entry in pool_list.entries:
        days[entry.source] = max(entry.source_date, days.get(entry.source, entry.source_date))
    lines = [
        texts["source"].format(count=count, day=days[source], licence=licence, source=source)
        for (source, licence), count in sources.most_common()
    ]
    roles = Counter(entry.role for entry in pool_list.entries)
    told = ", ".join(f"{texts[role]} {count:,}" for role, count in roles.most_common())
    return [*lines, texts["roles"].format(roles=told)]


def _answers(names: list[str], pool_list: PoolList, day: dt.date, texts: dict[str, str]) -> list[str]:
    at_ns = (day - dt.date(1970, 1, 1)).days * DAY_NS
    lines = []
    for name in names:
        host, port = host_and_port(name)
        match = pool_list.by_address(host, port, at_ns) or pool_list.by_name(host, port, at_ns)
        if match is None:
            lines.append(texts["unmet"].format(name=name))
            continue
        entry = match.entry
        told = {"pool": entry.title, "place": entry.place, "source": entry.source, "weight": match.weight}
        listed = (entry.seen if entry.is_address else None) or entry.source_date
        lines.append(texts["met"].format(name=name, use=texts[match.use], day=listed, **told))
    return lines


def host_and_port(text: str) -> tuple[str, int | None]:
    """A name or address and its port, as people write them.

    >>> host_and_port("pool.example:3333"), host_and_port("2001:db8::1"), host_and_port("[2001:db8::1]:25")
    (('pool.example', 3333), ('2001:db8::1', None), ('2001:db8::1', 25))
    """
    host, _, port = text.rpartition(":")
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") != 1:
        return text, None
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise InputError(text, f"{port!r} is no port", remedy="1 to 65535")
    return host, int(port) if port else None


def _write(path: Path, text: str) -> None:
    """Write whole or not at all: a scan may be reading the old list."""
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", newline="")
        os.replace(partial, path)
    except OSError as fault:
        raise InputError(path, f"can't be written: {fault.strerror}") from fault
