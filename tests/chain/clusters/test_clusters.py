from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.chain.clusters import merge_scripts, merged_labels
from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.transactions import Input, Outpoint, Output, Transaction
from gridcanary.simulator.chain_truth import simulate_chain


def script(number: int) -> bytes:
    return b"\0\x14" + number.to_bytes(20, "big")


def spend(at: int, scripts: list[int], paid: Sequence[tuple[int, int]] = ()) -> Confirmed:
    """The at-th transaction: it spends outputs of these scripts and pays (script, satoshi)."""
    inputs = tuple(
        Input(Outpoint(bytes([at]) * 32, number), b"", spent=Output(10**8, script(one)))
        for number, one in enumerate(scripts)
    )
    outputs = tuple(Output(value, script(one)) for one, value in paid)
    return Confirmed(
        Place(at, 1, bytes(32), 0), Transaction(at.to_bytes(32, "big"), 2, inputs, outputs, 0, b"")
    )


def test_scripts_spent_together_are_one_and_each_merge_says_why() -> None:
    clusters = merge_scripts([spend(1, [1, 2]), spend(2, [2, 3]), spend(3, [8, 9]), spend(4, [1, 3])])
    assert clusters.together(script(1), script(3))
    assert not clusters.together(script(1), script(8))
    assert [len(one) for one in clusters.groups()] == [3, 2]
    assert [merge.txid for merge in clusters.why(script(1), script(3))] == [
        number.to_bytes(32, "big") for number in (1, 2)
    ]
    assert clusters.why(script(1), script(9)) == []
    assert {merge.reason.code for merge in clusters.merges} == {"multi_input"}


def test_a_coinjoin_merges_nothing_and_is_named() -> None:
    mixed = spend(1, [1, 2, 3, 4, 5], [(10 + at, 25_000_000) for at in range(5)])
    clusters = merge_scripts([mixed])
    assert not clusters.merges
    assert clusters.left_out[mixed.transaction.txid].confidence >= 50


@pytest.mark.parametrize(
    ("paid", "receipts", "merged"),
    [
        pytest.param(
            [(5, 300_000), (6, 123_457)], {5: 4, 6: 1}, True, id="the-one-that-never-receives-again"
        ),
        pytest.param([(5, 311_111), (6, 123_457)], {5: 1, 6: 1}, False, id="either-may-be-it"),
        pytest.param([(5, 311_111), (6, 200_000)], {5: 4, 6: 1}, False, id="a-round-amount"),
        pytest.param(
            [(1, 311_111), (6, 123_457)], {1: 4, 6: 1}, False, id="the-change-goes-back-to-the-payer"
        ),
        pytest.param([(6, 123_457)], {6: 1}, False, id="a-single-output-is-no-change"),
    ],
)
def test_a_change_is_merged_where_asked_and_clear(
    paid: list[tuple[int, int]], receipts: dict[int, int], merged: bool
) -> None:
    counts = {script(number): times for number, times in receipts.items()}
    clusters = merge_scripts([spend(1, [1], paid)], receipts=counts.__getitem__)
    assert clusters.together(script(1), script(6)) is merged
    assert not merge_scripts([spend(1, [1], paid)]).merges


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.tuples(st.lists(st.integers(-1, 30), max_size=6), st.booleans()), max_size=40))
def test_the_kernel_tells_what_the_plain_way_tells(made: list[tuple[list[int], bool]]) -> None:
    starts = np.cumsum([0, *(len(scripts) for scripts, _ in made)], dtype=np.int64)
    flat = np.array([one for scripts, _ in made for one in scripts], dtype=np.int32)
    labels = merged_labels(starts, flat, np.array([left_out for _, left_out in made], dtype=np.bool_), 31)
    plain = merge_scripts(
        spend(at, [one for one in scripts if one >= 0])
        for at, (scripts, left_out) in enumerate(made)
        if not left_out
    )
    for one in range(31):
        assert labels[one] == min(other for other in range(31) if plain.together(script(one), script(other)))


@pytest.mark.parametrize(
    ("starts", "spent", "excluded"),
    [
        pytest.param([0, 2], [0, 1, 2], [False], id="inputs-left-over"),
        pytest.param([0, 3], [0, 1, 5], [False], id="a-number-too-high"),
        pytest.param([0, 3], [0, 1, -2], [False], id="a-number-too-low"),
        pytest.param([0, 3, 1, 3], [0, 1, 2], [False] * 3, id="starts-that-fall"),
        pytest.param([0, 3], [0, 1, 2], [False, False], id="one-transaction-too-many"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    starts: list[int], spent: list[int], excluded: list[bool]
) -> None:
    with pytest.raises(ValueError, match="must"):
        merged_labels(np.array(starts), np.array(spent, dtype=np.int32), np.array(excluded), 5)


def test_the_recording_s_clusters_never_join_two_pools(regtest: MemoryHistory, truth: dict) -> None:
    clusters = merge_scripts(regtest)
    pools = [bytes.fromhex(one) for one in truth["pools"].values()]
    assert not any(clusters.together(one, other) for one in pools for other in pools if one != other)
    assert clusters.groups()


def test_merges_of_a_simulated_chain_are_wrong_where_two_pay_jointly_and_nowhere_else() -> None:
    truth = simulate_chain("coinjoins", seed=1, days=25)
    clusters = merge_scripts(truth.history)
    wrong = {
        merge.txid for merge in clusters.merges if truth.owners[merge.first] != truth.owners[merge.second]
    }
    assert clusters.left_out
    assert wrong
    assert wrong <= truth.coinjoins - clusters.left_out.keys()
