"""The harder truths, each a set of habits that real pools have and that a rule may fall for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Way = Literal["fan_out", "peeling", "indirect", "in_coinbase", "by_exchange"]
ChangeHabit = Literal["fresh", "fixed", "rotating"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """How the pools of one chain behave.

    Args:
        name: as in the tables of error rates.
        title: what is hard about it, in a sentence.
        way: how miners are paid.
        changes: outputs that a payout's rest is shared among.
        change_habit: a new script each time, one for ever, or a few in turn.
        shared_custody: the pools' rewards are paid out of one wallet.
        switches_custody: in the middle the first pool moves to another wallet, and takes rewards with a new script.
        deposit_share: share of miners who are paid at an exchange's deposit address.
        fresh_share: share of miners who give a new address for each payout.
        turnover: chance a day that a miner leaves and a new one comes.
        trades: the pool sells to, and buys from, an exchange with the wallet that pays its miners.
        coinjoins: miners mix coins with others.
        staff: people whom the pool pays a salary once a month.
        expenses: the pool pays suppliers, each a payment of its own.
    """

    name: str
    title: str
    way: Way = "fan_out"
    changes: int = 1
    change_habit: ChangeHabit = "fresh"
    shared_custody: bool = False
    switches_custody: bool = False
    deposit_share: float = 0.2
    fresh_share: float = 0.0
    turnover: float = 0.02
    trades: bool = False
    coinjoins: bool = False
    staff: int = 0
    expenses: bool = False


SCENARIOS: dict[str, Scenario] = {
    one.name: one
    for one in (
        Scenario("plain", "One change to a new script, most miners keep their address"),
        Scenario(
            "shared_custody",
            "Two pools' rewards in one wallet that pays the miners of both",
            shared_custody=True,
        ),
        Scenario("several_changes", "Each payout leaves three changes", changes=3),
        Scenario("change_reuse", "The change goes to a few scripts in turn", change_habit="rotating"),
        Scenario(
            "fixed_change",
            "The change always goes to one script, as a miner's share would",
            change_habit="fixed",
        ),
        Scenario(
            "exchange_deposits", "Most miners are paid at an exchange's deposit address", deposit_share=0.8
        ),
        Scenario("trading_pool", "The paying wallet sells to and buys from an exchange", trades=True),
        Scenario("peeling", "Payouts peel off a few miners a step", way="peeling"),
        Scenario("indirect", "A reward passes through an intermediate output", way="indirect"),
        Scenario("coinjoins", "Miners mix their coins with others, or pay with PayJoin", coinjoins=True),
        Scenario("in_coinbase", "Most miners are paid in the coinbase, small ones later", way="in_coinbase"),
        Scenario("fresh_addresses", "Every miner gives a new address for each payout", fresh_share=1.0),
        Scenario("half_fresh", "Half of the miners give a new address for each payout", fresh_share=0.5),
        Scenario(
            "custody_switch",
            "A pool moves its coins and its rewards to another wallet",
            switches_custody=True,
        ),
        Scenario("expenses", "The pool also pays salaries and suppliers", staff=6, expenses=True),
        Scenario(
            "by_exchange", "An exchange pays the miners with its customers' withdrawals", way="by_exchange"
        ),
        Scenario(
            "everything",
            "Two changes, trading, staff, mixing miners, many new addresses",
            changes=2,
            fresh_share=0.3,
            turnover=0.05,
            trades=True,
            coinjoins=True,
            staff=5,
            expenses=True,
        ),
    )
}
"""All scenarios by name."""
