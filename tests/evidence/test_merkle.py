"""The tree agrees with RFC 6962's vectors and with another implementation, for any sequence of appends."""

from __future__ import annotations

import hashlib
from typing import Any

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.evidence.errors import ProofFault
from gridcanary.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    MemoryTree,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
)

VECTOR_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
VECTOR_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Leaves and roots that the Certificate Transparency implementations test with."""


def oracle(contents: list[bytes]) -> Any:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for content in contents:
        tree.append_entry(content)
    return tree


def path_of(proof: Any) -> list[bytes]:
    return [bytes.fromhex(text) for text in proof.serialize()["path"]]


def test_roots_of_the_published_vectors() -> None:
    tree, frontier = MemoryTree(VECTOR_LEAVES), Frontier()
    assert root(tree, 0) == frontier.root() == EMPTY_ROOT == hashlib.sha256(b"").digest()
    for size, (leaf, wanted) in enumerate(zip(VECTOR_LEAVES, VECTOR_ROOTS, strict=True), 1):
        frontier.append(leaf_hash(leaf))
        assert root(tree, size).hex() == frontier.root().hex() == wanted


def test_inclusion_paths_of_the_rfc_example() -> None:
    d = [bytes([65 + i]) for i in range(7)]
    a, b, c, e4, e5, e6, j = (leaf_hash(x) for x in d)
    g, h, i_ = node_hash(a, b), node_hash(c, e4), node_hash(e5, e6)
    k, left = node_hash(g, h), node_hash(i_, j)
    tree = MemoryTree(d)
    assert inclusion_proof(tree, 0, 7) == [b, h, left]
    assert inclusion_proof(tree, 3, 7) == [c, g, left]
    assert inclusion_proof(tree, 4, 7) == [e6, j, k]
    assert inclusion_proof(tree, 6, 7) == [i_, k]
    assert consistency_proof(tree, 3, 7) == [c, e4, g, left]
    assert consistency_proof(tree, 4, 7) == [left]
    assert consistency_proof(tree, 6, 7) == [i_, j, k]


@given(st.integers(1, 700), st.data())
def test_roots_and_proofs_agree_with_another_implementation(size: int, data: st.DataObject) -> None:
    contents = [number.to_bytes(2, "big") for number in range(size)]
    ours, theirs = MemoryTree(contents), oracle(contents)
    smaller = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, smaller - 1))
    assert root(ours, smaller) == theirs.get_root(smaller)
    theirs_inclusion = path_of(theirs.prove_inclusion(index + 1, smaller))
    assert [leaf_hash(contents[index]), *inclusion_proof(ours, index, smaller)] == theirs_inclusion
    proof = consistency_proof(ours, smaller, size)
    pymerkle_proof = theirs.prove_consistency(smaller, size)
    pymerkle.verify_consistency(root(ours, smaller), root(ours, size), pymerkle_proof)
    check_consistency(smaller, root(ours, smaller), size, theirs.get_root(size), proof)


@given(st.lists(st.binary(max_size=8), max_size=300), st.data())
def test_any_sequence_of_appends_is_consistent(contents: list[bytes], data: st.DataObject) -> None:
    tree, frontier, roots = MemoryTree(), Frontier(), [EMPTY_ROOT]
    for content in contents:
        tree.append_hash(leaf_hash(content))
        frontier.append(leaf_hash(content))
        roots.append(frontier.root())
    new = data.draw(st.integers(0, len(contents)))
    old = data.draw(st.integers(0, new))
    assert root(tree, new) == roots[new]
    check_consistency(old, roots[old], new, roots[new], consistency_proof(tree, old, new))
    if new:
        index = data.draw(st.integers(0, new - 1))
        proof = inclusion_proof(tree, index, new)
        check_inclusion(leaf_hash(contents[index]), index, new, proof, roots[new])


@given(st.integers(2, 600), st.data())
def test_a_changed_leaf_is_found_by_every_later_checkpoint(size: int, data: st.DataObject) -> None:
    honest = [number.to_bytes(2, "big") for number in range(size)]
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    forged = MemoryTree([*honest[:changed], b"forged", *honest[changed + 1 :]])
    with pytest.raises(ProofFault):
        check_consistency(
            old, root(MemoryTree(honest), old), size, root(forged, size), consistency_proof(forged, old, size)
        )


@given(st.integers(1, 300), st.data())
def test_a_proof_with_a_wrong_hash_or_length_or_place_is_refused(size: int, data: st.DataObject) -> None:
    tree = MemoryTree([number.to_bytes(2, "big") for number in range(size)])
    index = data.draw(st.integers(0, size - 1))
    leaf, right = leaf_hash(index.to_bytes(2, "big")), root(tree, size)
    proof = inclusion_proof(tree, index, size)
    wrong = [[*proof, EMPTY_ROOT]]
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        wrong += [proof[:-1], [*proof[:place], EMPTY_ROOT, *proof[place + 1 :]]]
    for path in wrong:
        with pytest.raises(ProofFault):
            check_inclusion(leaf, index, size, path, right)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index)) if size > 1 else size
    with pytest.raises(ProofFault):
        check_inclusion(leaf, other, size, proof, right)


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        pytest.param(2, 3, [], id="too short"),
        pytest.param(3, 7, [EMPTY_ROOT], id="too short, odd"),
        pytest.param(3, 3, [EMPTY_ROOT], id="same size needs none"),
        pytest.param(0, 3, [EMPTY_ROOT], id="from nothing needs none"),
        pytest.param(4, 3, [], id="backwards"),
        pytest.param(2, 3, [EMPTY_ROOT] * 9, id="too long"),
    ],
)
def test_a_malformed_consistency_proof_is_refused(old: int, new: int, proof: list[bytes]) -> None:
    tree = MemoryTree([b"%d" % number for number in range(8)])
    with pytest.raises(ProofFault):
        check_consistency(old, root(tree, old), new, root(tree, new), proof)


def test_two_trees_of_one_size_are_not_consistent() -> None:
    one, other = MemoryTree([b"a", b"b"]), MemoryTree([b"a", b"c"])
    with pytest.raises(ProofFault, match="two different trees of 2"):
        check_consistency(2, root(one, 2), 2, root(other, 2), [])


def test_a_proof_asks_for_few_hashes_however_long_the_log_is() -> None:
    class Counting(MemoryTree):
        read = 0

        def hashes(self, level: int, start: int, count: int) -> Any:
            Counting.read += count
            return super().hashes(level, start, count)

    tree = Counting(b"%d" % number for number in range(70_001))
    inclusion_proof(tree, 12_345, 70_001)
    assert Counting.read < 3 * 256 + 256


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_an_entry_outside_the_tree_has_no_proof(index: int) -> None:
    tree = MemoryTree([b"a", b"b", b"c"])
    with pytest.raises(ProofFault, match=f"no entry {index}"):
        inclusion_proof(tree, index, 3)
    with pytest.raises(ProofFault, match=f"no entry {index}"):
        check_inclusion(EMPTY_ROOT, index, 3, [], EMPTY_ROOT)
