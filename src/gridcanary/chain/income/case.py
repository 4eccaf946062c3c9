"""What an income dossier is computed by beside the chain: wallets, pools, labels, prices, machines, assumptions.

A case is written into a dossier as parameters and sources and read back from them, so that writing and verifying
compute by the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gridcanary.chain.addresses import shown_script
from gridcanary.chain.hashrate import Assumptions
from gridcanary.chain.income.known import (
    LABELS,
    POOLS,
    KnownPools,
    labels_from,
    pools_from,
)
from gridcanary.chain.income.settings import refuse_settings
from gridcanary.chain.networks import Network
from gridcanary.chain.payouts import Rule, RuleSet
from gridcanary.chain.prices.fx import parse_rates
from gridcanary.chain.prices.reading import parse_prices
from gridcanary.chain.rows import ENCODINGS, TextFile
from gridcanary.chain.trace.services import Service
from gridcanary.chain.valuation import Valuer
from gridcanary.contracts.errors import InputError
from gridcanary.contracts.machines import MachineModel, machines_csv, parse_machines

PRICES, RATES, MACHINES = "prices.csv", "exchange_rates.csv", "machines.csv"


@dataclass(frozen=True, slots=True)
class WatchedWallet:
    """A script of the case.

    Args:
        script: the output script.
        address: how its network writes it.
        name, owner, source: as the list says, empty where it doesn't.
    """

    script: bytes
    address: str
    name: str = ""
    owner: str = ""
    source: str = ""

    @property
    def shown(self) -> str:
        """The name where there is one, else the address."""
        return self.name or self.address


@dataclass(frozen=True, slots=True)
class NotFollowed:
    """A line of the list that this chain can't answer: what it is, and what would be needed."""

    text: str
    coin: str
    needed_en: str
    needed_zh: str


