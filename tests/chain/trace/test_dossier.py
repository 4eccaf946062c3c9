from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.dossier import Draft, Kind, Reference, dossier_files, verify_dossier, write_dossier
from gridcanary.chain.trace.dossier import KIND, trace_draft
from gridcanary.chain.trace.limits import Limits
from gridcanary.chain.trace.request import (
    TracedWallet,
    TraceRequest,
    UnknownRule,
    outpoint_named,
    rules_named,
)
from gridcanary.chain.trace.taint import TAINT_RULES
from gridcanary.simulator.recorded_traces import labels
from tests.chain.conftest import REGTEST

KINDS = {KIND.name: KIND}


@pytest.fixture(scope="module")
def request_of_two(truth: dict) -> TraceRequest:
    wallets = [
        TracedWallet(script_of_address(truth["miners"][name], REGTEST), name, "", "phone")
        for name in ("miner0", "miner5")
    ]
    return TraceRequest(tuple(wallets), limits=Limits(hops=6))


@pytest.fixture(scope="module")
def draft(evident, truth: dict, request_of_two: TraceRequest) -> Draft:
    reference = Reference("labels.csv", "0" * 64, 7)
    return trace_draft(evident, request_of_two, labels(slice(None)), [reference])


@pytest.fixture(scope="module")
def files(draft: Draft) -> dict[str, bytes]:
    return dossier_files(draft, KIND)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_written_dossier_verifies_and_one_changed_amount_is_named(draft: Draft, tmp_path: Path) -> None:
    folder = tmp_path / "dossier"
    write_dossier(folder, draft, KIND)
    verdict = verify_dossier(folder, KINDS)
    assert verdict.holds, verdict.faults
    assert verdict.recomputed > 10
    told = folder / "tables" / "freeze.csv"
    told.write_bytes(told.read_bytes().replace(b"exchA", b"exchB", 1))
    assert "tables/freeze.csv" in {fault.file for fault in verify_dossier(folder, KINDS).faults}


def test_the_same_trace_gives_the_same_bytes(
    evident, truth: dict, request_of_two: TraceRequest, files: dict[str, bytes]
) -> None:
    again = trace_draft(evident, request_of_two, labels(slice(None)), [Reference("labels.csv", "0" * 64, 7)])
    assert dossier_files(again, KIND) == files


def test_the_freeze_list_names_each_deposit_address_with_its_sums(
    files: dict[str, bytes], truth: dict
) -> None:
    listed = rows(files["tables/freeze.csv"])
    expected = {
        (key.split("|")[1], address)
        for key, address in truth["deposits"].items()
        if key.split("|")[0] in ("miner0", "miner5")
    }
    assert {(row["service"], row["address"]) for row in listed} == expected
    assert {row["customer_address"] for row in listed} == {"yes"}
    for row in listed:
        assert {row[rule] for rule in TAINT_RULES} == {row["deposit_satoshi"]}
        assert row["spent_in"]
        assert row["address_unspent_satoshi"] == "0"
    own = [path for path in files if path.startswith("freeze/")]
    assert own == ["freeze/01-excha.csv", "freeze/02-exchb.csv"]
    assert sum(len(rows(files[path])) for path in own) == len(listed)


def test_json_sums_agree_with_each_other(files: dict[str, bytes]) -> None:
    told = json.loads(files["trace.json"])
    for rule in told["rules"]:
        at_services = sum(line["satoshi"][rule] for line in told["exposure"])
        assert at_services == told["ends"][rule]["service"]
        assert at_services == sum(entry["satoshi"][rule] for entry in told["freeze"])
        assert at_services == sum(line["satoshi"][rule] for line in told["exposure_by_category"])
        from_wallets = sum(
            edge["tainted"][rule] for edge in told["sankey"]["edges"] if edge["from"].startswith("wallet:")
        )
        if rule != "poison":
            assert sum(told["ends"][rule].values()) == told["received_satoshi"] == from_wallets
    ids = {node["id"] for node in told["graph"]["nodes"]}
    assert {edge[end] for edge in told["graph"]["edges"] for end in ("from", "to")} <= ids
    assert all(one["path"] for entry in told["freeze"] for one in entry["deposits"])


