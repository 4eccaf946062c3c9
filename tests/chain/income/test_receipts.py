from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.income.case import IncomeCase, WatchedWallet
from gridcanary.chain.income.known import KnownPools
from gridcanary.chain.income.receipts import Receipt, Standing, find_receipts
from gridcanary.chain.pools.known import read_pools
from gridcanary.chain.scripts import hash160, witness_script
from gridcanary.chain.trace.services import Service
from gridcanary.chain.transactions import Input
from tests.chain.conftest import REGTEST, EvidentMemory
from tests.chain.income.conftest import Town


@pytest.fixture(scope="module")
def receipts(town: Town, case: IncomeCase) -> tuple[Receipt, ...]:
    return find_receipts(town.history, case).receipts


def of(receipts: tuple[Receipt, ...], standing: Standing) -> list[Receipt]:
    return [one for one in receipts if one.standing is standing]


def test_payouts_of_a_pool_are_income_with_the_way_back_to_its_block(town: Town, receipts) -> None:
    paid = [one for one in of(receipts, Standing.POOL) if one.wallet.script == town.suspect]
    assert sum(one.satoshi for one in paid) == town.paid_by_pool
    for one in paid:
        assert one.pools == ("F2Pool",)
        assert one.by_tag == ("F2Pool",)
        assert one.path[-1].rule == "coinbase"
        assert one.root == one.path[-1].outpoint.txid


def test_payouts_in_the_coinbase_itself_count(town: Town, receipts) -> None:
    (one,) = [one for one in receipts if one.wallet.script == town.second]
    assert (one.standing, one.satoshi, one.pools) == (Standing.POOL, town.paid_in_coinbase, ("OCEAN",))
    assert one.root == one.outpoint.txid
    assert one.place.position == 0


def test_a_pool_whose_address_and_tag_disagree_stays_unresolved(town: Town, receipts) -> None:
    (one,) = of(receipts, Standing.UNRESOLVED)
    assert one.satoshi == town.paid_by_either
    assert set(one.pools) == {"AntPool", "F2Pool"}
    assert (one.by_address, one.by_tag) == (("F2Pool",), ("AntPool",))
    assert one.is_income


def test_change_back_to_the_own_wallet_is_no_income(town: Town, receipts) -> None:
    (one,) = of(receipts, Standing.OWN)
    assert (one.satoshi, one.is_income) == (town.change, False)


def test_what_others_pay_is_listed_with_the_payer_and_not_counted(town: Town, receipts) -> None:
    (one,) = of(receipts, Standing.OTHER)
    assert (one.satoshi, one.is_income) == (town.paid_by_stranger, False)
    assert len(one.payers) == 1
    assert one.payers[0].startswith("bcrt1")


def test_a_labelled_payer_is_named_with_its_source(town: Town, case: IncomeCase, receipts) -> None:
    (one,) = of(receipts, Standing.OTHER)
    payer = script_of_address(one.payers[0], REGTEST)
    labelled = IncomeCase(
        case.network, case.wallets, case.pools, {payer: Service("Some Exchange", "exchange", "a.yaml")}
    )
    (again,) = of(find_receipts(town.history, labelled).receipts, Standing.OTHER)
    assert again.payers == ("Some Exchange [exchange; a.yaml]",)


def test_nothing_is_lost_and_nothing_counted_twice(town: Town, receipts) -> None:
    paid = Counter(
        (one.transaction.txid, vout)
        for one in town.history
        for vout, output in enumerate(one.transaction.outputs)
        if output.script in (town.suspect, town.second)
    )
    assert Counter((one.outpoint.txid, one.outpoint.vout) for one in receipts) == paid


def test_the_last_blocks_are_provisional(town: Town, receipts) -> None:
    late = [one for one in receipts if one.provisional]
    assert [one.standing for one in late] == [Standing.OWN, Standing.OTHER]
    settled = [one.place.height for one in receipts if not one.provisional]
    assert all(town.history.tip.height - one.place.height < 5 for one in late)
    assert town.history.tip.height - max(settled) >= 5


def test_a_wallet_that_takes_whole_blocks_earned_them(town: Town, case: IncomeCase) -> None:
    miner = WatchedWallet(town.pool, town.address(town.pool))
    found = find_receipts(town.history, IncomeCase(case.network, (miner,), case.pools, {})).receipts
    rewards = of(found, Standing.BLOCK_REWARD)
    mined = sum(one.transaction.outputs[0].script == town.pool for one in town.history.coinbases())
    assert len(rewards) >= mined
    assert {one.pools for one in rewards} <= {("F2Pool",), ("OCEAN",)}