@dataclass(frozen=True, slots=True)
class IncomeCase:
    """All that decides an income dossier beside the chain.

    Args:
        network: whose chain.
        wallets: whose receipts are wanted, in the order of the list.
        pools: who finds blocks.
        labels: services by script.
        valuer: prices and exchange rates.
        price_columns, fx_columns: columns of the two files by our names; empty where their headers tell.
        machines: classes of machines for the band of power.
        assumptions: what the chain can't tell.
        rules: by which pools' wallets are followed.
        names: what the user calls the tables of prices and rates, by their path in the dossier.
        time_zone: in which months are counted, an IANA name; days of prices are UTC always.
        not_followed: what the list holds beside.
        files: contents of the files by their path in the dossier.
    """

    network: Network
    wallets: tuple[WatchedWallet, ...]
    pools: KnownPools
    labels: Mapping[bytes, Service]
    valuer: Valuer = field(default_factory=Valuer)
    price_columns: Mapping[str, str] = field(default_factory=dict)
    fx_columns: Mapping[str, str] = field(default_factory=dict)
    machines: tuple[MachineModel, ...] = ()
    assumptions: Assumptions = field(default_factory=Assumptions)
    rules: RuleSet = field(default_factory=RuleSet)
    time_zone: str = "UTC"
    names: Mapping[str, str] = field(default_factory=dict)
    not_followed: tuple[NotFollowed, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def scripts(self) -> dict[bytes, WatchedWallet]:
        """The wallets by script."""
        return {wallet.script: wallet for wallet in self.wallets}

    @property
    def zone(self) -> ZoneInfo:
        """The time zone; InputError where there is none of that name."""
        return zone_named(self.time_zone)

    def table_told(self, path: str) -> str:
        """What a report calls a table: the user's name of it and its digest; empty without the table."""
        table = {PRICES: self.valuer.prices, RATES: self.valuer.rates}[path]
        if table is None:
            return ""
        return f"{self.names.get(path, path)} (SHA-256 {table.sha256})"

    def parameters(self) -> dict[str, Any]:
        """The case in JSON, without the files."""
        prices = self.valuer.prices
        return {
            "wallets": [{**asdict(one), "script": one.script.hex()} for one in self.wallets],
            "not_followed": [asdict(one) for one in self.not_followed],
            "convention": self.valuer.used_convention,
            "price_currency": prices.currency if prices else "",
            "price_columns": dict(self.price_columns),
            "fx_columns": dict(self.fx_columns),
            "names": dict(self.names),
            "time_zone": self.time_zone,
            "assumptions": _as_texts(self.assumptions),
            "rules": _rules_as_texts(self.rules),
        }


def case_from(network: Network, told: Mapping[str, Any], files: Mapping[str, bytes]) -> IncomeCase:
    """The case that a dossier was computed by.

    Args:
        network: of the dossier.
        told: its parameters.
        files: its sources by path below ``sources/``.

    Raises:
        ValueError, KeyError, TypeError: the parameters are malformed.
        InputError: a file is, or a setting makes no sense.
    """
    prices, rates = None, None
    if PRICES in files:
        prices = parse_prices(as_text(PRICES, files[PRICES]), told["price_columns"], told["price_currency"])
    if RATES in files:
        rates = parse_rates(as_text(RATES, files[RATES]), told["fx_columns"])
    assumptions, rules = _assumptions_from(told["assumptions"]), _rules_from(told["rules"])
    refuse_settings(assumptions, rules)
    machines = files[MACHINES] if MACHINES in files else machines_csv()
    return IncomeCase(
        network=network,
        wallets=_wallets_from(told["wallets"], network),
        pools=pools_from(files[POOLS]),
        labels=labels_from(files[LABELS]),
        valuer=Valuer(prices, rates, told["convention"]),
        price_columns=told["price_columns"],
        fx_columns=told["fx_columns"],
        machines=tuple(parse_machines(machines, MACHINES)),
        assumptions=assumptions,
        rules=rules,
        time_zone=told["time_zone"],
        names=told["names"],
        not_followed=tuple(NotFollowed(**one) for one in told["not_followed"]),
        files=files,
    )


def _wallets_from(told: Iterable[Mapping[str, Any]], network: Network) -> tuple[WatchedWallet, ...]:
    """The wallets of a sheet; ValueError where one bears another's address, which would accuse somebody else."""
    wallets = tuple(WatchedWallet(**{**one, "script": bytes.fromhex(one["script"])}) for one in told)
    for wallet in wallets:
        shown = str(shown_script(wallet.script, network))
        if wallet.address != shown:
            raise ValueError(f"wallet {wallet.address!r}: the address of its script is {shown}")
    if len({wallet.script for wallet in wallets}) < len(wallets):
        raise ValueError("a wallet is named twice")
    return wallets


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name; InputError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        problem = f"{name!r} is no time zone"
        raise InputError("--time-zone", problem, remedy="UTC or Asia/Shanghai") from error


def as_text(name: str, content: bytes) -> TextFile:
    """A file of the dossier as text; InputError where it is in another encoding."""
    for encoding in ENCODINGS:
        try:
            return TextFile(Path(name), content.decode(encoding), hashlib.sha256(content).hexdigest())
        except UnicodeDecodeError:
            continue
    raise InputError(name, "is neither UTF-8 nor GB 18030")


def _as_texts(assumptions: Assumptions) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for one in fields(assumptions):
        value = getattr(assumptions, one.name)
        told[one.name] = [str(part) for part in value] if isinstance(value, tuple) else str(value)
    return told


def _assumptions_from(told: Mapping[str, Any]) -> Assumptions:
    values = {
        name: tuple(Decimal(part) for part in value) if isinstance(value, list) else Decimal(value)
        for name, value in told.items()
    }
    return Assumptions(**values)  # type: ignore[arg-type]


def _rules_as_texts(rules: RuleSet) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for one in fields(rules):
        value = getattr(rules, one.name)
        told[one.name] = (
            sorted(value)
            if isinstance(value, frozenset)
            else str(value)
            if isinstance(value, float)
            else value
        )
    return told


def _rules_from(told: Mapping[str, Any]) -> RuleSet:
    plain = RuleSet()
    values: dict[str, Any] = {}
    for name, value in told.items():
        if name == "enabled":
            values[name] = frozenset(Rule(one) for one in value)
        else:
            values[name] = float(value) if isinstance(getattr(plain, name), float) else value
    return RuleSet(**values)
