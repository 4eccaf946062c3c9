from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.merkle import (
    BadProof,
    check_branch,
    depth_of,
    merkle_branch,
    merkle_root,
    repeats_itself,
    root_above,
)
from gridcanary.chain.transactions import Transaction, parse_transaction, sha256d

txids = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True)


def plain_transaction(size: int) -> Transaction:
    """A transaction of so many bytes."""
    start = bytes.fromhex("01000000 01") + b"\x07" * 36 + b"\0" + bytes(4) + b"\x01" + bytes(8)
    script = size - len(start) - 1 - 4
    return parse_transaction(start + bytes([script]) + b"\x51" * script + bytes(4))


def naive_root(level: list[bytes]) -> bytes:
    if len(level) == 1:
        return level[0]
    level = level + level[-1:] * (len(level) % 2)
    pairs = zip(level[::2], level[1::2], strict=True)
    return naive_root([sha256d(left + right) for left, right in pairs])


@given(txids)
def test_roots_and_branches_agree_with_the_naive_way(told: list[bytes]) -> None:
    root = merkle_root(told)
    assert root == naive_root(told)
    assert not repeats_itself(told)
    for position, txid in enumerate(told):
        branch = merkle_branch(told, position)
        assert len(branch) == depth_of(len(told))
        assert root_above(txid, branch, position) == root


def test_no_transactions_have_no_root_and_no_branch() -> None:
    with pytest.raises(ValueError, match="no Merkle root"):
        merkle_root([])
    with pytest.raises(IndexError):
        merkle_branch([bytes(32)], 1)


@pytest.mark.parametrize(("count", "again"), [(3, 1), (5, 1), (6, 2), (7, 1), (12, 4)])
def test_a_repeated_end_has_the_same_root_and_is_seen(count: int, again: int) -> None:
    told = [bytes([at]) * 32 for at in range(count)]
    longer = told + told[-again:]
    assert merkle_root(longer) == merkle_root(told)
    assert repeats_itself(longer)
    assert not repeats_itself(told)


@pytest.fixture(scope="module")
def block(regtest: MemoryHistory) -> list[Transaction]:
    """The recorded block with the most transactions."""
    by_height: dict[int, list[Transaction]] = {}
    for one in regtest:
        by_height.setdefault(one.place.height, []).append(one.transaction)
    return max(by_height.values(), key=len)


def test_every_transaction_of_a_block_can_be_proven(block: list[Transaction]) -> None:
    told = [one.txid for one in block]
    for position, transaction in enumerate(block):
        branch = merkle_branch(told, position)
        check_branch(transaction, position, branch, merkle_root(told), depth=depth_of(len(told)))


def test_a_proof_that_is_bent_is_refused(block: list[Transaction]) -> None:
    told = [one.txid for one in block]
    root, branch, depth = merkle_root(told), merkle_branch(told, 1), depth_of(len(told))
    changed = (bytes(32), *branch[1:])
    with pytest.raises(BadProof, match="doesn't lead to the Merkle root"):
        check_branch(block[1], 1, changed, root, depth=depth)
    with pytest.raises(BadProof, match="doesn't lead to the Merkle root"):
        check_branch(block[1], 0, branch, root, depth=depth)
    with pytest.raises(BadProof, match="levels"):
        check_branch(block[1], 1, branch[:-1], root, depth=depth)
    with pytest.raises(BadProof, match="lies outside"):
        check_branch(block[1], 1 + (1 << depth), branch, root, depth=depth)
    with pytest.raises(BadProof, match="lies outside"):
        check_branch(block[1], -1, branch, root, depth=depth)


def test_a_place_in_the_repeated_end_is_refused() -> None:
    last = plain_transaction(70)
    told = [bytes([1]) * 32, bytes([2]) * 32, last.txid]
    root = merkle_root(told)
    branch = merkle_branch([*told, last.txid], 3)
    assert root_above(last.txid, branch, 3) == root
    with pytest.raises(BadProof, match="repeated end"):
        check_branch(last, 3, branch, root, depth=2)
    check_branch(last, 2, merkle_branch(told, 2), root, depth=2)


def test_a_transaction_of_64_bytes_proves_nothing_and_hides_nothing() -> None:
    short = plain_transaction(64)
    told = [bytes([1]) * 32, short.txid]
    with pytest.raises(BadProof, match="64 bytes"):
        check_branch(short, 1, merkle_branch(told, 1), merkle_root(told), depth=1)
    # Its second half read as a txid would stand one level deeper than the block's tree has levels.
    hidden = short.raw[32:]
    deeper = (short.raw[:32], told[0])
    assert root_above(hidden, deeper, 3) == merkle_root(told)
    stand_in = Transaction(hidden, 1, (), (), 0, bytes(100))
    with pytest.raises(BadProof, match="levels"):
        check_branch(stand_in, 3, deeper, merkle_root(told), depth=1)
