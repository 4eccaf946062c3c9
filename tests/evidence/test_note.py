"""Notes, checkpoints and proof files, with the examples of their specifications."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.evidence.checkpoint import Checkpoint
from gridcanary.evidence.errors import KeyFault, NoteFault, ProofFault
from gridcanary.evidence.keys import signing_key
from gridcanary.evidence.merkle import MemoryTree, inclusion_proof, root
from gridcanary.evidence.note import COSIGNATURE, Note, NoteSignature, SigningKey, VerifierKey
from gridcanary.evidence.tlog_proof import TlogProof

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
"""The example in the documentation of Go's note package."""

COSIGNED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDe\
OoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWX\
EhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
"""The example of the specification of cosignatures."""

KEY = SigningKey("energy.jining.example/log", bytes(range(32)))
WITNESS = SigningKey("police.jining.example/witness", bytes(range(1, 33)), COSIGNATURE)
TREE = MemoryTree(b"entry %d" % number for number in range(9))
CHECKPOINT = Checkpoint(KEY.name, 9, root(TREE, 9))


def test_the_published_note_holds_and_is_written_as_it_was_read() -> None:
    note = Note.parse(PETERS_NOTE)
    assert note.checked([VerifierKey.parse(PETER)]) == [VerifierKey.parse(PETER)]
    assert str(note) == PETERS_NOTE
    assert str(VerifierKey.parse(PETER)) == PETER


def test_the_published_cosigned_checkpoint_is_read() -> None:
    note = Note.parse(COSIGNED)
    assert Checkpoint.parse(note.text).size == 20852163
    assert note.signatures[1].time == 1679315147
    assert str(note) == COSIGNED
    with pytest.raises(NoteFault, match="not a witness's"):
        _ = note.signatures[0].time


def test_a_checkpoint_comes_back_from_its_text_and_extra_lines_are_left_alone() -> None:
    assert Checkpoint.parse(CHECKPOINT.text()) == CHECKPOINT
    assert Checkpoint.parse(CHECKPOINT.text() + "more\n") == CHECKPOINT


def test_a_log_and_a_witness_sign_one_checkpoint() -> None:
    note = CHECKPOINT.signed(KEY)
    cosigned = note.plus(WITNESS.sign(note.text, time=1_790_000_000))
    again = Note.parse(str(cosigned))
    assert again.checked([KEY.verifier, WITNESS.verifier]) == [KEY.verifier, WITNESS.verifier]
    assert again.checked([WITNESS.verifier]) == [WITNESS.verifier]
    assert again.plus(*again.signatures) == again
    assert again.signatures[1].time == 1_790_000_000


def test_a_changed_text_key_or_time_does_not_hold() -> None:
    note = CHECKPOINT.signed(KEY).plus(WITNESS.sign(CHECKPOINT.text(), time=5))
    later = NoteSignature(
        WITNESS.name, WITNESS.verifier.key_id, (6).to_bytes(8, "big") + note.signatures[1].blob[8:]
    )
    for changed, keys in (
        (Note(note.text.replace("\n9\n", "\n8\n"), note.signatures), [KEY.verifier]),
        (Note(note.text, (later,)), [WITNESS.verifier]),
    ):
        with pytest.raises(NoteFault, match="does not fit"):
            changed.checked(keys)
    stranger = SigningKey.generate(KEY.name).verifier
    with pytest.raises(NoteFault, match="no key that is trusted"):
        note.checked([stranger])


def test_a_witness_signs_with_the_time_and_a_log_without() -> None:
    with pytest.raises(KeyFault):
        KEY.sign("x\n", time=1)
    with pytest.raises(KeyFault):
        WITNESS.sign("x\n")
    with pytest.raises(NoteFault, match="newline"):
        KEY.sign("x")


