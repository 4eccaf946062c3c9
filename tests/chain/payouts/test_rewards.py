from __future__ import annotations

import pytest

from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.payouts import Kind
from gridcanary.chain.payouts.rewards import Rewards, sort_rewards
from gridcanary.chain.transactions import NULL_TXID, Input, Outpoint, Output, Transaction

COMMITMENT = (b"\x6a\x24\xaa\x21\xa9\xed" + bytes(32), 0)
POOL, FEE = b"\0\x14" + b"p" * 20, b"\0\x14" + b"f" * 20


def miner(number: int) -> bytes:
    return b"\0\x14" + number.to_bytes(20, "big")


def coinbases(*blocks: list[tuple[bytes, int]]) -> list[Confirmed]:
    """One coinbase a block, each with these outputs (script, satoshi) and a commitment."""
    claim = Input(Outpoint(NULL_TXID, 0xFFFFFFFF), b"")
    return [
        Confirmed(
            Place(height, 0, bytes(32), 0),
            Transaction(
                height.to_bytes(32, "big"),
                2,
                (claim,),
                tuple(Output(value, script) for script, value in (*outputs, COMMITMENT)),
                0,
                b"",
            ),
        )
        for height, outputs in enumerate(blocks)
    ]


def kept(rewards: Rewards) -> dict[bytes, str]:
    return {edge.output.script: edge.reason.code for edge in rewards.edges.values()}


def paid(rewards: Rewards) -> dict[bytes, int]:
    return {line.script: line.confidence for one in rewards.payouts.values() for line in one.lines}


def test_a_reward_taken_whole_is_the_pool_s() -> None:
    rewards = sort_rewards(coinbases([(POOL, 50)], [(POOL, 50)]), lambda one: ["A"], {})
    assert kept(rewards) == {POOL: "coinbase.whole"}
    assert not rewards.payouts
    assert rewards.mined == {"A": 100}


def test_a_small_output_beside_the_reward_is_unexplained() -> None:
    rewards = sort_rewards(coinbases([(POOL, 999), (miner(1), 1)]), lambda one: ["A"], {})
    assert kept(rewards) == {POOL: "coinbase.main"}
    assert paid(rewards)[miner(1)] < 50


def test_many_outputs_pay_miners_each() -> None:
    outputs = [(miner(at), 10 + at) for at in range(8)]
    rewards = sort_rewards(coinbases(outputs), lambda one: ["P2Pool"], {})
    assert not rewards.edges
    assert paid(rewards).keys() == {script for script, _ in outputs}
    assert next(iter(rewards.payouts.values())).kind is Kind.COINBASE_PAYOUT


def test_a_listed_script_among_many_is_the_pool_s() -> None:
    outputs = [(FEE, 3), *((miner(at), 10 + at) for at in range(8))]
    rewards = sort_rewards(coinbases(outputs), lambda one: ["OCEAN"], {FEE: "OCEAN"})
    assert kept(rewards) == {FEE: "coinbase.listed"}
    assert len(paid(rewards)) == 8


def test_a_solo_pool_keeps_its_recurring_fee_and_pays_the_finder() -> None:
    blocks = [[(miner(at), 98), (FEE, 2)] for at in range(4)]
    rewards = sort_rewards(coinbases(*blocks), lambda one: ["Solo"], {})
    assert kept(rewards) == {FEE: "coinbase.recurrent"}
    assert min(paid(rewards).values()) >= 90


def test_scripts_that_stand_in_most_split_coinbases_are_suspected_and_the_one_that_pays_many_is_kept() -> (
    None
):
    blocks = [[(FEE, 3), (miner(0), 40), *((miner(10 * at + n), 9) for n in range(1, 6))] for at in range(4)]
    rewards = sort_rewards(coinbases(*blocks), lambda one: ["OCEAN"], {})
    assert rewards.suspects == {FEE, miner(0)}
    assert not rewards.edges
    assert kept(sort_rewards(coinbases(*blocks), lambda one: ["OCEAN"], {}, {FEE})) == {
        FEE: "coinbase.pays_many"
    }
    both = sort_rewards(coinbases(*blocks), lambda one: ["OCEAN"], {}, {FEE, miner(0)})
    assert not both.edges
    assert max(paid(both)[FEE], paid(both)[miner(0)]) < 50 < paid(both)[miner(1)]


@pytest.mark.parametrize(
    ("names", "pools"),
    [
        pytest.param([], (), id="nobody-knows-who-found-it"),
        pytest.param(["A", "B", "A"], ("A", "B"), id="tag-and-address-disagree"),
    ],
)
def test_the_finders_are_told_as_they_are_known(names: list[str], pools: tuple[str, ...]) -> None:
    rewards = sort_rewards(coinbases([(miner(1), 50)]), lambda one: names, {})
    told = [edge.pools for edge in rewards.edges.values()] + [one.pools for one in rewards.payouts.values()]
    assert told == [pools]


def test_a_script_that_two_pools_take_rewards_with_is_both_s() -> None:
    blocks = coinbases([(POOL, 50)], [(POOL, 50)])
    rewards = sort_rewards(blocks, lambda one: ["A"] if one.place.height else ["B"], {})
    assert rewards.scripts[POOL].pools == ("B", "A")
    assert [edge.pools for edge in rewards.edges.values()] == [("B",), ("A",)]
