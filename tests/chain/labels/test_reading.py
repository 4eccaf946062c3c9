"""Every format into a book, and its malformed twins."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.labels.reading import read_labels
from gridcanary.chain.networks import NETWORKS
from gridcanary.contracts.errors import InputError, SchemaMismatch, UnsafeInput
from tests.chain.real_data import real_folder

Write = Callable[[str, str], Path]
BITCOIN = NETWORKS["bitcoin"]
ONE, TWO = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
SCRIPT = script_of_address(ONE, BITCOIN)
OTHER_SCRIPT = script_of_address(TWO, BITCOIN)

TAGPACK = f"""
title: Two wallets
creator: A department
label: Example Exchange
category: exchange
actor: example
currency: BTC
confidence: service_data
source: https://example.org/wallets
lastmod: 2024-05-06
is_cluster_definer: true
tags:
  - address: {ONE}
  - address: {TWO}
    label: Cold wallet
    confidence: ownership
    is_cluster_definer: false
    concepts: [a, b]
  - address: '0x742d35Cc6634C0532925a3b844Bc454e4438f44e'
    network: ETH
  - tx_hash: 4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b
"""


def test_a_tagpack_inherits_from_its_header(write: Write) -> None:
    path = write("pack.yaml", TAGPACK)
    book = read_labels(BITCOIN, [path])
    (label,) = book.of(SCRIPT)
    said = label.said
    assert (label.address, label.network) == (ONE, "bitcoin")
    assert (said.name, said.category, said.actor, said.confidence) == (
        "Example Exchange", "exchange", "example", "service_data",
    )  # fmt: skip
    assert (said.source, said.date, said.cluster_definer) == (
        "https://example.org/wallets", "2024-05-06", True,
    )  # fmt: skip
    assert said.file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    (own,) = book.of(OTHER_SCRIPT)
    assert (own.said.name, own.said.confidence, own.said.cluster_definer) == (
        "Cold wallet",
        "ownership",
        False,
    )
    assert own.said.actor == "example"
    assert (book.count, len(book), dict(book.elsewhere)) == (2, 2, {"ETH": 1})


def test_an_actorpack_beside_tagpacks_is_passed_over(write: Write) -> None:
    book = read_labels(BITCOIN, [write("actors.yaml", "title: x\nactors:\n  - id: a\n    label: A\n")])
    assert (len(book), len(book.files)) == (0, 1)


@pytest.mark.parametrize(
    "name", ["labels.yaml", "pools.json", "labels.csv", "sanctioned_addresses_XBT.json", "labels.parquet"]
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=60))
def test_junk_is_refused_and_nothing_else_happens(tmp_path: Path, name: str, junk: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(junk)
    try:
        read_labels(BITCOIN, [path])
    except InputError as error:
        assert name in str(error)  # noqa: PT017 - junk may also be a valid empty file


@pytest.mark.parametrize(
    ("text", "problem", "says"),
    [
        pytest.param("tags: 3", InputError, "column tags: has no list of tags", id="no list"),
        pytest.param("- 3", InputError, "no mapping", id="no mapping"),
        pytest.param("", InputError, "no mapping", id="empty"),
        pytest.param("a: [", InputError, "is no YAML", id="cut short"),
        pytest.param(
            "label: x\ntags: [3]", InputError, "a tag is not a mapping", id="a tag that is a number"
        ),
        pytest.param(
            f"tags:\n  - address: {ONE}", InputError, "row 2, column label: neither the tag", id="no label"
        ),
        pytest.param("label: x\ntags:\n  - label: y", InputError, "row 3, column address", id="no address"),
        pytest.param(
            f"tags:\n  - address: {ONE}\n    label: [x]", InputError, "row 2, column label", id="label a list"
        ),
        pytest.param("tags: &a\n  - *a", UnsafeInput, "anchor or alias", id="alias"),
        pytest.param("tags: !!python/object/apply:os.system [ls]", UnsafeInput, "YAML tag", id="YAML tag"),
        pytest.param("tags: " + "[" * 50 + "]" * 50, UnsafeInput, "too deep", id="nested"),
        pytest.param("? [x]\n: y", InputError, "a key that is no text", id="key a list"),
    ],
)
def test_malformed_tagpacks(write: Write, text: str, problem: type[InputError], says: str) -> None:
    with pytest.raises(problem, match=says):
        read_labels(BITCOIN, [write("pack.yaml", text)])


def test_a_csv_with_a_column_map_and_a_chinese_header(write: Write) -> None:
    path = write(
        "labels.csv", f"地址,标签,类别,来源,日期,币种\n{ONE},某交易所,exchange,协查,2025-01-02,BTC\n"
    )
    (label,) = read_labels(BITCOIN, [path]).of(SCRIPT)
    assert (label.said.name, label.said.source, label.said.date) == ("某交易所", "协查", "2025-01-02")
    mapped = write("mapped.csv", f"x,y\n{ONE},A\n")
    (label,) = read_labels(BITCOIN, [mapped], {"address": "x", "label": "y"}).of(SCRIPT)
    assert label.said.name == "A"


def test_a_csv_row_without_a_label_is_named(write: Write) -> None:
    with pytest.raises(InputError, match="row 2, column label"):
        read_labels(BITCOIN, [write("labels.csv", f"address,label\n{ONE},\n")])


def test_a_list_of_pools_is_read_as_miners(write: Write) -> None:
    pools = [{"id": 1, "name": "A pool", "addresses": [ONE], "tags": ["/a/"], "link": "https://a.example"}]
    (label,) = read_labels(BITCOIN, [write("pools.json", json.dumps(pools))]).of(SCRIPT)
    assert (label.said.name, label.said.category, label.said.source) == (
        "A pool",
        "miner",
        "https://a.example",
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{}", "is no list of pools"),
        ("[1]", "row 1: a pool is not an object"),
        ('[{"name": ""}]', "row 1, column name"),
        ('[{"name": "A", "link": 3}]', "column link"),
        ('[{"name": "A", "addresses": "1A"}]', "column addresses: A: a list of texts"),
        ('[{"name": "A", "tags": [""]}]', "column tags: A: a list of texts"),
        ("[", "is no JSON"),
        ("[" + "1" * 5_000 + "]", "is no JSON"),
    ],
)
def test_malformed_lists_of_pools(write: Write, content: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_labels(BITCOIN, [write("pools.json", content)])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sanctioned_addresses_XBT.txt", f"# list\n{ONE}\n"),
        ("sanctioned_addresses_XBT.json", json.dumps([ONE])),
    ],
)
def test_lists_of_sanctions(write: Write, name: str, content: str) -> None:
    book = read_labels(BITCOIN, [write(name, content)])
    verdict = book.verdict(SCRIPT)
    assert verdict is not None
    assert (verdict.name, verdict.listed, verdict.contradictory) == ("OFAC SDN", True, False)


def test_sanctions_of_another_coin_are_counted_elsewhere(write: Write) -> None:
    book = read_labels(
        BITCOIN, [write("sanctioned_addresses_ETH.txt", "0x742d35Cc6634C0532925a3b844Bc454e4438f44e")]
    )
    assert (len(book), dict(book.elsewhere)) == (0, {"ETH": 1})


def test_a_malformed_list_of_sanctions(write: Write) -> None:
    with pytest.raises(InputError, match="no list of addresses"):
        read_labels(BITCOIN, [write("sanctioned_addresses_XBT.json", "{}")])


def test_a_table_of_graphsense_tags(tmp_path: Path) -> None:
    path = tmp_path / "tags.parquet"
    columns = {
        "addr": [ONE, ONE, TWO, "0x00"],
        "cur": ["BTC", "BTC", "BTC", "ETH"],
        "label": ["A", "B", "A", "C"],
        "cat": ["exchange", "None", "exchange", "defi"],
        "actor": ["a", "None", "a", "c"],
        "conf": ["forensic", "None", "forensic", "forensic"],
        "pack": ["x.yaml", "y.yaml", "x.yaml", "z.yaml"],
    }
    pq.write_table(pa.table(columns), path)
    book = read_labels(BITCOIN, [path])
    assert [(one.said.name, one.said.category, one.said.source) for one in book.of(SCRIPT)] == [
        ("A", "exchange", "x.yaml"),
        ("B", "", "y.yaml"),
    ]
    verdict = book.verdict(SCRIPT)
    assert verdict is not None
    assert (verdict.name, verdict.category, verdict.contradictory) == ("A / B", "exchange", True)
    assert [one.labels[0].script for one in book.contradictions()] == [SCRIPT]
    assert {one.script for one in book.of_category("exchange")} == {SCRIPT, OTHER_SCRIPT}


def test_a_table_with_other_columns_or_no_table(tmp_path: Path) -> None:
    path = tmp_path / "tags.parquet"
    pq.write_table(pa.table({"addr": [ONE], "cur": ["BTC"]}), path)
    with pytest.raises(SchemaMismatch, match="column label"):
        read_labels(BITCOIN, [path])
    path.write_text("no")
    with pytest.raises(InputError, match="is no Parquet"):
        read_labels(BITCOIN, [path])


def test_mistyped_addresses_are_kept_as_faults_with_their_row(write: Write) -> None:
    book = read_labels(BITCOIN, [write("labels.csv", f"address,label\n{ONE[:-1]}b,A\n{TWO},B\n")])
    assert [(one.row, one.address) for one in book.refused] == [(2, ONE[:-1] + "b")]
    assert len(book) == 1


def test_a_listing_contradicts_no_owner(write: Write) -> None:
    pack = write("pack.yaml", TAGPACK)
    book = read_labels(BITCOIN, [pack, write("sanctioned_addresses_XBT.txt", ONE)])
    verdict = book.verdict(SCRIPT)
    assert verdict is not None
    assert (verdict.name, verdict.contradictory, verdict.listed) == ("Example Exchange", False, True)
    assert verdict.sources == "pack.yaml, sanctioned_addresses_XBT.txt"
    assert book.verdict(b"") is None
    assert SCRIPT in book


def test_a_folder_is_read_whole_and_an_empty_one_refused(write: Write, tmp_path: Path) -> None:
    write("pack.yaml", TAGPACK)
    assert read_labels(BITCOIN, [tmp_path]).count == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="holds no label files"):
        read_labels(BITCOIN, [empty])


def test_an_unknown_ending_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match="no known format"):
        read_labels(BITCOIN, [write("labels.doc", "x")])


@pytest.mark.data
def test_half_a_million_real_tags_are_read_in_seconds() -> None:
    path = real_folder("attribution") / "graphsense_tags.parquet"
    before = time.process_time()
    book = read_labels(BITCOIN, [path])
    assert time.process_time() - before < 30
    rows = pq.ParquetFile(path).metadata.num_rows
    repeated = rows - book.count - sum(book.elsewhere.values()) - len(book.refused)
    assert 0 <= repeated < rows / 1_000
    assert len(book) > 400_000
