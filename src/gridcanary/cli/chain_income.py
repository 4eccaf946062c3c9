"""``gridcanary chain income``: what wallets earned from mining, as a dossier that proves itself."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from gridcanary.chain.dossier import write_dossier
from gridcanary.chain.dossier.basis import basis_of
from gridcanary.chain.dossier.scanned import scanned_files
from gridcanary.chain.dossier.writing import refuse_existing
from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.hashrate import Assumptions, significant
from gridcanary.chain.income.computing import Income
from gridcanary.chain.income.evidence import draft_income
from gridcanary.chain.income.kind import INCOME, income_of
from gridcanary.chain.income.preparing import CaseFiles, prepare
from gridcanary.chain.income.receipts import Standing
from gridcanary.chain.income.settings import MOST_LAG_DAYS, MOST_POOL_FEE
from gridcanary.chain.income.totals import Sum
from gridcanary.chain.networks import network_named
from gridcanary.chain.valuation import coins
from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError

TEXTS = {
    "zh": {
        "reading": "读取区块头",
        "following": "沿矿池钱包逐笔跟踪",
        "proving": "收集交易与证明",
        "writing": "计算并写入卷宗",
        "done": "完成",
        "columns": "钱包|笔数|数量（{coin}）|美元|人民币|功率（千瓦，低–高）",
        "total": "合计",
        "convention": "计价：{convention}（{prices}）；汇率：{rates}",
        "no_prices": "未提供价格表（--prices），不计价。",
        "no_rates": "未提供汇率表（--fx），不折算人民币。",
        "unvalued": "{count} 笔收益无当日价格或汇率，未计价。",
        "unresolved": "{count} 笔（{coins}）支付方待定：名称并列，不作取舍。",
        "unsure": "{count} 笔（{coins}）出自矿池钱包但性质不明，未计入。",
        "other": "{count} 笔（{coins}）不是来自已知矿池，未计入；付款方见报告第四部分。",
        "own": "{count} 笔（{coins}）为找零或名单内互转，未计入。",
        "provisional": "{count} 笔收益确认不足 6 次，暂不作定论。",
        "not_followed": "未核查：{text}（{coin}）。需要：{needed}",
        "tip": "核查至高度 {height:,}，{block}",
        "gaps": "注意：缺少 {count:,} 个高度的区块，期间的收款看不到。",
        "loose": "注意：收入了不在最优链上或高度不明的区块（--loose），其中的交易未必有效。",
        "passed_over": "读取中略过 {count:,} 处，见 dossier.json。",
        "incomplete": "注意：跟踪达到遍历次数上限而停止，结果可能不全。",
        "seal": "卷宗写入 {path}。封印：{seal}\n请另行记录，复核时以 --seal 核对。",
    },
    "en": {
        "reading": "reading headers",
        "following": "following the pools' wallets",
        "proving": "gathering transactions and proofs",
        "writing": "computing and writing",
        "done": "done",
        "columns": "Wallet|Receipts|{coin}|USD|CNY|kW, low–high",
        "total": "Total",
        "convention": "Priced at the {convention} ({prices}); exchange rates: {rates}",
        "no_prices": "No table of prices (--prices): nothing is valued.",
        "no_rates": "No exchange rates (--fx): nothing is valued in yuan.",
        "unvalued": "{count} receipts have no price or rate of their day and are not valued.",
        "unresolved": "{count} receipts ({coins}): which pool paid is unresolved; all are named, nobody is preferred.",
        "unsure": "{count} receipts ({coins}) come out of a pool's wallet but may be no payout: not counted.",
        "other": "{count} receipts ({coins}) come from no known pool: not counted; payers are in the report.",
        "own": "{count} receipts ({coins}) are change or moves within the list: not counted.",
        "provisional": "{count} receipts have fewer than 6 confirmations: provisional.",
        "not_followed": "Not looked at: {text} ({coin}). Needed: {needed}",
        "tip": "Looked at up to height {height:,}, {block}",
        "gaps": "Note: the blocks of {count:,} heights are missing; receipts in them can't be seen.",
        "loose": "Note: blocks outside the best chain were taken too (--loose); what they hold may not be valid.",
        "passed_over": "Passed over in reading: {count:,}; see dossier.json.",
        "incomplete": "Note: following was ended by its limit of passes; something may be missing.",
        "seal": "Dossier written to {path}. Its seal: {seal}\n"
        "Write it down elsewhere: chain verify --seal asks for it.",
    },
}  # fmt: skip


WIDTH = 120
"""Columns of the table where nobody looks at a terminal."""


LEAST_KW = Decimal("0.001")
"""Less than a watt is a test network, where blocks take no work."""


def register(app: typer.Typer) -> None:
    """Add the ``income`` command to the chain group."""
    app.command("income", no_args_is_help=True)(income)


def income(
    blocks: Annotated[
        list[Path],
        typer.Option(
            help="Folder of block files (blk*.dat, .bin, .raw, .hex), or a file; repeat. / 区块文件或目录，可重复。",
            show_default=False,
        ),
    ],
    wallets: Annotated[
        Path,
        typer.Option(
            help="Addresses, scripts or descriptors: .csv, .txt, .json. / 钱包名单：地址、脚本或描述符。",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="The dossier's folder, which must not exist. / 卷宗目录，须尚不存在。", show_default=False
        ),
    ],
    network: Annotated[str, typer.Option(help="The blocks' network. / 区块所属网络。")] = "bitcoin",
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            help="Label files or folders of them; repeat. / 标签文件或目录，可重复。", show_default=False
        ),
    ] = None,
    pool_list: Annotated[
        list[Path] | None,
        typer.Option(
            "--pools",
            help="A list of pools of your own; repeat. / 自备矿池名单，可重复。",
            show_default=False,
        ),
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(help="Daily prices, CSV. / 每日价格表（CSV）。", show_default=False)
    ] = None,
    price_column: Annotated[
        list[str] | None,
        typer.Option(
            help="Which column is which: date=NAME, open|high|low|close|vwap=NAME; repeat. / 价格表列名对应，可重复。",
            metavar="OURS=NAME",
            show_default=False,
        ),
    ] = None,
    price_currency: Annotated[str, typer.Option(help="USD or CNY. / 价格表币种。")] = "USD",
    convention: Annotated[
        str,
        typer.Option(
            help="open, high, low, close or vwap; else what the table has. / 计价口径，默认取表中所有。",
            show_default=False,
        ),
    ] = "",
    fx: Annotated[
        Path | None,
        typer.Option(
            help="Yuan for a dollar by business day, CSV. / 美元兑人民币每日汇率（CSV）。", show_default=False
        ),
    ] = None,
    fx_column: Annotated[
        list[str] | None,
        typer.Option(
            help="date=NAME, rate=NAME; repeat. / 汇率表列名对应，可重复。",
            metavar="OURS=NAME",
            show_default=False,
        ),
    ] = None,
    machines: Annotated[
        Path | None,
        typer.Option(help="Machines of your own in our columns. / 自备机型表。", show_default=False),
    ] = None,
    pool_fee: Annotated[
        str, typer.Option(help="Share that pools keep, from-to. / 矿池手续费比例区间。", metavar="LOW-HIGH")
    ] = "0-0.04",
    pay_lag: Annotated[
        str, typer.Option(help="Days until pools pay, from-to. / 支付延迟天数区间。", metavar="LOW-HIGH")
    ] = "0-2",
    time_zone: Annotated[
        str, typer.Option(help="In which months are counted. / 月份所用时区，如 Asia/Shanghai。")
    ] = "UTC",
    loose: Annotated[
        bool,
        typer.Option("--loose", help="Take blocks outside the best chain too. / 兼收不在最优链上的区块。"),
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Files read at once. / 同时读取的文件数。")] = 1,
) -> None:
    """Tell what wallets earned from mining, and prove it. / 核查钱包挖矿收益，生成可离线复核的卷宗。

    Pools' wallets are followed from the blocks that they found; every receipt is named with its pool, transaction,
    worth and reason, and the hash rate and power behind it are estimated. Check a dossier with chain verify.

    Example: gridcanary chain income --blocks blocks --wallets seized.csv --prices btc.csv --fx ecb.csv --out case-7
    """
    texts = TEXTS[language_of_shell()]
    refuse_existing(out)
    told = CaseFiles(
        wallets=wallets,
        labels=labels or (),
        pools=pool_list or (),
        prices=prices,
        fx=fx,
        machines=machines,
        price_columns=columns(price_column, "--price-column"),
        fx_columns=columns(fx_column, "--fx-column"),
        price_currency=price_currency,
        convention=convention,
        time_zone=time_zone,
        assumptions=Assumptions(pool_fee=span(pool_fee, "--pool-fee"), lag_days=span(pay_lag, "--pay-lag")),
    )
    case, references = prepare(network_named(network), told)
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task(texts["reading"])
        history = FileHistory(case.network, blocks, loose=loose, workers=workers)
        draft = draft_income(
            history,
            case,
            references=references,
            scanned=lambda: scanned_files(history),
            progress=lambda stage: progress.update(task, description=texts[stage]),
        )
        progress.update(task, description=texts["writing"])
        seal = write_dossier(out, draft, INCOME)
        found = income_of(basis_of(draft, ""))
    _show(found, texts)
    for line in notes(found, told, draft.scanned, texts):
        typer.echo(line)
    typer.echo(texts["seal"].format(path=out, seal=seal))


def columns(told: list[str] | None, option: str) -> dict[str, str]:
    """Columns by our names from ``OURS=NAME``; InputError where one isn't written so."""
    pairs = [one.partition("=") for one in told or ()]
    for ours, sign, name in pairs:
        if not (ours and sign and name):
            raise InputError(option, f"{ours + sign + name!r} names no column", remedy="such as date=Date")
    return {ours.strip(): name.strip() for ours, _, name in pairs}


