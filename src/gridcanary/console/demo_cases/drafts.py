"""What the demonstration's dossiers are made of: two wallets of the recorded test chain."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gridcanary.chain.dossier import Draft
from gridcanary.chain.income.evidence import draft_income
from gridcanary.chain.income.preparing import CaseFiles, prepare
from gridcanary.chain.trace.dossier import trace_draft
from gridcanary.chain.trace.request import TracedWallet, TraceRequest
from gridcanary.chain.trace.services import MappingBook, Service
from gridcanary.console.demo_cases.recorded_chain import RecordedChain, exchange_wallets, miner

WALLETS = (("miner0", "1 号矿机登录钱包"), ("miner5", "2 号矿机登录钱包"))
HOLDER, SOURCE = "承租人甲", "查扣矿机的矿池登录名"
EXCHANGES = {"exchA": "示例交易所甲", "exchB": "示例交易所乙"}
NOTE = "录制测试链"
FIRST_DAY, DAYS = dt.date(2024, 12, 25), 120
"""More than the recording's days."""


def income_of(chain: RecordedChain) -> Draft:
    """What the wallets earned. The coins of a test network are worth nothing, so the prices are made up."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lines = [f"{chain.address(name)},{told},{HOLDER},{SOURCE}" for name, told in WALLETS]
        files = {
            "wallets.csv": ["address,name,owner,source", *lines],
            "prices.csv": [
                "date,open,close",
                *(f"{day},{600 + at},{601 + at}" for at, day in _days()),
            ],
            "exchange_rates.csv": ["date,usdcny", *(f"{day},7.1{at % 10}" for at, day in _days())],
        }
        for name, rows in files.items():
            (folder / name).write_text("\n".join(rows) + "\n", "utf-8")
        told = CaseFiles(
            folder / "wallets.csv",
            prices=folder / "prices.csv",
            fx=folder / "exchange_rates.csv",
            convention="open",
            time_zone="Asia/Shanghai",
        )
        case, references = prepare(chain.network, told)
    return draft_income(chain, case, scanned=lambda: {"recording": NOTE}, references=references)


def _days() -> Iterator[tuple[int, dt.date]]:
    """The days of the recording, numbered."""
    return ((at, FIRST_DAY + dt.timedelta(days=at)) for at in range(DAYS))


def trace_of(chain: RecordedChain) -> Draft:
    """Where the wallets' coins went."""
    wallets = tuple(TracedWallet(miner(name), told, HOLDER, SOURCE) for name, told in WALLETS)
    labels = {
        script: Service(EXCHANGES.get(name, name), "exchange", NOTE)
        for script, name in exchange_wallets(chain).items()
    }
    return trace_draft(chain, TraceRequest(wallets), MappingBook(labels), scanned=lambda: {"recording": NOTE})
