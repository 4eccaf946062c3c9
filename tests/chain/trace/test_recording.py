"""The recorded chain: miners pay deposit addresses at two exchanges, which sweep them into wallets of their own."""

from __future__ import annotations

import pytest

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.trace.custody import Role
from gridcanary.chain.trace.flow import by_end
from gridcanary.chain.trace.seeds import receipts
from gridcanary.chain.trace.services import MappingBook, Service
from gridcanary.chain.trace.taint import TAINT_RULES
from gridcanary.chain.trace.tracing import Trace, trace
from tests.chain.conftest import REGTEST


def hot_wallets(regtest: MemoryHistory, truth: dict) -> dict[str, list[bytes]]:
    """What each exchange sweeps its customers' deposits into, in the order of the chain."""
    exchange = {
        script_of_address(address, REGTEST): key.split("|")[1] for key, address in truth["deposits"].items()
    }
    found: dict[str, list[bytes]] = {}
    for one in regtest:
        for name in {exchange.get(claim.spent.script) for claim in one.transaction.inputs if claim.spent} - {
            None
        }:
            found.setdefault(str(name), []).append(one.transaction.outputs[0].script)
    return found


def labels(regtest: MemoryHistory, truth: dict, which: slice) -> MappingBook:
    """Labels of some of the exchanges' own wallets."""
    wallets = hot_wallets(regtest, truth)
    return MappingBook(
        {script: Service(name, "exchange") for name, scripts in wallets.items() for script in scripts[which]}
    )


def true_deposits(regtest: MemoryHistory, truth: dict, miners: list[str]) -> dict[bytes, str]:
    """Deposit addresses of miners that were ever paid, with their exchange."""
    paid = {output.script for one in regtest for output in one.transaction.outputs}
    addresses = {tuple(key.split("|")): address for key, address in truth["deposits"].items()}
    scripts = {
        script_of_address(address, REGTEST): name
        for (miner, name), address in addresses.items()
        if miner in miners
    }
    return {script: name for script, name in scripts.items() if script in paid}


def found_deposits(found: Trace) -> dict[bytes, str]:
    """Addresses that hold the case's coins and are held to be customers' addresses at a service."""
    owners = {
        output.script: found.custody.owner_of_script(output.script)
        for output in found.collection.outputs.values()
    }
    return {
        script: owner.service.name
        for script, owner in owners.items()
        if owner is not None and owner.role in (Role.DEPOSIT, Role.COSPENT)
    }


@pytest.mark.parametrize(
    ("which", "together", "apart"),
    [
        pytest.param(slice(None), (24, 0), (24, 0), id="every own wallet is labelled"),
        pytest.param(slice(0, 1), (24, 0), (14, 0), id="only the first own wallet is labelled"),
        pytest.param(slice(4, 5), (24, 0), (20, 0), id="only the middle own wallet is labelled"),
        pytest.param(slice(-1, None), (23, 0), (24, 0), id="only the last own wallet is labelled"),
    ],
)
def test_deposit_addresses_found_and_falsely_found(
    regtest: MemoryHistory, truth: dict, which: slice, together: tuple[int, int], apart: tuple[int, int]
) -> None:
    book = labels(regtest, truth, which)
    miners = {name: script_of_address(address, REGTEST) for name, address in truth["miners"].items()}
    for groups, expected in (([list(miners)], together), ([[name] for name in miners], apart)):
        right = wrong = 0
        for names in groups:
            seeds = receipts(regtest, {miners[name]: at for at, name in enumerate(names)})
            found, true = found_deposits(trace(regtest, seeds, book)), true_deposits(regtest, truth, names)
            right += len(found.items() & true.items())
            wrong += len(found.items() - true.items())
        assert (right, wrong) == expected


def test_what_miners_deposited_is_known_to_the_satoshi_under_every_rule(
    regtest: MemoryHistory, truth: dict
) -> None:
    """Every deposit was paid from one miner's receipts only, so all rules must agree with the truth and each other."""
    book = labels(regtest, truth, slice(None))
    for name, address in truth["miners"].items():
        script = script_of_address(address, REGTEST)
        found = trace(regtest, receipts(regtest, {script: 0}), book)
        true = true_deposits(regtest, truth, [name])
        paid = {
            deposit: sum(
                output.value
                for one in regtest
                for output in one.transaction.outputs
                if output.script == deposit
            )
            for deposit in true
        }
        for rule in TAINT_RULES:
            told = dict.fromkeys(true, 0)
            for outpoint in found.collection.ended:
                held = found.collection.outputs[outpoint].script
                if held in told:
                    told[held] += found.flows[rule].tainted(outpoint)
            assert told == paid


def test_every_satoshi_of_twelve_miners_ends_somewhere(regtest: MemoryHistory, truth: dict) -> None:
    scripts = [script_of_address(address, REGTEST) for address in truth["miners"].values()]
    seeds = receipts(regtest, {script: at for at, script in enumerate(scripts)})
    assert len(seeds) == len(truth["ledger"])
    found = trace(regtest, seeds, labels(regtest, truth, slice(None)))
    for rule in ("haircut", "fifo", "lifo"):
        assert sum(by_end(found.collection, found.flows[rule]).values()) == sum(s.output.value for s in seeds)
