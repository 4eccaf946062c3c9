from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gridcanary.chain.addresses import script_of_address, shown_script
from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.history import UNKNOWN_HEIGHT, Confirmed, MemoryHistory, Place
from gridcanary.chain.labels.reading import read_labels
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.pools import table
from gridcanary.chain.pools.declared import declared_names
from gridcanary.chain.pools.finders import Status, finder_of, finders, pools_of
from gridcanary.chain.pools.known import PoolBook, read_pools, shipped_lists
from gridcanary.chain.pools.summary import FIRST_POOL, summarise
from gridcanary.chain.pools.table import SCHEMA, finder_batches, write_table
from gridcanary.chain.scripts import p2pkh
from gridcanary.chain.transactions import NULL_TXID, Input, Outpoint, Output, Transaction
from gridcanary.contracts.errors import InputError
from tests.chain.real_data import real_folder

BITCOIN = NETWORKS["bitcoin"]
A, B = p2pkh(b"a" * 20), p2pkh(b"b" * 20)
A_ADDRESS, B_ADDRESS = str(shown_script(A, BITCOIN)), str(shown_script(B, BITCOIN))
LIST = [
    {"name": "Pool A", "addresses": [A_ADDRESS], "tags": ["/a-pool/"]},
    {"name": "Pool B", "addresses": [B_ADDRESS], "tags": ["/b-pool/"], "also": ["The Bees"]},
]


def coinbase(text: bytes, *scripts: bytes, time: int = FIRST_POOL, height: int = 7) -> Confirmed:
    """A block's first transaction, with a satoshi for each script."""
    claim = Input(Outpoint(NULL_TXID, 0xFFFFFFFF), text)
    outputs = tuple(Output(1, script) for script in scripts)
    transaction = Transaction(b"\1" * 32, 1, (claim,), outputs, 0, b"")
    return Confirmed(Place(height, 0, b"\2" * 32, time), transaction)


@pytest.fixture(scope="module")
def pool_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lists") / "pools.json"
    path.write_text(json.dumps(LIST))
    return path


@pytest.fixture(scope="module")
def book(pool_list: Path) -> PoolBook:
    return read_pools(BITCOIN, [pool_list])


@pytest.mark.parametrize(
    ("text", "scripts", "pool", "status"),
    [
        pytest.param(b"/a-pool/", [A], "Pool A", "agreed", id="both agree"),
        pytest.param(b"", [A], "Pool A", "address_only", id="address alone"),
        pytest.param(b"/a-pool/", [b"x"], "Pool A", "tag_only", id="tag alone"),
        pytest.param(b"/a-pool/", [B], None, "unresolved", id="they differ"),
        pytest.param(b"/a-pool//b-pool/", [b"x"], None, "unresolved", id="two tags"),
        pytest.param(b"/a-pool//b-pool/", [A], "Pool A", "agreed", id="two tags, one is paid"),
        pytest.param(b"", [A, B], None, "unresolved", id="two pools are paid"),
        pytest.param(b"/b-pool/", [A, B], "Pool B", "agreed", id="two pools are paid, one is named"),
        pytest.param(b"/a-pool//b-pool/", [A, B], None, "unresolved", id="two of each"),
        pytest.param(b"/NewPool/", [b"x"], None, "self_declared", id="a name that no list has"),
        pytest.param(b"\x04\xff\xff", [b"x"], None, "unknown", id="nothing"),
    ],
)
def test_how_both_signals_are_judged(
    book: PoolBook, text: bytes, scripts: list[bytes], pool: str | None, status: str
) -> None:
    told = finder_of(coinbase(text, *scripts), book)
    assert (told.pool, told.status) == (pool, status)
    if status == "unresolved":
        assert set(told.candidates) == {"Pool A", "Pool B"}
        assert set(pools_of(coinbase(text, *scripts), book)) == {"Pool A", "Pool B"}


def test_an_output_without_value_names_nobody(book: PoolBook) -> None:
    one = coinbase(b"", A)
    empty = replace(one.transaction, outputs=(Output(0, A), Output(5, b"\x6a" + A), Output(5, b"x")))
    told = finder_of(Confirmed(one.place, empty), book)
    assert (told.status, told.outputs, told.paid) == (Status.UNKNOWN, 3, 1)


