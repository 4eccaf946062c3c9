"""Arrow schemas of the network lens: what a scan writes of sessions, and what a desk works with by day.

Ends are keyed pseudonyms (``e:`` and 22 characters) unless the scan was asked for plain addresses. Nothing of a
payload is here but parsed fields: method, wallet, account, worker, agent, names.
"""

from __future__ import annotations

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")

NETWORK_FINDINGS = pa.schema(
    [
        pa.field("session_id", pa.string(), nullable=False),
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("listed", pa.bool_(), nullable=False),
        pa.field("first_seen", TIME, nullable=False),
        pa.field("last_seen", TIME, nullable=False),
        pa.field("client", pa.string(), nullable=False),
        pa.field("client_port", pa.int32(), nullable=False),
        pa.field("server", pa.string(), nullable=False),
        pa.field("server_port", pa.int32(), nullable=False),
        pa.field("protocol", pa.string(), nullable=False),
        pa.field("method", pa.string()),
        pa.field("transport", pa.string()),
        pa.field("pool", pa.string()),
        pa.field("pool_entry", pa.string()),
        pa.field("pool_entry_date", pa.date32()),
        pa.field("pool_entry_source", pa.string()),
        pa.field("wallet", pa.string()),
        pa.field("wallet_network", pa.string()),
        pa.field("account", pa.string()),
        pa.field("worker", pa.string()),
        pa.field("workers", pa.int32()),
        pa.field("rack_position", pa.string()),
        pa.field("agent", pa.string()),
        pa.field("tls_name", pa.string()),
        pa.field("ja3", pa.string()),
        pa.field("ja4", pa.string()),
        pa.field("algorithm", pa.string()),
        pa.field("coin", pa.string()),
        pa.field("shares", pa.int64()),
        pa.field("hashrate_hs", pa.float64()),
        pa.field("hashrate_low_hs", pa.float64()),
        pa.field("hashrate_high_hs", pa.float64()),
        pa.field("machine_class", pa.string()),
        pa.field("kw_low", pa.float64()),
        pa.field("kw_mid", pa.float64()),
        pa.field("kw_high", pa.float64()),
        pa.field("hypothesis", pa.string(), nullable=False),
        pa.field("llr", pa.float64(), nullable=False),
        pa.field("packets", pa.int64(), nullable=False),
        pa.field("bytes", pa.int64(), nullable=False),
        pa.field("reasons_zh", pa.string(), nullable=False),
        pa.field("reasons_en", pa.string(), nullable=False),
        pa.field("innocent_zh", pa.string(), nullable=False),
        pa.field("innocent_en", pa.string(), nullable=False),
        pa.field("reasons", pa.string(), nullable=False),
        pa.field("innocent", pa.string(), nullable=False),
        pa.field("votes", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_kind", pa.string(), nullable=False),
        pa.field("quality", pa.string(), nullable=False),
        pa.field("synchronous_with", pa.string(), nullable=False),
    ]
)
"""A row per session. session_id: digest of ends, ports, protocol, first time (of the pseudonyms, so it tells nothing).
protocol: ``tcp`` or ``udp``. method: dialect or disguise. pool_entry: ``host:port`` of the list; its date says when the
list last saw it. wallet_network as in network.dialogue. workers: how many names or proxy members were counted.
hashrate_*: hashes per second with the 95 % interval. kw_*: what that hash rate takes by the machine class [kW].
hypothesis: ``mining``, ``intrusion`` (a server that someone else uses) or ``proxy``. llr: natural log. votes: JSON list
of detector, strength, llr. source: the file's name; quality: comma-separated codes (``shed``, ``gaps``, ``one_way``,
``midstream``, ``sampled``). synchronous_with: JSON list of the client ends whose servers spoke at the same moments."""

ENDPOINT_DAYS = pa.schema(
    [
        pa.field("endpoint", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("sessions", pa.int32(), nullable=False),
        pa.field("hours", pa.float64(), nullable=False),
        pa.field("pools", pa.string(), nullable=False),
        pa.field("wallets", pa.string(), nullable=False),
        pa.field("methods", pa.string(), nullable=False),
        pa.field("workers", pa.int32()),
        pa.field("hashrate_hs", pa.float64()),
        pa.field("algorithm", pa.string()),
        pa.field("kw_low", pa.float64()),
        pa.field("kw_mid", pa.float64()),
        pa.field("kw_high", pa.float64()),
        pa.field("hypothesis", pa.string(), nullable=False),
        pa.field("llr", pa.float64(), nullable=False),
        pa.field("synchronous_with", pa.string(), nullable=False),
        pa.field("reasons", pa.string(), nullable=False),
        pa.field("innocent", pa.string(), nullable=False),
    ]
)
"""A row per client end and UTC day, the unit a desk works with. hours: time with any listed session. pools, wallets,
methods, synchronous_with: JSON lists, sorted. reasons and innocent as in contracts.reasons."""

RESOLUTIONS = pa.schema(
    [
        pa.field("endpoint", pa.string(), nullable=False),
        pa.field("source_port", pa.int32()),
        pa.field("time", TIME, nullable=False),
        pa.field("clock_error_s", pa.float64(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
        pa.field("premises_id", pa.string()),
        pa.field("confidence", pa.float64(), nullable=False),
        pa.field("covered", pa.float64(), nullable=False),
        pa.field("candidates", pa.string(), nullable=False),
    ]
)
"""A row per observation to resolve. endpoint: pseudonym, as in the findings of the same key. state: ``resolved``,
``ambiguous``, ``unplaced`` (an account without a known place) or ``unknown`` (no record covers it). premises_id: only
where resolved. confidence: of the likeliest candidate, 0 to 1. covered: share of the time window that any record
covers. candidates: JSON list of premises_id (null where unplaced), confidence, basis, records (file and row)."""
