"""What the chain lens hands to leads: for each wallet with mining income a finding with the power behind it.

A wallet has no premises. Its finding therefore weighs nothing by itself (log-likelihood ratio 0); it says how many
kilowatts stand somewhere, from when on, so that leads can hold them against a meter that something else ties to the
wallet: a miner's login on the wire, a seized telephone, a tip, a bill that rises and falls with the payouts.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.findings import WALLET, Finding
from gridcanary.contracts.reasons import Parameter, Reason

INCOME = "tables/income.json"
"""The table of an income dossier that the findings are made of."""

DETECTOR = "chain_income"
ALL_POOLS = "all"

INNOCENT = (
    Reason("chain.innocent.elsewhere"),
    Reason("chain.innocent.several_sites"),
    Reason("chain.innocent.bought_hash_rate"),
)
"""What else explains a wallet's income; none of it can be told from the chain."""


def wallet_id(network: str, address: str) -> str:
    """How findings name a wallet: the same address text may exist on several networks."""
    return f"{network}:{address}"


def findings_of_dossier(folder: Path) -> list[Finding]:
    """The findings of an income dossier; verify the dossier first.

    Raises:
        InputError: the dossier has no such table, or the table isn't one.
    """
    path = folder / INCOME
    try:
        return wallet_findings(json.loads(path.read_bytes()))
    except OSError as error:
        raise InputError(path, "can't be read", remedy="name an income dossier") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(path, f"is no summary of income: {error!r}") from error


def wallet_findings(income: Mapping[str, Any]) -> list[Finding]:
    """One finding for each wallet that earned anything, in the order of the summary.

    Args:
        income: what ``tables/income.json`` holds.
    """
    return [
        _finding(income["network"], wallet) for wallet in income["wallets"] if wallet["income"]["receipts"]
    ]


def _finding(network: str, wallet: Mapping[str, Any]) -> Finding:
    earned = wallet["income"]
    told: dict[str, Parameter] = {"receipts": earned["receipts"], "coins": earned["coins"]}
    pools = sorted({one["pool"] for one in wallet["power"]} - {ALL_POOLS})
    reasons = [Reason("chain.income", {**told, "pools": ", ".join(pools) or "?"})]
    whole = next((one for one in wallet["power"] if one["pool"] == ALL_POOLS and not one["month"]), None)
    kw, onset = (0.0, 0.0, 0.0), None
    if whole is not None:
        onset = _day(whole["from"])
        if whole["kw"] is not None:
            low, mid, high = (float(text) for text in whole["kw"])
            kw = (low, mid, high)
            band: dict[str, Parameter] = {"kw_low": low, "kw_mid": mid, "kw_high": high}
            span = {"from": onset.isoformat(), "to": _day(whole["to"]).isoformat()}
            reasons.append(Reason("chain.implied_power", {**band, **span}))
    subject = wallet_id(network, wallet["address"])
    return Finding(WALLET, subject, "none", 0.0, onset, kw, tuple(reasons), INNOCENT, DETECTOR)


def _day(time: str) -> dt.date:
    return dt.datetime.fromisoformat(time).date()