def test_what_a_payment_takes_in_it_hands_on(files: dict[str, bytes]) -> None:
    told = json.loads(files["trace.json"])
    fees = {row["txid"]: row for row in rows(files["tables/payments.csv"])}
    for rule in ("haircut", "fifo", "lifo"):
        balance = {f"payment:{txid}": -int(row[f"fee_{rule}"]) for txid, row in fees.items()}
        for edge in told["graph"]["edges"]:
            if edge["to"] in balance:
                balance[edge["to"]] += edge["tainted"][rule]
            if edge["from"] in balance:
                balance[edge["from"]] -= edge["tainted"][rule]
        assert set(balance.values()) == {0}


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_the_report_says_services_rules_and_error_rates(files: dict[str, bytes], lang: str) -> None:
    text = files[f"report.{lang}.md"].decode()
    told = json.loads(files["trace.json"])
    assert "exchA" in text
    assert told["tip"]["block"] in text
    for one in told["error_rates"]["deposit_addresses"]:
        assert one["title"]["zh" if lang == "zh-CN" else lang] in text


def test_clusters_join_deposit_addresses_swept_together_merge_by_merge(files: dict[str, bytes]) -> None:
    told, listed = json.loads(files["trace.json"]), rows(files["tables/clusters.csv"])
    assert len(listed) == sum(len(one["merges"]) for one in told["clusters"])
    for one in told["clusters"]:
        assert len(one["merges"]) == len(one["addresses"]) - 1
        assert len(one["services"]) <= 1
        assert {end for merge in one["merges"] for end in (merge["first"], merge["second"])} == set(
            one["addresses"]
        )
    customers = {entry["address"]: entry["service"] for entry in told["freeze"]}
    by_service = {one["services"][0]: set(one["addresses"]) for one in told["clusters"] if one["services"]}
    assert all(address in by_service[service] for address, service in customers.items())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"rules": ["fofi"]}, id="a rule that there is none of"),
        pytest.param({"rules": [5]}, id="a rule that is no text"),
        pytest.param({"receipts": [7]}, id="a receipt that is no output"),
        pytest.param({"receipts": ["ab:0"]}, id="a receipt without a txid"),
        pytest.param({"wallets": [5]}, id="a wallet that is none"),
        pytest.param({"wallets": [{"script": "zz", "name": "", "owner": "", "source": ""}]}, id="no script"),
        pytest.param({"limits": {"hops": 0}}, id="no hops"),
        pytest.param({"limits": {"hops": "many"}}, id="hops that are no number"),
        pytest.param({"limits": {"height": 3}}, id="a limit that there is none of"),
        pytest.param({"limits": None}, id="no limits"),
    ],
)
def test_forged_parameters_are_a_fault_and_no_crash(draft: Draft, change: dict, tmp_path: Path) -> None:
    forged = replace(draft, parameters={**draft.parameters, **change})
    files = dossier_files(forged, Kind(KIND.name, lambda basis: {}))
    verdict = verify_dossier(laid(tmp_path, files), KINDS)
    assert "nothing can be computed from this evidence" in str(verdict.faults)


@pytest.mark.parametrize(
    "labels_told", [b"{", b"[5]", b'[{"script": "00", "name": "a", "category": 5, "source": ""}]']
)
def test_forged_labels_are_a_fault_and_no_crash(draft: Draft, labels_told: bytes, tmp_path: Path) -> None:
    forged = replace(draft, sources={"labels.json": labels_told})
    files = dossier_files(forged, Kind(KIND.name, lambda basis: {}))
    verdict = verify_dossier(laid(tmp_path, files), KINDS)
    assert "nothing can be computed from this evidence" in str(verdict.faults)


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    """The files of a dossier on disk."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_a_request_survives_its_writing(request_of_two: TraceRequest) -> None:
    named = TraceRequest(
        request_of_two.wallets, (outpoint_named("ab" * 32 + ":3"),), ("fifo",), Limits(hops=2, until=5)
    )
    for one in (request_of_two, named):
        assert TraceRequest.from_parameters(json.loads(json.dumps(one.parameters()))) == one


def test_rules_are_named_in_one_order_and_unknown_ones_refused() -> None:
    assert rules_named(["lifo", "poison"]) == ("poison", "lifo")
    assert rules_named(["all"]) == tuple(TAINT_RULES)
    with pytest.raises(UnknownRule, match="'fofi' is no rule of taint"):
        rules_named(["fofi"])
