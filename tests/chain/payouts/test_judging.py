"""Each rule on the smallest chain that shows it."""

from __future__ import annotations

import pytest

from gridcanary.chain.payouts import Kind, PoolLedger, Rule, RuleSet
from gridcanary.chain.transactions import Outpoint
from tests.chain.payouts.small_chain import SmallChain, legacy

MINERS = [(f"miner{at}", 100_000_000 + at) for at in range(5)]


@pytest.fixture
def chain() -> SmallChain:
    """Pool A with three rewards; it has paid its five miners once, and nothing was left over."""
    chain = SmallChain()
    chain.rewards = [chain.mine("A", to="reward") for _ in range(3)]
    chain.pay([(chain.rewards[0], 0)], *MINERS)
    return chain


def lines_of(ledger: PoolLedger, txid: bytes) -> dict[bytes, int]:
    return {line.script: line.confidence for line in ledger.transactions[txid].lines}


def test_the_one_output_that_never_receives_again_is_change(chain: SmallChain) -> None:
    paid = chain.pay([(chain.rewards[1], 0)], *MINERS, ("rest", 400_000_007))
    ledger = chain.follow()
    edge = ledger.edges[Outpoint(paid, 5)]
    assert (edge.rule, edge.pools) == (Rule.ONE_TIME_CHANGE, ("A",))
    assert edge.sources == (Outpoint(chain.rewards[1], 0),)
    assert ledger.transactions[paid].changes == (5,)
    assert len(lines_of(ledger, paid)) == 5


@pytest.mark.parametrize(
    ("rest", "lower"),
    [
        pytest.param(("rest", 400_000_000), "round amount", id="a-round-amount-is-a-weaker-sign"),
        pytest.param((legacy("rest"), 400_000_007), "another type", id="so-is-another-type-of-script"),
    ],
)
def test_votes_lower_the_confidence_of_a_change(chain: SmallChain, rest: tuple, lower: str) -> None:
    paid = chain.pay([(chain.rewards[1], 0)], *MINERS, rest)
    best = chain.pay([(chain.rewards[2], 0)], *MINERS, ("another rest", 400_000_007))
    ledger = chain.follow()
    assert ledger.edges[Outpoint(paid, 5)].confidence < ledger.edges[Outpoint(best, 5)].confidence, lower


def test_of_two_that_never_receive_again_neither_is_guessed(chain: SmallChain) -> None:
    paid = chain.pay([(chain.rewards[1], 0)], *MINERS, ("rest", 40_000_007), ("newcomer", 30_000_009))
    told = lines_of(chain.follow(), paid)
    assert len(told) == 7
    assert sorted(told.values())[:2] == [49, 49]


def test_a_change_that_is_spent_with_the_pool_s_coins_is_sure(chain: SmallChain) -> None:
    paid = chain.pay([(chain.rewards[1], 0)], *MINERS, ("rest", 40_000_007), ("newcomer", 30_000_009))
    chain.pay([(paid, 5), (chain.rewards[2], 0)], *MINERS)
    ledger = chain.follow()
    assert ledger.edges[Outpoint(paid, 5)].reason.code == "multi_input.change"
    assert lines_of(ledger, paid)[ledger.transactions[paid].confirmed.transaction.outputs[6].script] > 90


def test_a_change_that_is_paid_on_to_known_payees_is_told_from_a_newcomer(chain: SmallChain) -> None:
    paid = chain.pay([(chain.rewards[1], 0)], *MINERS, ("rest", 900_000_007), ("newcomer", 30_000_009))
    later = chain.pay([(paid, 5)], *MINERS, ("rest of the rest", 300_000_007))
    ledger = chain.follow()
    assert ledger.edges[Outpoint(paid, 5)].rule is Rule.PAYS_ON
    assert ledger.transactions[later].kind is Kind.PAYOUT
    assert [edge.rule for edge in ledger.path(ledger.transactions[later].lines[0])] == [
        Rule.PAYS_ON,
        Rule.COINBASE,
    ]


def test_a_step_between_reward_and_payout_is_the_pool_s_for_a_day(chain: SmallChain) -> None:
    rules = frozenset({Rule.INDIRECT, Rule.MULTI_INPUT, Rule.ONE_TIME_CHANGE})
    between = chain.pay([(chain.rewards[1], 0)], ("between", 990_000_007))
    chain.pay([(between, 0)], *MINERS)
    slow = chain.pay([(chain.rewards[2], 0)], ("slow", 980_000_007))
    chain.wait(30)
    chain.pay([(slow, 0)], *MINERS)
    ledger = chain.follow(RuleSet(rules))
    assert ledger.edges[Outpoint(between, 0)].rule is Rule.INDIRECT
    assert Outpoint(slow, 0) not in ledger.edges
    assert ledger.transactions[slow].kind is Kind.TRANSFER