def span(text: str, option: str) -> tuple[Decimal, Decimal]:
    """Two numbers from ``LOW-HIGH``, or one for both; InputError where they are none."""
    low, _, high = text.partition("-")
    try:
        found = Decimal(low), Decimal(high or low)
    except InvalidOperation:
        found = Decimal(1), Decimal(0)
    most = MOST_POOL_FEE if option == "--pool-fee" else MOST_LAG_DAYS
    if not (all(one.is_finite() for one in found) and 0 <= found[0] <= found[1] < most):
        raise InputError(option, f"{text!r} is no range from 0 to below {most}", remedy="such as 0-0.04")
    return found


def _show(found: Income, texts: Mapping[str, str]) -> None:
    """The table of wallets with their sums."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), collapse_padding=True)
    for at, name in enumerate(texts["columns"].format(coin=found.case.network.coin).split("|")):
        table.add_column(name, justify="right" if at else "left", overflow="fold")
    power = {one.wallet.script: one for one in found.whole_time}
    for wallet in found.case.wallets:
        kw = power[wallet.script].kw if wallet.script in power else None
        band = f"{significant(kw.low, 3)}–{significant(kw.high, 3)}" if kw and kw.high >= LEAST_KW else "–"
        name = wallet.name or f"{wallet.address[:8]}…{wallet.address[-4:]}"
        table.add_row(name, *_cells(found.sums.by_wallet[wallet.script]), band)
    table.add_section()
    table.add_row(texts["total"], *_cells(found.sums.total), "")
    console = Console()
    console.width = console.width if console.is_terminal else WIDTH
    console.print(table)


def _cells(total: Sum) -> list[str]:
    valued = total.receipts == 0 or total.without_usd < total.receipts
    in_yuan = total.receipts == 0 or total.without_cny < total.receipts
    return [
        f"{total.receipts:,}",
        coins(total.satoshi),
        f"{total.usd:,}" if valued else "–",
        f"{total.cny:,}" if in_yuan else "–",
    ]


def notes(
    found: Income, told: CaseFiles, scanned: Mapping[str, object], texts: Mapping[str, str]
) -> list[str]:
    """What a reader must know beside the sums."""
    valuer, total = found.case.valuer, found.sums.total
    lines = []
    if valuer.prices is None:
        lines.append(texts["no_prices"])
    else:
        rates = told.fx.name if told.fx else "–"
        told_prices = told.prices.name if told.prices else ""
        lines.append(
            texts["convention"].format(convention=valuer.used_convention, prices=told_prices, rates=rates)
        )
        if valuer.rates is None:
            lines.append(texts["no_rates"])
        unvalued = total.without_usd if valuer.rates is None else max(total.without_usd, total.without_cny)
        if unvalued:
            lines.append(texts["unvalued"].format(count=unvalued))
    for standing in (Standing.UNRESOLVED, Standing.UNSURE, Standing.OTHER, Standing.OWN):
        of = [one.satoshi for one in found.found.receipts if one.standing is standing]
        if of:
            lines.append(texts[str(standing)].format(count=len(of), coins=coins(sum(of))))
    provisional = sum(one.provisional for one in found.sums.income)
    if provisional:
        lines.append(texts["provisional"].format(count=provisional))
    if not found.found.ledger.complete:
        lines.append(texts["incomplete"])
    lines += [
        texts["not_followed"].format(
            text=one.text, coin=one.coin, needed=one.needed_zh if texts is TEXTS["zh"] else one.needed_en
        )
        for one in found.case.not_followed
    ]
    return lines + _scan_notes(found, scanned, texts)


def _scan_notes(found: Income, scanned: Mapping[str, object], texts: Mapping[str, str]) -> list[str]:
    tip = found.tip
    lines = [texts["tip"].format(height=tip.height, block=tip.block_hash[::-1].hex())]
    gaps = scanned.get("missing_heights")
    if isinstance(gaps, list) and gaps:
        lines.append(texts["gaps"].format(count=sum(last - first + 1 for first, last in gaps)))
    if scanned.get("loose"):
        lines.append(texts["loose"])
    if scanned.get("passed_over"):
        lines.append(texts["passed_over"].format(count=scanned["passed_over"]))
    return lines
