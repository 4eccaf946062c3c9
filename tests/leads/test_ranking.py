"""Expected yield of an inspection budget."""

from __future__ import annotations

import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.leads import ranking
from gridcanary.leads.ranking import HOURS_PER_MONTH, Prospect, budget_yield, budget_yields

PROSPECTS = [Prospect(0.8, 100.0), Prospect(0.5, 20.0), Prospect(0.1, None)]

prospects = st.lists(
    st.builds(Prospect, st.floats(0, 1), st.none() | st.floats(0, 5_000)), min_size=1, max_size=40
)


def test_the_example_in_the_docstring_runs() -> None:
    assert doctest.testmod(ranking).failed == 0
    assert doctest.testmod(ranking).attempted > 0


@pytest.mark.parametrize(
    ("inspections", "hits", "rate", "kwh"),
    [
        pytest.param(0, 0.0, 0.0, 0.0, id="nothing visited"),
        pytest.param(1, 0.8, 0.8, 0.8 * 100 * 730, id="the best one"),
        pytest.param(3, 1.4, 1.4 / 3, (80 + 10) * 730, id="power unknown counts as a hit without energy"),
        pytest.param(99, 1.4, 1.4 / 3, (80 + 10) * 730, id="more than there are"),
    ],
)
def test_yield_of_a_budget(inspections: int, hits: float, rate: float, kwh: float) -> None:
    plan = budget_yield(PROSPECTS, inspections)
    assert plan.expected_hits == pytest.approx(hits)
    assert plan.expected_hit_rate == pytest.approx(rate)
    assert plan.expected_kwh_per_month == pytest.approx(kwh)


def test_a_negative_budget_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        budget_yield(PROSPECTS, -1)


@given(prospects)
def test_every_budget_agrees_with_the_plain_sum(items: list[Prospect]) -> None:
    for count, plan in enumerate(budget_yields(items)):
        chosen = items[:count]
        assert plan.inspections == count
        assert plan.expected_hits == pytest.approx(sum(p.score for p in chosen))
        naive = sum(p.score * (p.kw_mid or 0) * HOURS_PER_MONTH for p in chosen)
        assert plan.expected_kwh_per_month == pytest.approx(naive)


@given(prospects)
def test_a_larger_budget_never_brings_less_and_the_rate_stays_a_share(items: list[Prospect]) -> None:
    plans = budget_yields(items)
    assert all(a.expected_hits <= b.expected_hits for a, b in pairwise(plans))
    assert all(0 <= plan.expected_hit_rate <= 1 + 1e-9 for plan in plans)