def later_blocks(town: Town, first: int) -> EvidentMemory:
    """The chain as somebody has it who only keeps its newer blocks."""
    raw = {height: town.history.block(hashed) for height, hashed in town.heights.items() if height >= first}
    return EvidentMemory(REGTEST, raw)


def test_a_listed_address_names_the_payer_where_older_blocks_are_missing(
    town: Town, case: IncomeCase
) -> None:
    found = find_receipts(town.history, case).receipts
    first = next(one for one in found if one.standing is Standing.POOL)
    payer = next(
        claim.previous for one in town.history if one.transaction.txid == first.outpoint.txid
        for claim in one.transaction.inputs
    )  # fmt: skip
    script = town.history.outputs([payer])[payer].script
    book = replace(case.pools.book, scripts={script: ("F2Pool",)})
    late = later_blocks(town, first.place.height)
    told = {one.outpoint: one for one in find_receipts(late, replace(case, pools=KnownPools(book))).receipts}
    assert told[first.outpoint].pools == ("F2Pool",)
    assert told[first.outpoint].is_income
    nobody = replace(case.pools.book, scripts={})
    untold = find_receipts(late, replace(case, pools=KnownPools(nobody))).receipts
    assert {one.outpoint: one for one in untold}[first.outpoint].standing is Standing.OTHER
    both = replace(case.pools.book, scripts={script: ("F2Pool", "AntPool")})
    told = {one.outpoint: one for one in find_receipts(late, replace(case, pools=KnownPools(both))).receipts}
    assert told[first.outpoint].standing is Standing.UNRESOLVED


def test_a_payer_that_only_a_witness_shows_is_not_counted(town: Town, case: IncomeCase) -> None:
    found = find_receipts(town.history, case).receipts
    first = next(one for one in found if one.standing is Standing.POOL)
    key = b"\2" + bytes(range(32))
    signature = b"\x30" + bytes(70)
    listed = replace(case.pools.book, scripts={witness_script(0, hash160(key)): ("F2Pool",)})

    def seen(claim: Input) -> Input:
        return Input(claim.previous, b"", (signature, key), claim.sequence)

    late = [one for one in town.history if one.place >= first.place]
    paid = late[0].transaction
    shown = replace(paid, inputs=tuple(seen(claim) for claim in paid.inputs))
    history = MemoryHistory(REGTEST, [replace(late[0], transaction=shown), *late[1:]])
    told = {
        one.outpoint: one for one in find_receipts(history, replace(case, pools=KnownPools(listed))).receipts
    }
    receipt = told[first.outpoint]
    assert receipt.standing is Standing.UNSURE
    assert "income.shown_by_witness" in [reason.code for reason in receipt.reasons]


def test_deposit_addresses_at_an_exchange_earn_nothing(regtest: MemoryHistory, truth: dict) -> None:
    """Miners pay them; a wallet that is fed from a miner's wallet is not thereby a miner's."""
    wallets = tuple(
        WatchedWallet(script_of_address(address, REGTEST), address)
        for address in list(truth["deposits"].values())[:4]
    )
    found = find_receipts(regtest, IncomeCase(REGTEST, wallets, KnownPools(read_pools(REGTEST)), {}))
    assert found.receipts
    assert not [one for one in found.receipts if one.is_income]


def test_twelve_of_twelve_recorded_miners_to_the_satoshi(regtest: MemoryHistory, truth: dict) -> None:
    wallets = tuple(
        WatchedWallet(script_of_address(address, REGTEST), address, name)
        for name, address in truth["miners"].items()
    )
    found = find_receipts(regtest, IncomeCase(REGTEST, wallets, KnownPools(read_pools(REGTEST)), {}))
    told: Counter[tuple[str, str]] = Counter()
    for one in found.receipts:
        if one.is_income:
            told[one.wallet.name, one.pools[0]] += one.satoshi
    meant: Counter[tuple[str, str]] = Counter()
    for _day, pool, miner, paid, _txid in truth["ledger"]:
        meant[miner, pool] += round(paid * 10**8)
    assert told == meant
    assert len({miner for miner, _ in told}) == 12
