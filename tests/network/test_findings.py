from __future__ import annotations

import pyarrow as pa

from gridcanary.contracts.findings import ENDPOINT
from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.network.endpoint_days import endpoint_days
from gridcanary.network.findings import endpoint_findings
from tests.network.test_endpoint_days import HOUR, row


def test_an_endpoint_is_one_finding_from_its_first_day_on() -> None:
    rows = [row(kw_mid=2.0, kw_low=1.0, kw_high=3.0), row(begin_s=24 * HOUR, kw_mid=5.0), row("10.0.0.2")]
    first, second = endpoint_findings(endpoint_days(pa.Table.from_pylist(rows, schema=NETWORK_FINDINGS)))
    assert (first.subject_kind, first.subject_id, first.mode) == (ENDPOINT, "10.0.0.1", "none")
    assert first.onset is not None
    assert first.onset.isoformat() == "2026-03-01"
    assert first.kw == (0.0, 5.0, 0.0)
    assert second.kw == (0.0, 0.0, 0.0)
    assert len({reason.code for reason in first.reasons}) == len(first.reasons) > 0
