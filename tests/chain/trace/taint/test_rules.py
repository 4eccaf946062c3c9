from __future__ import annotations

from fractions import Fraction
from itertools import chain
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.trace.taint import CLEAN, TAINT_RULES, Coin, Haircut, Lifo, Run, TaintRule, Unbalanced

A, B = frozenset({0}), frozenset({1})
LOSSLESS = [rule for name, rule in TAINT_RULES.items() if name != "poison"]


def coin(*runs: tuple[int, frozenset[int]]) -> Coin:
    return Coin.joined(Run(*run) for run in runs)


coins = st.lists(st.tuples(st.integers(1, 40), st.sampled_from([A, B, CLEAN])), min_size=1, max_size=4).map(
    lambda runs: coin(*runs)
)


@st.composite
def payments(draw: st.DrawFn) -> tuple[list[Coin], list[int]]:
    """Inputs, and the values of outputs that they can pay."""
    spent = draw(st.lists(coins, min_size=1, max_size=5))
    left = sum(one.value for one in spent)
    values = []
    for share in draw(st.lists(st.integers(0, 60), max_size=5)):
        values.append(min(share, left))
        left -= values[-1]
    return spent, values


# Inputs of 5 (wallet 0), 3 (clean) and 2 (wallet 1) pay outputs of 4 and 5, the fee is 1. Worked out by hand.
SPENT, VALUES = [coin((5, A)), coin((3, CLEAN)), coin((2, B))], [4, 5]


@pytest.mark.parametrize(
    ("name", "outputs", "fee"),
    [
        pytest.param(
            "poison", [coin((4, A | B)), coin((5, A | B))], coin((1, A | B)), id="poison taints all of it"
        ),
        pytest.param(
            "haircut",
            [coin((1, A), (1, B), (2, CLEAN)), coin((3, A), (1, B), (1, CLEAN))],
            coin((1, A)),
            id="haircut: 7 of 10 tainted, so 2.8, 3.5 and 0.7, cut at 2.8, 6.3 and 7",
        ),
        pytest.param(
            "fifo",
            [coin((4, A)), coin((1, A), (3, CLEAN), (1, B))],
            coin((1, B)),
            id="fifo: AAAA ACCCB B",
        ),
        pytest.param(
            "lifo",
            [coin((2, CLEAN), (2, B)), coin((4, A), (1, CLEAN))],
            coin((1, A)),
            id="lifo: CCBB AAAAC A, read from the end",
        ),
    ],
)
def test_a_payment_worked_by_hand(name: str, outputs: list[Coin], fee: Coin) -> None:
    spread = TAINT_RULES[name].spread(SPENT, VALUES)
    assert list(spread.outputs) == outputs
    assert spread.fee == fee


def test_what_came_last_leaves_first_over_two_payments() -> None:
    first = Lifo().spread([coin((6, CLEAN)), coin((4, A))], [10]).outputs
    assert first == (coin((6, CLEAN), (4, A)),)
    assert Lifo().spread(first, [3, 7]).outputs == (coin((3, A)), coin((6, CLEAN), (1, A)))


@given(payments(), st.sampled_from(list(TAINT_RULES.values())))
def test_every_output_is_worth_what_the_transaction_says(
    payment: tuple[list[Coin], list[int]], rule: TaintRule
) -> None:
    spent, values = payment
    spread = rule.spread(spent, values)
    assert [one.value for one in spread.outputs] == values
    assert spread.fee.value == sum(one.value for one in spent) - sum(values)


@given(payments(), st.sampled_from(LOSSLESS))
def test_nothing_is_lost_or_made_of_any_source(
    payment: tuple[list[Coin], list[int]], rule: TaintRule
) -> None:
    spent, values = payment
    spread = rule.spread(spent, values)
    for source in (0, 1):
        before = sum(one.by_source().get(source, 0) for one in spent)
        assert sum(one.by_source().get(source, 0) for one in (*spread.outputs, spread.fee)) == before