def test_a_coinbase_that_pays_its_miners_is_told(book: PoolBook) -> None:
    told = finder_of(coinbase(b"/a-pool/", *(p2pkh(bytes([at]) * 20) for at in range(5))), book)
    assert (told.pays_miners, told.paid, told.pool) == (True, 5, "Pool A")


def test_labels_add_addresses_under_the_lists_names(pool_list: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    other = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    labels.write_text(
        f"address,label,category\n{other},THE BEES.com,miner\n{A_ADDRESS},Somebody,miner\n"
        "1BoatSLRHtKNngkdXEeobR76b53LETtpyT,Pool A,exchange\n"
    )
    book = read_pools(BITCOIN, [pool_list], read_labels(BITCOIN, [labels]))
    assert book.scripts[script_of_address(other, BITCOIN)] == ("Pool B",)
    assert book.scripts[A] == ("Pool A", "Somebody")
    assert A not in book.sole
    assert len(book.scripts) == 3
    assert finder_of(coinbase(b"", A), book).status is Status.UNRESOLVED


def test_a_mistyped_address_in_a_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pools.json"
    path.write_text(
        json.dumps([{"name": "Pool C", "addresses": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"], "tags": []}])
    )
    with pytest.raises(InputError, match=r"row 1, column addresses: Pool C: .*checksum"):
        read_pools(BITCOIN, [path])


def test_addresses_of_a_bitcoin_list_are_not_read_as_another_coins(tmp_path: Path) -> None:
    path = tmp_path / "pools.json"
    old_style = "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"
    pools = [
        {"name": "A", "addresses": [old_style], "tags": ["/a/"]},
        {"name": "B", "addresses": [old_style], "coin": "ltc", "tags": ["/b/"]},
    ]
    path.write_text(json.dumps(pools))
    on_litecoin = read_pools(NETWORKS["litecoin"], [path])
    assert list(on_litecoin.scripts.values()) == [("B",)]
    assert len(on_litecoin.tags) == 2
    assert list(read_pools(BITCOIN, [path]).scripts.values()) == [("A",)]


def test_the_shipped_lists_name_no_address_or_tag_for_two_pools() -> None:
    book = read_pools(BITCOIN)
    assert [file.path.name for file in book.files] == ["pools-v2.json", "more-pools.json"]
    assert len(book.sole) == len(book.scripts) > 200
    texts = [tag.text.casefold() for tag in book.tags]
    assert len(set(texts)) == len(texts)


def test_every_shipped_addition_has_its_source() -> None:
    for entry in json.loads(shipped_lists()[1].read_text(encoding="utf-8")):
        assert entry["source"], entry["name"]
        assert set(entry) <= {"name", "also", "addresses", "tags", "link", "source"}


@pytest.mark.parametrize(
    ("script", "names"),
    [
        (b"..../NinjaPool/SEGWIT/", ("NinjaPool",)),
        (b"mined by example.com \x00", ("example.com",)),
        (b"/P2SH/BIP100/EB1/AD6/stratumPool/", ()),
        (b"The Times 03/Jan/2009 Chancellor on brink of second bailout for banks", ()),
        (b"\x00visit pool.example.org/x", ("pool.example.org",)),
    ],
)
def test_what_a_coinbase_calls_itself(script: bytes, names: tuple[str, ...]) -> None:
    assert declared_names(script) == names


def test_the_recorded_pools_are_told_by_their_tags(regtest: MemoryHistory, truth: dict) -> None:
    book = read_pools(regtest.network)
    summary = summarise(finders(regtest.coinbases(), book))
    assert set(summary.pools) == {"ViaBTC", "F2Pool", "AntPool"}
    assert summary.unresolved == []
    assert summary.all.blocks == len(list(regtest.coinbases()))


def test_a_summary_tells_its_denominators(book: PoolBook) -> None:
    early = finder_of(coinbase(b"", b"x", time=FIRST_POOL - 1), book)
    found = [early, *(finder_of(coinbase(text, A), book) for text in (b"", b"/a-pool/", b"/b-pool/"))]
    summary = summarise(found)
    assert (summary.all.blocks, summary.all.identified, summary.pooled.blocks) == (4, 2, 3)
    assert summary.pooled.part == pytest.approx(2 / 3)
    assert (summary.both_speak, summary.agreed) == (2, 1)
    assert [one.by_tag for one in summary.unresolved] == [("Pool B",)]
    assert summarise([]).all.part == 0.0


@pytest.fixture
def write(book: PoolBook, tmp_path: Path) -> Callable[[str], Path]:
    def written(name: str) -> Path:
        found = [
            finder_of(coinbase(b"=cmd()/a-pool/", A, B), book),
            finder_of(coinbase(b"", b"x", height=UNKNOWN_HEIGHT), book),
        ]
        path = tmp_path / name
        write_table(finder_batches(found), path, book.files)
        return path

    return written


def test_the_table_as_parquet_carries_its_lists(write: Callable[[str], Path], book: PoolBook) -> None:
    stored = pq.read_table(write("pools.parquet"))
    assert stored.schema.equals(SCHEMA)
    assert stored["height"].to_pylist() == [7, None]
    assert stored["pool_by_address"].to_pylist() == ["Pool A | Pool B", ""]
    lists = json.loads(stored.schema.metadata[b"gridcanary.lists"])
    assert [one["sha256"] for one in lists] == [file.sha256 for file in book.files]


def test_the_table_as_csv_runs_no_formula(write: Callable[[str], Path]) -> None:
    with write("pools.csv").open(encoding="utf-8-sig", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert first["coinbase_text"].startswith("'=cmd")
    assert (first["pool"], first["status"], first["time"]) == ("Pool A", "agreed", "2010-12-16T00:00:00Z")
    assert second["height"] == ""


def test_the_table_as_json(write: Callable[[str], Path]) -> None:
    content = json.loads(write("pools.json").read_text(encoding="utf-8"))
    assert [row["status"] for row in content["blocks"]] == ["agreed", "unknown"]
    assert content["lists"][0]["file"] == "pools.json"


def test_many_rows_go_through_in_batches(
    book: PoolBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "BATCH_ROWS", 2)
    found = [finder_of(coinbase(b"/a-pool/", A, height=height), book) for height in range(5)]
    batches = list(finder_batches(found))
    assert [batch.num_rows for batch in batches] == [2, 2, 1]
    for ending in table.ENDINGS:
        write_table(batches, tmp_path / f"pools{ending}", book.files)
    assert pq.read_table(tmp_path / "pools.parquet")["height"].to_pylist() == list(range(5))
    rows = json.loads((tmp_path / "pools.json").read_text(encoding="utf-8"))["blocks"]
    assert [row["height"] for row in rows] == list(range(5))
    assert len((tmp_path / "pools.csv").read_text(encoding="utf-8-sig").splitlines()) == 6


def test_a_place_where_nothing_can_be_written_is_named(book: PoolBook, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be written"):
        write_table([], tmp_path / "none" / "pools.json", book.files)


def test_an_unknown_ending_is_refused(write: Callable[[str], Path]) -> None:
    with pytest.raises(InputError, match="no known format"):
        write("pools.xlsx")


@pytest.mark.data
@pytest.mark.parametrize("with_labels", [False, True], ids=["lists", "lists and labels"])
def test_real_blocks_are_told_as_the_manifest_does(with_labels: bool) -> None:
    manifest = real_folder("blocks") / "manifest.json"
    tags = real_folder("attribution") / "graphsense_tags.parquet"
    known = {one["hash"]: one for one in json.loads(manifest.read_text()) if one["network"] == "mainnet"}
    folders = sorted({(manifest.parent / one["file"]).parent for one in known.values()})
    labels = read_labels(BITCOIN, [tags]) if with_labels else None
    history = FileHistory(BITCOIN, folders, loose=True)
    found = [
        one
        for one in finders(history.coinbases(), read_pools(BITCOIN, labels=labels))
        if one.place.block_hash[::-1].hex() in known
    ]
    assert len(found) == len(known)
    named = [one for one in found if known[one.place.block_hash[::-1].hex()]["pool"]]
    assert [one.pool for one in named] == [known[one.place.block_hash[::-1].hex()]["pool"] for one in named]
    summary = summarise(found)
    assert summary.pooled.part >= 0.95
    assert summary.unresolved == []
    assert all(one.text == known[one.place.block_hash[::-1].hex()]["coinbase_ascii"] for one in found)
