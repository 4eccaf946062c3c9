"""An income computed from evidence: receipts, sums, hash rates. Writing and verifying go through here alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from gridcanary.chain.dossier import HeaderRuns
from gridcanary.chain.hashrate import Interval
from gridcanary.chain.history import History, Place
from gridcanary.chain.income.case import IncomeCase
from gridcanary.chain.income.power import ALL_POOLS, ImpliedPower, PowerBehind
from gridcanary.chain.income.receipts import Found, find_receipts
from gridcanary.chain.income.totals import IncomeSums
from gridcanary.contracts.machines import MachineModel


@dataclass(frozen=True)
class Income:
    """All that a dossier tells.

    Args:
        case: what was asked.
        found: receipts, and the pools' wallets.
        sums: added up and valued.
        power: estimates by the wallet's script.
        tip: the last block that was looked at.
        behind: turns hash rates into power.
    """

    case: IncomeCase
    found: Found
    sums: IncomeSums
    power: Mapping[bytes, list[ImpliedPower]]
    tip: Place
    behind: PowerBehind

    @property
    def whole_time(self) -> list[ImpliedPower]:
        """The estimate over all pools and the whole time of each wallet that has one."""
        return [one for of in self.power.values() for one in of if one.pool == ALL_POOLS and not one.month]

    def classes(self, implied: ImpliedPower) -> Iterator[tuple[MachineModel, Decimal, Interval]]:
        """Machine, joules per terahash and power [kW] of every class."""
        return self.behind.classes(implied)


def compute_income(history: History, headers: HeaderRuns, case: IncomeCase) -> Income:
    """The income of a case's wallets.

    Args:
        history: the chain, or the part of it that a dossier proves.
        headers: for difficulties.
        case: what is asked.
    """
    found = find_receipts(history, case)
    sums = IncomeSums(found.receipts, case)
    behind = PowerBehind(history, headers, case)
    power = {
        wallet.script: behind.of(wallet, [one for one in sums.income if one.wallet is wallet])
        for wallet in case.wallets
    }
    return Income(case, found, sums, power, history.tip, behind)
