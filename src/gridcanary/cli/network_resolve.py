"""``gridcanary network resolve``: from an address, a port and a moment to a premises, by the carrier's records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError
from gridcanary.network.findings_files import check_ending, write_table
from gridcanary.network.pseudonyms import Pseudonyms, pseudonyms_from
from gridcanary.network.resolve.assignments import Assignment
from gridcanary.network.resolve.dhcp import read_dhcp
from gridcanary.network.resolve.lines import read_lines, read_places
from gridcanary.network.resolve.nat import read_nat
from gridcanary.network.resolve.observations import CLOCK_ERROR_S, read_observations, resolution_table
from gridcanary.network.resolve.radius import read_radius
from gridcanary.network.resolve.records import address_of, port_of, time_ns
from gridcanary.network.resolve.resolving import STATES, Observation, Resolution, Resolver

TEXTS = {
    "zh": {
        "resolved": "已定位：用电场所 {premises}，置信度 {confidence:.0%}",
        "ambiguous": "无法唯一确定，候选如下：",
        "unplaced": "有账号占用该地址，但没有资料说明其安装地点：请补充 --accounts 或 --drops",
        "unknown": "该时刻没有任何记录涵盖此地址",
        "candidate": "  {premises}  {confidence:.0%}  依据 {basis}  {records}",
        "nowhere": "（地点不明）",
        "counts": "共 {all:,} 条：已定位 {resolved:,}，无法唯一确定 {ambiguous:,}，"
        "地点不明 {unplaced:,}，无记录 {unknown:,}",
        "written": "结果写入 {path}",
    },
    "en": {
        "resolved": "Resolved: premises {premises}, confidence {confidence:.0%}",
        "ambiguous": "Ambiguous; candidates:",
        "unplaced": "An account held the address, but nothing tells where it is installed: give --accounts or --drops",
        "unknown": "No record covers this address at that moment",
        "candidate": "  {premises}  {confidence:.0%}  by {basis}  {records}",
        "nowhere": "(no known place)",
        "counts": "{all:,} in all: {resolved:,} resolved, {ambiguous:,} ambiguous, {unplaced:,} unplaced, "
        "{unknown:,} unknown",
        "written": "Written to {path}",
    },
}

Files = list[Path] | None


def register(app: typer.Typer) -> None:
    """Add the ``resolve`` command to the network group."""
    app.command("resolve", no_args_is_help=True)(resolve)


def resolve(
    address: Annotated[
        str | None, typer.Option(help="Public address. / 公网地址。", show_default=False)
    ] = None,
    port: Annotated[
        str | None,
        typer.Option(
            help="Source port; without it a shared address stays ambiguous. / 源端口；共享地址缺此项则无法确定。",
            show_default=False,
        ),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            help="When it was seen, with the offset from UTC. / 观测时间，须带时区。",
            metavar="2026-05-31T22:15:03+08:00",
            show_default=False,
        ),
    ] = None,
    clock_error: Annotated[
        float,
        typer.Option(
            min=0, max=86_400, help="The sensor's clock may be off by so many s. / 探针时钟误差（秒）。"
        ),
    ] = CLOCK_ERROR_S,
    observations: Annotated[
        Path | None,
        typer.Option(
            help="Many at once: CSV address, time, source_port, clock_error_s. / 批量观测表。",
            show_default=False,
        ),
    ] = None,
    radius: Annotated[
        Files, typer.Option(help="RADIUS accounting; repeat. / RADIUS 计费记录，可重复。", show_default=False)
    ] = None,
    nat: Annotated[
        Files,
        typer.Option(help="NAT events (RFC 8158); repeat. / 地址转换日志，可重复。", show_default=False),
    ] = None,
    dhcp: Annotated[
        Files, typer.Option(help="DHCP leases; repeat. / DHCP 租约，可重复。", show_default=False)
    ] = None,
    lines: Annotated[
        Files,
        typer.Option(help="Leased lines: prefix, premises_id. / 专线地址段，可重复。", show_default=False),
    ] = None,
    accounts: Annotated[
        Path | None,
        typer.Option(help="Where accounts are: account, premises_id. / 账号安装地点。", show_default=False),
    ] = None,
    drops: Annotated[
        Path | None,
        typer.Option(help="Where lines end: drop, premises_id. / 线路端口所在地点。", show_default=False),
    ] = None,
    records_error: Annotated[
        float, typer.Option(min=0, help="The records' clocks may be off by so many s. / 记录时钟误差（秒）。")
    ] = 0.0,
    key: Annotated[
        Path | None,
        typer.Option(
            help="Key of the findings' pseudonyms. / 与结果文件一致的假名密钥。", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write: .parquet, .csv, .json. / 结果文件。", show_default=False),
    ] = None,
) -> None:
    """Tell which premises held an address and port at a moment. / 由地址、端口、时间定位用电场所。

    Says so where it is ambiguous. Run it where the records are; only the premises, the confidence and the records
    used come out, no account.

    Example: gridcanary network resolve --address 203.0.113.9 --port 40112 --time 2026-05-31T22:15:03+08:00
    --nat nat.csv --radius radius.csv --accounts accounts.csv
    """
    texts = TEXTS[language_of_shell()]
    if (observations is None) == (address is None):
        raise InputError("--address", "give either one address or --observations")
    if observations is not None and out is None:
        raise InputError("--observations", "many answers need a file", remedy="give --out")
    if out is not None:
        check_ending(out)
        if key is None:
            raise InputError(
                "--out", "a file of answers needs the key of the pseudonyms", remedy="give --key"
            )
    seen = (
        list(read_observations(observations, clock_error))
        if observations is not None
        else [_single(address or "", port, time, clock_error)]
    )
    resolver = Resolver(
        list(_assignments(radius, nat, dhcp, lines)),
        read_places(accounts, "account") if accounts else {},
        read_places(drops, "drop") if drops else {},
        records_error,
    )
    answers = [(one, resolver.resolve(one)) for one in seen]
    if observations is None:
        _tell(answers[0][1], texts)
    else:
        states = Counter(found.state for _, found in answers)
        typer.echo(texts["counts"].format(all=len(answers), **{state: states[state] for state in STATES}))
    if out is not None:
        names = pseudonyms_from(key) if key is not None else Pseudonyms(None)
        write_table(resolution_table(answers, names), out)
        typer.echo(texts["written"].format(path=out))


def _single(address: str, port: str | None, time: str | None, clock_error: float) -> Observation:
    if time is None:
        raise InputError("--time", "an address alone names nobody", remedy="tell when it was seen")
    where = address_of(address, "--address", None, "address")
    from_port = port_of(port, "--port", None, "port") if port is not None else None
    return Observation(where, from_port, time_ns(time, "--time", None, "time"), clock_error)


def _assignments(radius: Files, nat: Files, dhcp: Files, lines: Files) -> Iterator[Assignment]:
    kinds = ((radius, read_radius), (nat, read_nat), (dhcp, read_dhcp), (lines, read_lines))
    if not any(files for files, _ in kinds):
        raise InputError(
            "--radius", "there are no records to look into", remedy="give --radius, --nat, --dhcp or --lines"
        )
    for files, read in kinds:
        for path in files or ():
            yield from read(path)


def _tell(found: Resolution, texts: dict[str, str]) -> None:
    typer.echo(texts[found.state].format(premises=found.premises_id, confidence=found.confidence))
    for line in _candidates(found, texts):
        typer.echo(line)


def _candidates(found: Resolution, texts: dict[str, str]) -> Sequence[str]:
    return [
        texts["candidate"].format(
            premises=one.premises_id or texts["nowhere"],
            confidence=one.confidence,
            basis=one.basis,
            records="; ".join(one.records),
        )
        for one in found.candidates
    ]