@given(st.integers(0, len(str(CHECKPOINT.signed(KEY)).encode()) * 8 - 1))
def test_no_flipped_bit_of_a_note_goes_unnoticed(bit: int) -> None:
    raw = bytearray(str(CHECKPOINT.signed(KEY)).encode())
    raw[bit // 8] ^= 1 << bit % 8
    try:
        note = Note.parse(raw.decode())
    except (UnicodeDecodeError, NoteFault):
        return
    with pytest.raises(NoteFault):
        note.checked([KEY.verifier])


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param("text\n", id="no signatures"),
        pytest.param("text\n\n— name AAAAAAAA", id="no final newline"),
        pytest.param("text\n\n- name AAAAAAAA\n", id="hyphen"),
        pytest.param("text\n\n— name ====\n", id="no base64"),
        pytest.param("text\n\n— name AAAA\n", id="too short"),
        pytest.param("text\n\n— na+me AAAAAAAA\n", id="plus in name"),
        pytest.param("te\txt\n\n— name AAAAAAAA\n", id="control character"),
        pytest.param("text\n\n— name AAAAAAAA\n\n\n", id="empty lines after"),
    ],
)
def test_a_malformed_note_is_refused(written: str) -> None:
    with pytest.raises(NoteFault):
        Note.parse(written)


def test_a_huge_note_is_refused() -> None:
    with pytest.raises(NoteFault, match="too long"):
        Note.parse("x" * (1 << 21) + "\n\n— name AAAAAAAA\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\n1\n", id="two lines"),
        pytest.param("a\n01\n" + "A" * 43 + "=\n", id="leading zero"),
        pytest.param("a\n-1\n" + "A" * 43 + "=\n", id="negative"),
        pytest.param("a\n１\n" + "A" * 43 + "=\n", id="full-width digit"),
        pytest.param("a\n1\nAAAA\n", id="short hash"),
        pytest.param("a\n1\n" + "A" * 42 + "B=\n", id="base64 with bits that count for nothing"),
        pytest.param("\n1\n" + "A" * 43 + "=\n", id="no origin"),
        pytest.param("a\n1\n" + "A" * 43 + "=", id="no final newline"),
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteFault):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("name", id="only a name"),
        pytest.param("na me+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", id="space"),
        pytest.param("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", id="wrong id"),
        pytest.param("x+00000000+AgAA", id="another algorithm"),
        pytest.param("x+00000000+!", id="no base64"),
    ],
)
def test_a_malformed_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(KeyFault):
        VerifierKey.parse(text)


def test_a_signing_key_comes_back_and_never_shows_itself() -> None:
    assert SigningKey.parse(str(KEY)) == KEY
    seed = base64.b64encode(b"\1" + KEY.seed).decode()
    assert seed in str(KEY)
    assert seed not in repr(KEY)
    assert str(KEY.seed) not in repr(KEY)
    broken = str(KEY)[:-4]
    with pytest.raises(KeyFault) as caught:
        SigningKey.parse(broken)
    assert broken.rpartition("+")[2] not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\x07"])
def test_a_name_that_no_note_can_hold_is_refused(name: str) -> None:
    with pytest.raises(KeyFault):
        SigningKey.generate(name)


def test_a_key_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "log.key"
    made = signing_key(file, "a.example/log")
    assert signing_key(file, "another.example/name") == made
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(KeyFault, match="is a key of a log"):
        signing_key(file, "w.example", COSIGNATURE)


def proof_file(index: int = 4) -> TlogProof:
    return TlogProof(index, tuple(inclusion_proof(TREE, index, 9)), CHECKPOINT.signed(KEY))


def test_a_proof_file_proves() -> None:
    again = TlogProof.parse(str(proof_file()))
    assert again == proof_file()
    assert again.check(b"entry 4", [KEY.verifier]) == [KEY.verifier]
    with pytest.raises(ProofFault):
        again.check(b"entry 5", [KEY.verifier])


def test_extra_data_of_a_proof_file_is_passed_over() -> None:
    head, _, rest = str(proof_file()).partition("\n")
    assert TlogProof.parse(f"{head}\nextra AAAA\n{rest}") == proof_file()


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param("c2sp.org/tlog-proof@v2\nindex 1\n\nx", id="another version"),
        pytest.param("c2sp.org/tlog-proof@v1\n\nx", id="no index"),
        pytest.param("c2sp.org/tlog-proof@v1\nindex 01\n\nx", id="leading zero"),
        pytest.param("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nx", id="short hash"),
        pytest.param("c2sp.org/tlog-proof@v1\nindex 1\n\nx", id="no checkpoint"),
    ],
)
def test_a_malformed_proof_file_is_refused(written: str) -> None:
    with pytest.raises(NoteFault):
        TlogProof.parse(written)
