"""Every reason that following gives has a sentence in both languages, with the parameters that it carries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gridcanary.chain.clusters import merge_scripts
from gridcanary.chain.explain import phrases, render
from gridcanary.chain.payouts import follow_pools
from gridcanary.contracts.phrases import LANGUAGES
from gridcanary.contracts.reasons import Reason
from gridcanary.simulator.chain_truth import SCENARIOS, simulate_chain


def reasons_of(scenario: str) -> Iterator[Reason]:
    truth = simulate_chain(scenario, seed=5, days=12)
    ledger = follow_pools(truth.history, truth.pools_of)
    yield from (edge.reason for edge in ledger.edges.values())
    yield from (one.reason for one in ledger.scripts.values())
    for one in ledger.transactions.values():
        yield one.reason
        yield from (reason for line in one.lines for reason in line.reasons)
    yield from (merge.reason for merge in merge_scripts(truth.history, receipts=lambda _: 1).merges)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_reason_reads_as_a_sentence(scenario: str) -> None:
    for reason in {(one.code, tuple(one.params.items())) for one in reasons_of(scenario)}:
        code, params = reason
        for language in LANGUAGES:
            told = render(Reason(code, dict(params)), language)
            assert told
            assert "{" not in told


def test_many_kinds_of_reasons_were_seen() -> None:
    seen = {reason.code for scenario in SCENARIOS for reason in reasons_of(scenario)}
    own = {
        code
        for code in phrases()
        if code.split(".")[0] in ("pays_on", "one_time_change", "payout", "expense")
    }
    assert len(seen) >= 20
    assert len(own - seen) <= 3
