"""A witness signs what goes on from what it saw, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.evidence.checkpoint import Checkpoint
from gridcanary.evidence.errors import EvidenceError, NoteFault, WitnessRefusal
from gridcanary.evidence.merkle import MemoryTree, consistency_proof, root
from gridcanary.evidence.note import COSIGNATURE, Note, SigningKey
from gridcanary.evidence.witness import Witness, WitnessRequest, parse_cosignatures

LOG = SigningKey("energy.jining.example/log", bytes(range(32)))
KEY = SigningKey("police.jining.example/witness", bytes(range(1, 33)), COSIGNATURE)
TREE = MemoryTree(b"entry %d" % number for number in range(300))


def request(old: int, new: int, tree: MemoryTree = TREE, key: SigningKey = LOG) -> WitnessRequest:
    note = Checkpoint(LOG.name, new, root(tree, new)).signed(key)
    return WitnessRequest(old, tuple(consistency_proof(tree, old, new)), note)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "witness", KEY, [LOG.verifier])


def test_it_signs_what_goes_on(witness: Witness) -> None:
    for old, new in ((0, 5), (5, 5), (5, 256), (256, 300)):
        asked = WitnessRequest.parse(str(request(old, new)))
        signature = witness.cosign(asked, now=1_790_000_000)
        KEY.verifier.check(asked.note.text, signature)
        assert signature.time == 1_790_000_000
    assert witness.last_seen(LOG.name) == Checkpoint(LOG.name, 300, root(TREE, 300))


def test_it_remembers_over_a_restart_and_keeps_everything_it_signed(witness: Witness, tmp_path: Path) -> None:
    witness.cosign(request(0, 5))
    Witness(tmp_path / "witness", KEY, [LOG.verifier]).cosign(request(5, 9))
    (history,) = (tmp_path / "witness").glob("*.history")
    assert history.read_text().count(LOG.name + "\n") == 2


def test_it_refuses_a_log_whose_past_was_changed(witness: Witness) -> None:
    witness.cosign(request(0, 100))
    rewritten = MemoryTree(b"entry %d" % number if number != 50 else b"rewritten" for number in range(300))
    for asked in (request(100, 200, rewritten), request(100, 100, rewritten)):
        with pytest.raises(WitnessRefusal, match="changed or removed") as caught:
            witness.cosign(asked)
        assert caught.value.seen_size == 100
    witness.cosign(request(100, 200))


@pytest.mark.parametrize(("old", "new"), [(0, 50), (50, 60), (0, 200), (120, 200)])
def test_it_asks_for_the_proof_from_what_it_saw_last(witness: Witness, old: int, new: int) -> None:
    witness.cosign(request(0, 100))
    with pytest.raises(WitnessRefusal, match="has 100 entries"):
        witness.cosign(request(old, new))


def test_it_signs_nothing_of_strangers(witness: Witness) -> None:
    with pytest.raises(WitnessRefusal, match="no key that is trusted"):
        witness.cosign(request(0, 5, key=SigningKey.generate(LOG.name)))
    other = Checkpoint("other.example/log", 5, root(TREE, 5)).signed(SigningKey.generate("other.example/log"))
    with pytest.raises(WitnessRefusal, match=r"other\.example/log is not one that is watched"):
        witness.cosign(WitnessRequest(0, (), other))
    assert witness.last_seen(LOG.name) is None


def test_a_first_request_has_no_proof(witness: Witness) -> None:
    asked = request(0, 5)
    with pytest.raises(WitnessRefusal, match="first request"):
        witness.cosign(WitnessRequest(0, (bytes(32),), asked.note))


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_sizes_that_only_grow_are_all_signed(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    witness = Witness(tmp_path_factory.mktemp("witness"), KEY, [LOG.verifier])
    seen = 0
    for size in sorted(sizes):
        if size:
            witness.cosign(request(seen, size))
            seen = size


def test_cosignatures_are_checked_before_they_are_kept(witness: Witness) -> None:
    asked = request(0, 5)
    signature = witness.cosign(asked)
    sent_back = f"some words\n{signature.line()}"
    assert parse_cosignatures(sent_back, asked.note, [KEY.verifier]) == [signature]
    assert parse_cosignatures(str(asked.note.plus(signature)), asked.note, [KEY.verifier]) == [signature]
    with pytest.raises(EvidenceError, match="known witness"):
        parse_cosignatures(sent_back, asked.note, [LOG.verifier])
    with pytest.raises(NoteFault, match="does not fit"):
        parse_cosignatures(sent_back, request(0, 6).note, [KEY.verifier])


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param("old x\n\nx", id="no number"),
        pytest.param("new 5\n\nx", id="no old"),
        pytest.param("old 5\n" + "A" * 43 + "=\n", id="no checkpoint"),
        pytest.param("old 5\nAAAA\n\nx", id="short hash"),
        pytest.param("old 5\n" + ("A" * 43 + "=\n") * 64 + "\nx", id="endless proof"),
    ],
)
def test_a_malformed_request_is_refused(written: str) -> None:
    with pytest.raises(NoteFault):
        WitnessRequest.parse(written)


def test_a_request_is_a_text(witness: Witness) -> None:
    text = str(request(5, 9))
    assert text.startswith("old 5\n")
    assert Note.parse(text.partition("\n\n")[2]) == request(5, 9).note