def test_coins_that_are_mostly_others_end_the_trail(chain: SmallChain) -> None:
    others = [chain.mine(to=f"customer{at}", satoshi=2 * 10**9) for at in range(2)]
    swept = chain.pay([(chain.rewards[1], 0), *((one, 0) for one in others)], ("hot wallet", 4_900_000_007))
    chain.pay([(swept, 0)], *((f"withdrawal{at}", 10_000_001) for at in range(9)))
    ledger = chain.follow()
    assert ledger.transactions[swept].kind is Kind.MIXED
    assert Outpoint(swept, 0) not in ledger.edges
    assert not any(script.startswith(b"\0\x14customer") for script in ledger.scripts)


def test_who_spends_with_the_pool_is_the_pool(chain: SmallChain) -> None:
    small = chain.mine(to="another wallet", satoshi=10**8)
    chain.pay([(chain.rewards[1], 0), (small, 0)], *MINERS)
    second = chain.mine(to="another wallet", satoshi=10**8)
    paid = chain.pay([(second, 0)], ("miner0", 10_000_001), ("miner1", 20_000_001), ("miner2", 30_000_001))
    ledger = chain.follow()
    assert ledger.edges[Outpoint(second, 0)].reason.code == "own_script.multi_input"
    assert (ledger.transactions[paid].kind, ledger.transactions[paid].pools) == (Kind.PAYOUT, ("A",))


def test_a_coinjoin_ends_the_trail(chain: SmallChain) -> None:
    others = [chain.mine(to=f"mixer{at}") for at in range(4)]
    mixed = chain.pay(
        [(chain.rewards[1], 0), *((one, 0) for one in others)],
        *((f"mixed{at}", 900_000_000) for at in range(5)),
    )
    ledger = chain.follow()
    assert ledger.transactions[mixed].kind is Kind.COINJOIN
    assert not ledger.transactions[mixed].lines
    assert ledger.scripts.keys() == {ledger.edges[Outpoint(chain.rewards[0], 0)].output.script}


def test_round_amounts_are_an_expense_and_few_strangers_a_transfer(chain: SmallChain) -> None:
    salaries = chain.pay([(chain.rewards[1], 0)], *((f"staff{at}", 100_000_000) for at in range(4)))
    bill = chain.pay([(chain.rewards[2], 0)], ("supplier", 300_000_001), ("reward", 600_000_003))
    ledger = chain.follow()
    assert ledger.transactions[salaries].kind is Kind.EXPENSE
    assert ledger.transactions[bill].kind is Kind.TRANSFER
    assert not {salaries, bill} & {line.outpoint.txid for line in ledger.found()}


def test_few_known_payees_are_a_step_of_a_peeling_chain(chain: SmallChain) -> None:
    chain.pay([(chain.rewards[1], 0)], *MINERS)
    step = chain.pay([(chain.rewards[2], 0)], ("miner1", 200_000_001), ("reward", 700_000_003))
    ledger = chain.follow()
    assert ledger.transactions[step].kind is Kind.PEEL
    assert [line.satoshi for line in ledger.transactions[step].lines] == [200_000_001]


def test_what_one_pool_pays_to_another_s_wallet_is_a_line_and_the_other_s_coin(chain: SmallChain) -> None:
    chain.mine("B", to="reward of B")
    paid = chain.pay([(chain.rewards[1], 0)], *MINERS, ("reward of B", 200_000_001))
    ledger = chain.follow()
    edge = ledger.edges[Outpoint(paid, 5)]
    assert (edge.pools, edge.sources) == (("B",), ())
    assert len(ledger.transactions[paid].lines) == 6
    assert ledger.transactions[paid].pools == ("A",)


def test_pools_that_spend_together_are_told_together_from_then_on(chain: SmallChain) -> None:
    other = [chain.mine("B", to="reward of B") for _ in range(2)]
    before = chain.pay([(other[0], 0)], *MINERS)
    both = chain.pay([(other[1], 0), (chain.rewards[1], 0)], *MINERS)
    after = chain.pay([(chain.rewards[2], 0)], *MINERS)
    ledger = chain.follow()
    assert ledger.transactions[before].pools == ("B",)
    assert set(ledger.transactions[both].pools) == set(ledger.transactions[after].pools) == {"A", "B"}
    assert all(line.payer is None for line in ledger.transactions[after].lines)
    assert any(reason.code == "custody.shared" for reason in ledger.transactions[after].lines[0].reasons)
