"""The published error rates are those of the rules as they are now."""

from __future__ import annotations

from gridcanary.chain.payouts import Rule
from gridcanary.chain.payouts.error_rates import published_rates, stored_rates
from gridcanary.simulator.chain_truth import SCENARIOS
from gridcanary.simulator.chain_truth.scoring import measured


def test_the_stored_check_is_what_the_rules_give_today() -> None:
    check = stored_rates()["check"]
    remedy = "run python benchmarks/chain_payouts.py --write"
    assert measured(check["seeds"], check["days"]) == check["measured"], remedy


def test_rates_are_published_for_every_scenario_on_seeds_that_were_not_worked_with() -> None:
    told = published_rates()
    assert [one.name for one in told.scenarios] == list(SCENARIOS)
    assert told.first_seed > 100
    assert told.last_seed - told.first_seed >= 19
    for one in told.scenarios:
        assert one.title
        assert one.chains == told.last_seed - told.first_seed + 1
        for rate in one.rates.values():
            assert rate.value is None or 0 <= (rate.low or 0) <= rate.value <= (rate.high or 0) <= 1


def test_every_rule_that_can_give_an_output_has_its_rate() -> None:
    rates = {one.rule: one for one in published_rates().rules}
    given_by_none = {Rule.PEELING, Rule.LISTED}
    assert rates.keys() == {str(rule) for rule in Rule} - given_by_none
    for one in rates.values():
        assert 0 <= one.wrong <= one.count
        assert round(1 - one.wrong / one.count, 4) == one.precision
