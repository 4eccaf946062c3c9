"""Balances: whatever is entered in whatever order, the sums agree to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.enforcement.balances import ZERO, Balance, Unbalanced, balance
from gridcanary.enforcement.models import AmountField

CENTS = st.integers(1, 10**13).map(lambda cents: Decimal(cents).scaleb(-2))
KINDS = ["adjusted", "collected", "waived", "refunded", "written_off"]
TEN = Balance(due=Decimal(10))
MOVEMENTS = st.lists(st.tuples(st.sampled_from(KINDS), CENTS, st.booleans()), max_size=30)


@given(CENTS, MOVEMENTS)
def test_any_sequence_balances(assessed: Decimal, tried: list[tuple[str, Decimal, bool]]) -> None:
    """Refused movements change nothing; those that are allowed keep every sum where the law wants it."""
    now, entered = Balance().after("assessed", assessed), [("assessed", assessed)]
    limits: list[Decimal] = []
    for kind, size, down in tried:
        amount = -size if down and kind == "adjusted" else size
        try:
            now = now.after(kind, amount)
        except Unbalanced as refused:
            limits.append(refused.limit)
            continue
        entered.append((kind, amount))
        assert now == balance(entered)
        assert now.due >= ZERO
        assert now.collected >= ZERO
        assert now.outstanding == now.due - now.collected - now.waived - now.written_off
        assert all(sum_.as_tuple().exponent == -2 for sum_ in (now.due, now.outstanding, now.collected))
        if kind in ("collected", "waived", "written_off"):
            assert now.outstanding >= ZERO
    assert all(limit >= ZERO for limit in limits)


@given(st.lists(st.tuples(st.sampled_from(["assessed", *KINDS]), CENTS), max_size=20), st.data())
def test_the_order_of_entries_does_not_matter(
    entries: list[tuple[str, Decimal]], data: st.DataObject
) -> None:
    assert balance(data.draw(st.permutations(entries))) == balance(entries)


@given(CENTS, CENTS)
def test_balances_add_up(first: Decimal, second: Decimal) -> None:
    assert Balance(due=first) + Balance(due=second) == Balance(due=first + second)


@pytest.mark.parametrize(
    ("before", "kind", "amount", "reason", "limit"),
    [
        pytest.param(TEN, "collected", Decimal(11), "above_outstanding", Decimal(10), id="overpaid"),
        pytest.param(TEN, "waived", Decimal(11), "above_outstanding", Decimal(10), id="overwaived"),
        pytest.param(TEN, "refunded", Decimal(1), "above_collected", Decimal(0), id="nothing paid"),
        pytest.param(TEN, "adjusted", Decimal(-11), "due_below_zero", Decimal(10), id="below zero"),
        pytest.param(
            Balance(due=Decimal(5), received=Decimal(10)), "collected", Decimal(1), "above_outstanding", ZERO,
            id="already too much",
        ),
    ],
)  # fmt: skip
def test_what_is_not_possible_says_the_limit(
    before: Balance, kind: str, amount: Decimal, reason: str, limit: Decimal
) -> None:
    with pytest.raises(Unbalanced) as error:
        before.after(kind, amount)
    assert (error.value.reason, error.value.limit) == (reason, limit)


def test_an_adjustment_after_payment_leaves_something_to_pay_back() -> None:
    paid = Balance().after("assessed", Decimal("10.00")).after("collected", Decimal("10.00"))
    less = paid.after("adjusted", Decimal("-4.00"))
    assert (less.outstanding, less.is_settled) == (Decimal("-4.00"), False)
    assert less.after("refunded", Decimal("4.00")).is_settled


FIELD = AmountField()


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_amounts_come_back_from_the_database_to_the_cent(cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    stored = FIELD.get_prep_value(amount)
    assert stored == cents
    assert FIELD.from_db_value(stored, None, None) == amount


@pytest.mark.parametrize(
    "value",
    ["0.001", "abc", "NaN", "Infinity", 0.1, "99999999999999999"],
    ids=["third place", "letters", "nan", "infinite", "float", "too large"],
)
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        FIELD.to_python(value)


def test_an_empty_amount_is_none() -> None:
    assert FIELD.to_python("") is None
    assert FIELD.get_prep_value(None) is None
