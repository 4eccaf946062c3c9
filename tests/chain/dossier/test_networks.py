"""Dossiers of chains that are mined together with a parent, of loose blocks, and of those that can't be proven."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gridcanary.chain.dossier import Draft, gather, verify_dossier, write_dossier
from gridcanary.chain.dossier.gathering import UnprovableBlock
from gridcanary.chain.dossier.layout import MERGED
from gridcanary.chain.dossier.seal import sealed
from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.history import Confirmed
from gridcanary.chain.networks import NETWORKS
from tests.chain.dossier.conftest import KIND, KINDS
from tests.chain.dossier.test_verification import lay, resealed

BLOCKS = Path(__file__).parents[1] / "blocks"


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """A dossier about a Dogecoin block that was mined together with a Litecoin block."""
    history = FileHistory(NETWORKS["dogecoin"], [BLOCKS / "dogecoin-371337.hex"], loose=True)
    coinbase = next(iter(history.coinbases()))
    found = gather(history, [coinbase])
    script = coinbase.transaction.outputs[0].script.hex()
    draft = Draft(
        "receipts", history.network, found.transactions, found.headers, {"script": script}, {},
        {"note.txt": b""}, merged=found.merged,
    )  # fmt: skip
    folder = tmp_path / "merged"
    write_dossier(folder, draft, KIND)
    return folder


def test_the_parents_work_counts_where_a_block_was_mined_together_with_one(merged: Path) -> None:
    verdict = verify_dossier(merged, KINDS)
    assert verdict.holds
    assert (merged / MERGED).is_file()


def test_a_bent_proof_of_merged_mining_is_named(merged: Path, tmp_path: Path) -> None:
    files = {
        path.relative_to(merged).as_posix(): path.read_bytes() for path in merged.rglob("*") if path.is_file()
    }
    line = files[MERGED].decode()
    at = line.index('"proof":"') + 9 + 40
    bent = line[:at] + ("0" if line[at] != "0" else "1") + line[at + 1 :]
    verdict = verify_dossier(lay(tmp_path / "bent", resealed({**files, MERGED: bent.encode()})), KINDS)
    assert (MERGED, "line 1") in [(fault.file, fault.place) for fault in verdict.faults]
    without = sealed(
        {path: content for path, content in files.items() if path != MERGED and "SHA256" not in path}
    )
    verdict = verify_dossier(lay(tmp_path / "without", without), KINDS)
    assert "no proof of work" in str(verdict.faults[0])


def test_a_block_that_cannot_be_read_proves_nothing(evident, paid) -> None:
    one = evident.touching({paid}, ())[0]

    class Damaged:
        network, tip = evident.network, evident.tip

        def headers(self):
            return evident.headers()

        def block(self, block_hash: bytes) -> bytes:
            return evident.block(block_hash) + b"\0\0\0"

    with pytest.raises(UnprovableBlock, match=one.place.block_hash[::-1].hex()):
        gather(Damaged(), [Confirmed(replace(one.place), one.transaction)])
