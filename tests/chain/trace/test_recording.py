"""The recorded chain: miners pay deposit addresses at two exchanges, which sweep them into wallets of their own."""

from __future__ import annotations

import pytest

from gridcanary.chain.trace.error_rates import error_rates
from gridcanary.chain.trace.flow import by_end
from gridcanary.chain.trace.seeds import receipts
from gridcanary.chain.trace.taint import TAINT_RULES
from gridcanary.chain.trace.tracing import trace
from gridcanary.contracts.phrases import LANGUAGES
from gridcanary.simulator.chain_truth import simulate_chain
from gridcanary.simulator.chain_truth.trace_scoring import address_tally
from gridcanary.simulator.recorded_traces import (
    LABELLED,
    deposits,
    labels,
    miners,
    recorded_books,
    recorded_history,
    recorded_tally,
    said_deposits,
)


@pytest.mark.parametrize("name", LABELLED)
def test_the_printed_error_rates_are_those_that_are_measured(name: str) -> None:
    (printed,) = [one for one in error_rates()["deposit_addresses"] if one["name"] == f"recording_{name}"]
    told = recorded_tally(LABELLED[name])
    assert (printed["true"], printed["reached"], printed["found"], printed["right"]) == (
        told.true,
        told.reached,
        told.found,
        told.right,
    )
    assert told.found == told.right
    assert set(printed["title"]) == set(LANGUAGES)


def test_all_deposit_addresses_are_found_where_the_exchanges_wallets_are_labelled() -> None:
    told = recorded_tally(LABELLED["every"])
    assert told.reached == told.true == len(deposits())


def test_a_case_of_all_miners_finds_them_from_one_label() -> None:
    """The more wallets a case has, the more of an exchange's sweeps it sees; but nothing behind the last is seen."""
    seeds = receipts(recorded_history(), {script: at for at, script in enumerate(miners().values())})
    true = {script: exchange for script, (_, exchange) in deposits().items()}
    for name, missed in (("first", 0), ("middle", 0), ("last", 24)):
        said = said_deposits(trace(recorded_history(), seeds, labels(LABELLED[name])))
        assert (len(true.items() - said.items()), len(said.items() - true.items())) == (missed, 0)


def test_what_miners_deposited_is_known_to_the_satoshi_under_every_rule() -> None:
    """Every deposit was paid from one miner's receipts only: all rules must agree with the truth and each other."""
    paid: dict[bytes, int] = {}
    for one in recorded_history():
        for output in one.transaction.outputs:
            paid[output.script] = paid.get(output.script, 0) + output.value
    for name, script in miners().items():
        found = trace(recorded_history(), receipts(recorded_history(), {script: 0}), labels(slice(None)))
        own = {at: paid[at] for at, (miner, _) in deposits().items() if miner == name}
        for rule in TAINT_RULES:
            told = dict.fromkeys(own, 0)
            for outpoint in found.collection.ended:
                held = found.collection.outputs[outpoint].script
                if held in told:
                    told[held] += found.flows[rule].tainted(outpoint)
            assert told == own


def test_every_satoshi_of_twelve_miners_ends_somewhere() -> None:
    seeds = receipts(recorded_history(), {script: at for at, script in enumerate(miners().values())})
    assert len(seeds) == len(recorded_books()["ledger"])
    found = trace(recorded_history(), seeds, labels(slice(None)))
    for rule in ("haircut", "fifo", "lifo"):
        assert sum(by_end(found.collection, found.flows[rule]).values()) == sum(s.output.value for s in seeds)


@pytest.mark.parametrize("scenario", ["plain", "exchange_deposits", "everything"])
def test_simulated_exchanges_are_recognised_about_as_often_as_printed(scenario: str) -> None:
    (printed,) = [one for one in error_rates()["deposit_addresses"] if one["name"] == scenario]
    told = address_tally(simulate_chain(scenario, seed=7, days=30))
    assert told.reached / told.true >= printed["reached"] / printed["true"] - 0.1
    assert told.right / told.found >= printed["right"] / printed["found"] - 0.05