@given(payments(), st.sampled_from(LOSSLESS))
def test_no_rule_taints_more_than_poison(payment: tuple[list[Coin], list[int]], rule: TaintRule) -> None:
    spent, values = payment
    spread, poisoned = rule.spread(spent, values), TAINT_RULES["poison"].spread(spent, values)
    for one, most in zip((*spread.outputs, spread.fee), (*poisoned.outputs, poisoned.fee), strict=True):
        assert one.tainted <= most.tainted
        for source, satoshi in one.by_source().items():
            assert satoshi <= most.by_source().get(source, 0)


@given(payments())
def test_first_in_first_out_is_lossless(payment: tuple[list[Coin], list[int]]) -> None:
    spent, values = payment
    spread = TAINT_RULES["fifo"].spread(spent, values)
    after = Coin.joined(chain.from_iterable(one.runs for one in (*spread.outputs, spread.fee)))
    assert after == Coin.joined(chain.from_iterable(one.runs for one in spent))


@given(payments())
def test_last_in_first_out_is_lossless(payment: tuple[list[Coin], list[int]]) -> None:
    spent, values = payment
    spread = TAINT_RULES["lifo"].spread(spent, values)
    after = Coin.joined(chain.from_iterable(one.runs for one in (spread.fee, *reversed(spread.outputs))))
    assert after == Coin.joined(chain.from_iterable(one.runs for one in spent))


@given(payments())
def test_fast_and_naive_first_and_last_in_agree(payment: tuple[list[Coin], list[int]]) -> None:
    spent, values = payment
    satoshi = [run.sources for one in spent for run in one.runs for _ in range(run.satoshi)]
    first, last = list(satoshi), list(satoshi)
    for value, fifo, lifo in zip(
        values,
        TAINT_RULES["fifo"].spread(spent, values).outputs,
        TAINT_RULES["lifo"].spread(spent, values).outputs,
        strict=True,
    ):
        assert fifo == Coin.joined(Run(1, one) for one in first[:value])
        assert lifo == Coin.joined(Run(1, one) for one in last[len(last) - value :])
        del first[:value], last[len(last) - value :]


@given(payments())
def test_haircut_stays_within_a_satoshi_of_the_exact_share(payment: tuple[list[Coin], list[int]]) -> None:
    spent, values = payment
    total, tainted = sum(one.value for one in spent), sum(one.tainted for one in spent)
    for value, one in zip(values, Haircut().spread(spent, values).outputs, strict=True):
        assert abs(one.tainted - Fraction(value * tainted, total)) < 1


@given(payments(), st.randoms(use_true_random=False))
def test_haircut_and_poison_care_not_for_the_order_of_inputs(
    payment: tuple[list[Coin], list[int]], chance: Random
) -> None:
    spent, values = payment
    mixed = list(spent)
    chance.shuffle(mixed)
    for name in ("haircut", "poison"):
        rule = TAINT_RULES[name]
        assert [one.by_source() for one in rule.spread(mixed, values).outputs] == [
            one.by_source() for one in rule.spread(spent, values).outputs
        ]


@given(payments(), st.sampled_from(list(TAINT_RULES.values())))
def test_clean_inputs_stay_clean(payment: tuple[list[Coin], list[int]], rule: TaintRule) -> None:
    spent, values = [Coin.of(one.value) for one in payment[0]], payment[1]
    spread = rule.spread(spent, values)
    assert not any(one.tainted for one in (*spread.outputs, spread.fee))


@pytest.mark.parametrize("rule", TAINT_RULES.values(), ids=TAINT_RULES)
def test_outputs_above_the_inputs_are_told(rule: TaintRule) -> None:
    with pytest.raises(Unbalanced, match="10 satoshi cannot pay outputs of 11 satoshi"):
        rule.spread([Coin.of(10, A)], [5, 6])


@pytest.mark.parametrize("rule", TAINT_RULES.values(), ids=TAINT_RULES)
def test_a_payment_of_nothing_carries_nothing(rule: TaintRule) -> None:
    spread = rule.spread([Coin.of(0)], [0])
    assert spread.outputs == (Coin(()),)
    assert spread.fee == Coin(())
