from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from gridcanary.chain.addresses import shown_script
from gridcanary.chain.dossier import Draft, dossier_files
from gridcanary.chain.income.case import IncomeCase
from gridcanary.chain.income.evidence import draft_income
from gridcanary.chain.income.kind import INCOME
from gridcanary.chain.income.preparing import CaseFiles, prepare
from gridcanary.simulator.chain_truth.making import ChainMaker
from gridcanary.simulator.chain_truth.wallets import BATCHER, CORE, PHONE, Wallet
from tests.chain.conftest import REGTEST, EvidentMemory

FIRST_DAY, DAYS = date(2011, 2, 2), 40
PRICES = "date,open,close\n" + "".join(f"{FIRST_DAY + timedelta(days=at)},10.5,11\n" for at in range(DAYS))
RATES = "date,usdcny\n2011-01-31,6.5\n2011-02-07,6.6\n2011-02-15,6.58\n2011-03-01,6.55\n"


@dataclass(frozen=True)
class Town:
    """A chain of two pools, four miners, a stranger and an exchange, and what is true of the suspect's wallet."""

    history: EvidentMemory
    suspect: bytes
    second: bytes
    pool: bytes
    exchange: bytes
    paid_by_pool: int
    paid_in_coinbase: int
    paid_by_either: int
    paid_by_stranger: int
    change: int

    @property
    def heights(self) -> dict[int, bytes]:
        """Hash of each block by its height."""
        return {one.place.height: one.place.block_hash for one in self.history.coinbases()}

    def address(self, script: bytes) -> str:
        return str(shown_script(script, REGTEST))


class _Builder:
    def __init__(self) -> None:
        self.maker = ChainMaker(random.Random(7), 3600)
        self.wallets = {name: Wallet(name, form, software) for name, form, software in (
            ("pool", "p2pkh", CORE), ("shared", "p2pkh", CORE), ("suspect", "p2wpkh", PHONE), ("second", "p2tr", PHONE),
            ("stranger", "p2wpkh", BATCHER), ("exchange", "p2pkh", BATCHER),
        )}  # fmt: skip
        self.scripts = {name: self.maker.script(wallet) for name, wallet in self.wallets.items()}
        self.miners = [self.maker.script(Wallet(f"miner{at}", "p2wpkh", PHONE)) for at in range(4)]

    def mine(self, count: int, tag: bytes = b"/F2Pool/", name: str = "pool") -> None:
        for _ in range(count):
            self.maker.mine(name, tag, [(self.scripts[name], self.maker.reward())])

    def pay(self, name: str, recipients: list[tuple[bytes, int]]) -> None:
        coins = self.maker.spendable(self.wallets[name])[:2]
        change = self.maker.script(self.wallets[name])
        self.maker.send([(self.wallets[name], coin) for coin in coins], recipients, [change])


@pytest.fixture(scope="session")
def town() -> Town:
    made = _Builder()
    suspect, second = made.scripts["suspect"], made.scripts["second"]
    made.mine(4, b"/AntPool/", "shared")
    made.mine(130)
    paid = 0
    for at in range(12):
        amount = 500_000_000 + 1_000_003 * at
        made.pay(
            "pool", [(suspect, amount), *((one, amount // 2 + 17 * n) for n, one in enumerate(made.miners))]
        )
        made.mine(24)
        paid += amount
    made.pay("shared", [(suspect, 70_000_000), *((one, 31_000_007 + n) for n, one in enumerate(made.miners))])
    made.mine(24)
    reward = made.maker.reward()
    parts = [(one, reward // 10 + n) for n, one in enumerate([second, *made.miners])]
    parts.append((made.scripts["pool"], reward - sum(value for _, value in parts)))
    made.maker.mine("OCEAN", b"OCEAN.XYZ", parts)
    made.mine(1)
    coin = made.maker.spendable(made.wallets["suspect"])[0]
    spent = made.maker.send(
        [(made.wallets["suspect"], coin)], [(made.scripts["stranger"], 200_000_000)], [suspect]
    )
    change = sum(output.value for output in spent.outputs if output.script == suspect)
    made.mine(2)
    coin = made.maker.spendable(made.wallets["stranger"])[0]
    made.maker.send([(made.wallets["stranger"], coin)], [(suspect, 90_000_000)], [made.scripts["stranger"]])
    made.mine(3)
    history = EvidentMemory(REGTEST, dict(enumerate(made.maker.blocks)))
    return Town(
        history, suspect, second, made.scripts["pool"], made.scripts["exchange"], paid, parts[0][1], 70_000_000,
        90_000_000, change,
    )  # fmt: skip


@pytest.fixture(scope="session")
def case_files(town: Town, tmp_path_factory: pytest.TempPathFactory) -> CaseFiles:
    folder = tmp_path_factory.mktemp("case")
    wallets = folder / "钱包.csv"
    wallets.write_text(
        "地址,名称,持有人,来源\n"
        f"{town.address(town.suspect)},矿机钱包,某甲,扣押手机\n"
        f"{town.address(town.second)},=cmd|' /C calc'!A0,,矿池登录名\n"
        "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge,XMR,,\n"
    )
    pools = folder / "own-pools.json"
    shared = (
        next(one for one in town.history.coinbases() if one.place.height == 1).transaction.outputs[0].script
    )
    pools.write_text(json.dumps([{"name": "F2Pool", "addresses": [town.address(shared)], "tags": []}]))
    prices, rates = folder / "prices.csv", folder / "rates.csv"
    prices.write_text(PRICES)
    rates.write_text(RATES)
    return CaseFiles(wallets=wallets, pools=[pools], prices=prices, fx=rates, convention="open")


@pytest.fixture(scope="session")
def case(case_files: CaseFiles) -> IncomeCase:
    return prepare(REGTEST, case_files)[0]


@pytest.fixture(scope="session")
def income_draft(town: Town, case: IncomeCase) -> Draft:
    return draft_income(town.history, case, scanned=lambda: {"blocks": 400})


@pytest.fixture(scope="session")
def income_files(income_draft: Draft) -> dict[str, bytes]:
    return dossier_files(income_draft, INCOME)


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder
