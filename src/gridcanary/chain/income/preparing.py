"""A case from the files that a user names: wallets, labels, lists of pools, prices, exchange rates, machines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gridcanary.chain.dossier import Reference
from gridcanary.chain.hashrate import Assumptions
from gridcanary.chain.income.case import (
    MACHINES,
    PRICES,
    RATES,
    IncomeCase,
    NotFollowed,
    WatchedWallet,
    as_text,
    zone_named,
)
from gridcanary.chain.income.known import LABELS, POOLS, KnownPools
from gridcanary.chain.income.measured_errors import ERROR_RATES, published_errors
from gridcanary.chain.labels.book import LabelBook
from gridcanary.chain.labels.reading import read_labels
from gridcanary.chain.networks import Network
from gridcanary.chain.payouts import RuleSet
from gridcanary.chain.pools.known import read_pools, shipped_lists
from gridcanary.chain.prices.fx import parse_rates
from gridcanary.chain.prices.quotes import CONVENTIONS
from gridcanary.chain.prices.reading import parse_prices
from gridcanary.chain.rows import read_bytes
from gridcanary.chain.trace.services import UNRESOLVED, Service
from gridcanary.chain.valuation import Valuer
from gridcanary.chain.wallets import read_wallets
from gridcanary.contracts.errors import InputError
from gridcanary.contracts.machines import machines_csv, parse_machines

LARGEST_COPY = 2_000_000
"""Bytes up to which a file that was used is copied whole; of larger ones the digest is kept, and what was used."""


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """What a user names.

    Args:
        wallets: the list of wallets.
        labels: label files or folders of them.
        pools: lists of pools beside those that ship with gridcanary.
        prices, fx, machines: tables; None for none, and the shipped list of machines.
        price_columns, fx_columns: columns of the tables by our names.
        price_currency: of the prices, where the table doesn't tell.
        convention: which price of the day; the table's own where empty.
        time_zone: in which months are counted.
        assumptions: what the chain can't tell.
        rules: by which pools' wallets are followed.
    """

    wallets: Path
    labels: Sequence[Path] = ()
    pools: Sequence[Path] = ()
    prices: Path | None = None
    fx: Path | None = None
    machines: Path | None = None
    price_columns: Mapping[str, str] = field(default_factory=dict)
    fx_columns: Mapping[str, str] = field(default_factory=dict)
    price_currency: str = "USD"
    convention: str = ""
    time_zone: str = "UTC"
    assumptions: Assumptions = field(default_factory=Assumptions)
    rules: RuleSet = field(default_factory=RuleSet)


class LabelledServices(Mapping[bytes, Service]):
    """Labels as services by script; contradictory ones name everybody and nobody is preferred."""

    def __init__(self, book: LabelBook) -> None:
        self._book = book

    def __getitem__(self, script: bytes) -> Service:
        verdict = self._book.verdict(script)
        if verdict is None:
            raise KeyError(script)
        category = UNRESOLVED if verdict.contradictory else verdict.category
        return Service(verdict.name, category, verdict.sources)

    def __contains__(self, script: object) -> bool:
        return isinstance(script, bytes) and script in self._book

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._book)

    def __len__(self) -> int:
        return len(self._book)


def prepare(network: Network, told: CaseFiles) -> tuple[IncomeCase, list[Reference]]:
    """The case, and the files that are too large to be copied.

    Args:
        network: whose chain.
        told: the files.

    Raises:
        InputError: a file that can't be read or makes no sense, an unknown convention or time zone, or no wallet
            of this network.
    """
    if told.convention and told.convention not in CONVENTIONS:
        raise InputError(
            "--convention", f"{told.convention!r} isn't known here", remedy=", ".join(CONVENTIONS)
        )
    zone_named(told.time_zone)
    wallets, not_followed = case_wallets(network, told.wallets)
    book = read_labels(network, told.labels) if told.labels else LabelBook(network)
    lists = [*shipped_lists(), *told.pools]
    pools = KnownPools(read_pools(network, lists, book))
    files, references = _copies(told, lists)
    prices = rates = None
    if told.prices is not None:
        files[PRICES] = read_bytes(told.prices)
        prices = parse_prices(
            as_text(str(told.prices), files[PRICES]), told.price_columns, told.price_currency
        )
    if told.fx is not None:
        files[RATES] = read_bytes(told.fx)
        rates = parse_rates(as_text(str(told.fx), files[RATES]), told.fx_columns)
    files[MACHINES] = read_bytes(told.machines) if told.machines is not None else machines_csv()
    files[ERROR_RATES] = published_errors()
    machines = parse_machines(files[MACHINES], str(told.machines or MACHINES))
    case = IncomeCase(
        network, wallets, pools, LabelledServices(book), Valuer(prices, rates, told.convention),
        told.price_columns, told.fx_columns, tuple(machines), told.assumptions, told.rules, told.time_zone,
        _names(told), not_followed, files,
    )  # fmt: skip
    return case, references


def _names(told: CaseFiles) -> dict[str, str]:
    tables = {PRICES: told.prices, RATES: told.fx, MACHINES: told.machines}
    return {path: table.name for path, table in tables.items() if table is not None}


def case_wallets(network: Network, path: Path) -> tuple[tuple[WatchedWallet, ...], tuple[NotFollowed, ...]]:
    """The wallets of a list and what of it isn't followed; InputError where none is of the network."""
    listed = read_wallets(path, network)
    wallets = tuple(
        WatchedWallet(one.script, one.shown, one.name, one.owner, one.source) for one in listed.on(network)
    )
    elsewhere = [
        NotFollowed(
            one.text,
            one.network,
            f"a run with --network {one.network}",
            f"以 --network {one.network} 另行核查",
        )
        for one in listed.wallets
        if one.network != network.name
    ]
    foreign = [
        NotFollowed(one.text, one.what.coin, one.what.needed_en, one.what.needed_zh)
        for one in listed.not_followed
    ]
    if not wallets:
        problem = f"holds no wallet of {network.name}"
        needed = "; ".join(dict.fromkeys(f"{one.text}: {one.needed_en}" for one in (*foreign, *elsewhere)))
        raise InputError(path, problem, remedy=needed or "name the network: --network")
    return wallets, (*elsewhere, *foreign)


def _copies(told: CaseFiles, lists: Sequence[Path]) -> tuple[dict[str, bytes], list[Reference]]:
    """Files to copy for the reader by path, and those that are too large."""
    files: dict[str, bytes] = {}
    references: list[Reference] = []
    for folder, paths in (("wallets", [told.wallets]), ("pools", lists), ("labels", _flat(told.labels))):
        for path in paths:
            content = read_bytes(path)
            extract = {"pools": POOLS, "labels": LABELS}.get(folder, "")
            name = f"{folder}/{path.name}"
            if len(content) > LARGEST_COPY:
                digest = hashlib.sha256(content).hexdigest()
                references.append(Reference(path.name, digest, len(content), f"sources/{extract}"))
            elif files.get(name, content) == content:
                files[name] = content
            else:
                files[f"{folder}/{hashlib.sha256(content).hexdigest()[:8]}-{path.name}"] = content
    return files, references


def _flat(paths: Sequence[Path]) -> list[Path]:
    """The files, and those in folders."""
    return [
        file
        for path in paths
        for file in (sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path])
    ]
