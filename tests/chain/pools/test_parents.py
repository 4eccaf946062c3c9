from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.pools.finders import Status, finder_of
from gridcanary.chain.pools.known import read_pools
from gridcanary.chain.pools.parents import finders_with_parents, parent_coinbase
from gridcanary.chain.transactions import Transaction

DOGECOIN = NETWORKS["dogecoin"]
BLOCK = Path(__file__).parent.parent / "blocks" / "dogecoin-371337.hex"


def test_the_parents_coinbase_comes_with_the_block() -> None:
    history = FileHistory(DOGECOIN, [BLOCK], loose=True)
    (told,) = finders_with_parents(history, read_pools(DOGECOIN))
    assert told.place.height == 371_337
    assert told.parent_text != ""
    assert told.parent_text != told.text


def test_a_tag_of_the_parent_names_the_finder() -> None:
    history = FileHistory(DOGECOIN, [BLOCK], loose=True)
    (coinbase,) = history.coinbases()
    parent = parent_coinbase(history.block(coinbase.place.block_hash))
    assert parent is not None
    told = finder_of(coinbase, read_pools(DOGECOIN), _with_text(parent, b"/ViaBTC/Mined by somebody/"))
    assert (told.pool, told.status) == ("ViaBTC", Status.TAG_ONLY)
    assert told.parent_text == "/ViaBTC/Mined by somebody/"


def test_a_block_mined_alone_has_no_parent() -> None:
    header = bytes(80)
    assert parent_coinbase(header) is None


def _with_text(transaction: Transaction, text: bytes) -> Transaction:
    (claim,) = transaction.inputs
    return replace(transaction, inputs=(replace(claim, script=text),))
