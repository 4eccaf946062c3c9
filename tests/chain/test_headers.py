from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.chain.headers import HeaderTree, Standing, grow_tree
from gridcanary.chain.transactions import sha256d
from gridcanary.chain.work import work_of
from tests.chain.mining import EASIEST, GENESIS, REGTEST, mined, stacked

HARDER = 0x203FFFFF
"""About twice the work of regtest's easiest target."""


def chain(length: int, first: bytes = GENESIS, *, bits: int = EASIEST, mark: int = 0) -> list[bytes]:
    """Headers on top of one, which isn't among them."""
    headers = []
    for at in range(length):
        first = mined(sha256d(first), time=1000 * mark + at, bits=bits)
        headers.append(first)
    return headers


def standings(tree: HeaderTree) -> list[Standing]:
    return [Standing(one) for one in tree.standing.tolist()]


def test_a_chain_in_any_order_gets_its_heights() -> None:
    headers = [GENESIS, *chain(30)]
    order = np.random.default_rng(7).permutation(len(headers))
    tree = grow_tree(stacked([headers[at] for at in order]), REGTEST)
    assert tree.height.tolist() == order.tolist()
    assert [int(order[row]) for row in tree.best] == list(range(31))
    assert tree.gaps == []
    assert tree.work[int(tree.best[-1])] == 31 * work_of(EASIEST)


def test_work_decides_and_not_length() -> None:
    long, heavy = chain(3), chain(2, bits=HARDER, mark=1)
    tree = grow_tree(stacked([GENESIS, *long, *heavy]), REGTEST)
    assert standings(tree) == [Standing.BEST] + [Standing.STALE] * 3 + [Standing.BEST] * 2
    assert tree.height.tolist() == [0, 1, 2, 3, 1, 2]


def test_a_tie_keeps_the_earlier_branch_and_says_so() -> None:
    one, other = chain(3), chain(3, mark=1)
    short = chain(1, mark=2)
    tree = grow_tree(stacked([GENESIS, *one, *other, *short]), REGTEST)
    assert standings(tree) == [Standing.BEST] * 4 + [Standing.TIED] * 3 + [Standing.STALE]


def test_repeated_headers_count_once() -> None:
    headers = chain(4)
    tree = grow_tree(stacked([GENESIS, *headers, *headers[1:3]]), REGTEST)
    assert standings(tree)[-2:] == [Standing.REPEATED] * 2
    assert tree.best.tolist() == [0, 1, 2, 3, 4]


def test_headers_without_work_are_nobodys_parents() -> None:
    forged = bytearray(chain(1)[0])
    while sha256d(bytes(forged))[31] < 0x80:
        forged[76] += 1
    above = chain(2, bytes(forged))
    tree = grow_tree(stacked([GENESIS, bytes(forged), *above]), REGTEST)
    assert standings(tree) == [Standing.BEST, Standing.WORTHLESS, Standing.UNPLACED, Standing.UNPLACED]
    assert tree.proven
    unproven = grow_tree(stacked([GENESIS, bytes(forged), *above]), REGTEST, prove=False)
    assert standings(unproven) == [Standing.BEST] * 4
    assert not unproven.proven


def test_a_missing_parent_makes_a_fragment_that_its_coinbases_place() -> None:
    headers = [GENESIS, *chain(9)]
    kept = headers[:3] + headers[5:]
    tree = grow_tree(stacked(kept), REGTEST, lambda row: 6 if row == 4 else None)
    assert tree.height.tolist() == [0, 1, 2, 5, 6, 7, 8, 9]
    assert tree.best.tolist() == list(range(8))
    assert tree.gaps == [(3, 4)]


def test_version_1_is_not_asked_for_a_height() -> None:
    old = mined(bytes([7]) * 32, version=1)
    asked: list[int] = []
    tree = grow_tree(stacked([old]), REGTEST, asked.append)
    assert asked == []
    assert standings(tree) == [Standing.UNPLACED]
    assert tree.height.tolist() == [-1]


def test_fragments_at_the_same_heights_are_not_mixed() -> None:
    light, heavy, beside = (chain(3, bytes([mark]) * 80, mark=mark) for mark in (1, 2, 3))
    heights = {0: 10, 3: 12, 6: 20}
    heavy += chain(1, heavy[-1])
    tree = grow_tree(stacked([*light, *heavy[:3], *beside, heavy[3]]), REGTEST, heights.get)
    assert standings(tree)[:3] == [Standing.OVERLAPPING] * 3
    assert tree.height[tree.best].tolist() == [12, 13, 14, 15, 20, 21, 22]


def test_no_headers_no_tree() -> None:
    tree = grow_tree(np.empty((0, 80), dtype=np.uint8), REGTEST)
    assert tree.best.tolist() == []
    assert tree.gaps == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**6), max_size=25), st.randoms(use_true_random=False))
def test_any_tree_in_any_order_is_told_as_the_naive_way_tells_it(picks: list[int], random: object) -> None:
    headers = [GENESIS]
    for at, pick in enumerate(picks):
        headers.append(
            mined(sha256d(headers[pick % len(headers)]), time=at, bits=(EASIEST, HARDER)[pick % 2])
        )
    random.shuffle(headers)
    tree = grow_tree(stacked(headers), REGTEST)
    naive = {bytes(32): (-1, 0)}
    while len(naive) < len(headers) + 1:
        for header in headers:
            above = naive.get(header[4:36])
            if above is not None:
                naive[sha256d(header)] = (
                    above[0] + 1,
                    above[1] + work_of(int.from_bytes(header[72:76], "little")),
                )
    told = [naive[sha256d(header)] for header in headers]
    assert list(zip(tree.height.tolist(), tree.work, strict=True)) == told
    most = max(work for _, work in told)
    assert tree.best[-1] == [work for _, work in told].index(most)
    assert [headers[row][4:36] for row in tree.best[1:]] == [sha256d(headers[row]) for row in tree.best[:-1]]
    tied = {row for row, (_, work) in enumerate(told) if work == most}
    assert all(tree.standing[row] in (Standing.BEST, Standing.TIED) for row in tied)


@pytest.mark.slow
def test_a_million_headers_take_seconds() -> None:
    import struct
    import time

    hashes = [bytes(32)]
    for at in range(960_000):
        hashes.append(sha256d(hashes[-1][:8] + struct.pack("<Q", at)))
    headers = np.zeros((960_000, 80), dtype=np.uint8)
    every = np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(-1, 32)
    headers[:, 4:36], headers[:, 72:76] = every[:-1], np.frombuffer(b"\xff\xff\x7f\x20", dtype=np.uint8)
    began = time.perf_counter()
    order = np.random.default_rng(1).permutation(len(headers))
    tree = grow_tree(
        headers[order], REGTEST, lambda row: int(order[row]), hashes=every[1:][order], prove=False
    )
    assert time.perf_counter() - began < 30
    assert np.array_equal(tree.height, order)
    assert len(tree.best) == len(order)
