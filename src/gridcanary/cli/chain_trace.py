"""``gridcanary chain trace``: where the coins of wallets went, as a dossier that proves itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gridcanary.chain.dossier import Reference, write_dossier
from gridcanary.chain.dossier.basis import basis_of
from gridcanary.chain.dossier.scanned import scanned_files
from gridcanary.chain.dossier.writing import refuse_existing
from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.kinds import KINDS
from gridcanary.chain.labels.book import LabelBook
from gridcanary.chain.labels.reading import read_labels
from gridcanary.chain.networks import Network, network_named
from gridcanary.chain.rows import read_bytes
from gridcanary.chain.trace.dossier import KIND, LABELS, summary_of, trace_draft
from gridcanary.chain.trace.income_receipts import receipts_of_income
from gridcanary.chain.trace.labelled import LabelServices
from gridcanary.chain.trace.limits import Limits
from gridcanary.chain.trace.report import category, coins
from gridcanary.chain.trace.report_texts import ENDS, RULES
from gridcanary.chain.trace.request import TracedWallet, TraceRequest, rules_named
from gridcanary.chain.wallets import WalletList, read_wallets
from gridcanary.cli.chain_trace_texts import TEXTS
from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError

DEFAULTS = Limits()


def register(app: typer.Typer) -> None:
    """Add the ``trace`` command to the chain group."""
    app.command("trace", no_args_is_help=True)(trace)


def trace(
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
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            help="Label files or folders of them; repeat. / 标签文件或目录，可重复。", show_default=False
        ),
    ] = None,
    network: Annotated[str, typer.Option(help="The blocks' network. / 区块所属网络。")] = "bitcoin",
    income: Annotated[
        Path | None,
        typer.Option(
            help="An income dossier: only what it counts as mined. / 收益卷宗：仅追踪其中认定的挖矿收益。",
            show_default=False,
        ),
    ] = None,
    method: Annotated[
        list[str],
        typer.Option(
            help="poison, haircut, fifo, lifo or all; repeat. / "
            "污染口径：全额、比例、先进先出、后进先出或全部，可重复。"
        ),
    ] = ["all"],  # noqa: B006 - never changed
    hops: Annotated[int, typer.Option(min=1, help="Payments in a row. / 追踪层数上限。")] = DEFAULTS.hops,
    until: Annotated[
        str | None,
        typer.Option(help="Last day, UTC. / 追踪截止日（UTC）。", metavar="YYYY-MM-DD", show_default=False),
    ] = None,
    least: Annotated[
        int, typer.Option("--least-satoshi", min=0, help="Follow nothing smaller. / 金额下限（聪）。")
    ] = DEFAULTS.least_satoshi,
    most_outputs: Annotated[
        int, typer.Option(min=1, help="Don't follow payments to more. / 单笔交易输出数上限。")
    ] = DEFAULTS.most_outputs,
    most_payments: Annotated[
        int, typer.Option(min=1, help="Payments in all. / 追踪交易总数上限。")
    ] = DEFAULTS.most_transactions,
    examinations: Annotated[
        int, typer.Option(min=0, help="Passes for deposit addresses. / 核查充值地址的遍历次数上限。")
    ] = DEFAULTS.examinations,
    through_coinjoins: Annotated[
        bool, typer.Option("--through-coinjoins", help="Follow CoinJoins too. / 穿过混币交易继续追踪。")
    ] = False,
    loose: Annotated[
        bool,
        typer.Option("--loose", help="Take blocks outside the best chain too. / 兼收不在最优链上的区块。"),
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Files read at once. / 同时读取的文件数。")] = 1,
) -> None:
    """Tell where the coins of wallets went, under every rule of taint. / 追踪钱包资金去向，多口径并列，生成冻结清单。

    Coins are followed to services, CoinJoins and the limits; whatever is cut says so. Check a dossier with: gridcanary
    chain verify.

    Example: gridcanary chain trace --blocks ~/.bitcoin/blocks --wallets seized.csv --labels tagpacks --out trace-7
    """
    lang = language_of_shell()
    texts = TEXTS[lang]
    refuse_existing(out)
    limits = Limits(
        hops, last_second(until), least, most_outputs, most_payments, examinations, through_coinjoins
    )
    rules, chain = rules_named(method), network_named(network)
    listed = read_wallets(wallets, chain)
    if not listed.on(chain):
        raise InputError(wallets, f"holds no wallet of {chain.name}", remedy="name its --network")
    request = TraceRequest(
        tuple(TracedWallet.of(one) for one in listed.on(chain)),
        receipts_of_income(income, KINDS)[0] if income is not None else None,
        rules,
        limits,
    )
    book = read_labels(chain, labels or ())
    for line in _input_lines(listed, book, texts, lang):
        typer.echo(line)
    history = FileHistory(chain, blocks, loose=loose, workers=workers)
    draft = trace_draft(
        history, request, LabelServices(book), references(wallets, book), lambda: scanned_files(history)
    )
    seal = write_dossier(out, draft, KIND)
    _show(summary_of(basis_of(draft, "")), chain, lang)
    for line in _notes(draft.scanned, texts):
        typer.echo(line)
    typer.echo(texts["seal"].format(path=out, seal=seal))


def last_second(day: str | None) -> int | None:
    """The last second of a day [s since 1970, UTC]; InputError where it is no day."""
    if day is None:
        return None
    try:
        begin = dt.datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise InputError("--until", f"{day!r} is no day", remedy="such as 2026-05-31") from error
    return int(begin.timestamp()) + 86_399


def references(wallets: Path, book: LabelBook) -> list[Reference]:
    """The files that were used, by digest; the labels that were met go into the dossier."""
    content = read_bytes(wallets)
    files = [Reference(wallets.name, hashlib.sha256(content).hexdigest(), len(content))]
    return files + [
        Reference(file.path.name, file.sha256, file.path.stat().st_size, f"sources/{LABELS}")
        for file in book.files
    ]


def _input_lines(listed: WalletList, book: LabelBook, texts: Mapping[str, str], lang: str) -> Iterator[str]:
    for one in listed.not_followed:
        needed = one.what.needed_zh if lang == "zh" else one.what.needed_en
        yield texts["not_followed"].format(text=one.text, coin=one.what.coin, needed=needed)
    if not book.files:
        yield texts["none"]
        return
    yield texts["labels"].format(
        count=book.count,
        scripts=len(book),
        contradictory=sum(1 for _ in book.contradictions()),
        refused=len(book.refused),
    )


def _show(told: Mapping[str, Any], chain: Network, lang: str) -> None:
    """What was received, where it ended, and at which services."""
    texts, rules = TEXTS[lang], told["rules"]
    typer.echo(
        texts["received"].format(
            wallets=len(told["wallets"]),
            receipts=told["receipts"],
            received=coins(told["received_satoshi"]),
            coin=chain.coin,
            payments=told["payments"],
            height=told["tip"]["height"],
        )
    )
    kinds = [kind for kind in ENDS[lang] if any(kind in told["ends"][rule] for rule in rules)]
    rows = [[ENDS[lang][kind], *(coins(told["ends"][rule].get(kind, 0)) for rule in rules)] for kind in kinds]
    _print_table([texts["end"].format(coin=chain.coin), *(RULES[lang][rule] for rule in rules)], rows)
    if told["exposure"]:
        services = [
            [f"{line['service']} ({category(line['category'], lang)})"]
            + [coins(line["satoshi"][rule]) for rule in rules]
            for line in told["exposure"]
        ]
        _print_table([texts["service"], *(RULES[lang][rule] for rule in rules)], services)
        customers = sum(entry["customer_address"] for entry in told["freeze"])
        counts = {"addresses": len(told["freeze"]), "customers": customers}
        typer.echo(texts["freeze"].format(**counts, path="tables/freeze.csv, freeze/"))
    if told["fees_assumed"]:
        typer.echo(texts["assumed"].format(count=told["fees_assumed"]))


def _print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table()
    for at, name in enumerate(header):
        table.add_column(name, justify="left" if at == 0 else "right", no_wrap=at > 0, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _notes(scanned: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[str]:
    gaps = scanned["missing_heights"]
    if gaps:
        yield texts["gaps"].format(count=sum(last - first + 1 for first, last in gaps))
    if scanned["loose"]:
        yield texts["loose"]
    if scanned["passed_over"]:
        yield texts["passed"].format(count=scanned["passed_over"])
