from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gridcanary.chain.dossier import Draft, Kind, UnsoundDraft, dossier_files, json_bytes, write_dossier
from gridcanary.chain.dossier import writing as writing_module
from gridcanary.contracts.errors import InputError
from tests.chain.dossier.conftest import KIND


def test_the_same_draft_gives_the_same_bytes(draft, files):
    turned = replace(draft, transactions=tuple(reversed(draft.transactions)))
    assert dossier_files(turned, KIND) == files


def test_a_transaction_named_twice_stands_once(draft, files):
    assert dossier_files(replace(draft, transactions=draft.transactions * 2), KIND) == files


def test_sha256sum_of_the_system_agrees(dossier):
    for listed in ("SHA256SUMS", "SHA256SUMS.sha256"):
        run = subprocess.run(["sha256sum", "--check", "--strict", listed], cwd=dossier, capture_output=True)
        assert run.returncode == 0, run.stderr


def test_the_seal_is_given_back(tmp_path, draft):
    seal = write_dossier(tmp_path / "one", draft, KIND)
    assert seal == hashlib.sha256((tmp_path / "one" / "SHA256SUMS").read_bytes()).hexdigest()


def test_a_dossier_is_never_overwritten(dossier, draft):
    before = (dossier / "SHA256SUMS").read_bytes()
    with pytest.raises(InputError, match="never overwritten"):
        write_dossier(dossier, draft, KIND)
    assert (dossier / "SHA256SUMS").read_bytes() == before


def test_nothing_stays_behind_where_writing_breaks_off(tmp_path, draft, monkeypatch):
    written = []

    def full(handle: int) -> None:
        written.append(handle)
        if len(written) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing_module.os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_dossier(tmp_path / "dossier", draft, KIND)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path, draft):
    with pytest.raises(InputError, match="can't be written"):
        write_dossier(tmp_path / "no" / "such" / "dossier", draft, KIND)


@pytest.mark.parametrize(
    "path",
    [
        "../out.csv",
        "/etc/out.csv",
        "a//b.csv",
        "a\\b.csv",
        "new\nline.csv",
        "",
        "dossier.json",
        "sources/x.csv",
    ],
)
def test_a_table_with_a_strange_path_is_refused(draft, path):
    with pytest.raises(UnsoundDraft):
        dossier_files(draft, Kind("receipts", lambda basis: {path: b"1\n"}))


def test_a_source_with_a_strange_path_is_refused(draft):
    with pytest.raises(UnsoundDraft):
        dossier_files(replace(draft, sources={"../note.txt": b"", "note.txt": b""}), KIND)


def test_a_kind_computes_only_its_own_drafts(draft):
    with pytest.raises(UnsoundDraft, match="trace"):
        dossier_files(draft, Kind("trace", KIND.derive))


def test_floats_have_no_place_in_a_dossier(draft):
    with pytest.raises(TypeError, match="float"):
        json_bytes({"kw": [1, 2.5]})
    with pytest.raises(TypeError, match="float"):
        dossier_files(replace(draft, parameters={**draft.parameters, "fee": 0.02}), KIND)


def test_drafts_are_plain_data(draft: Draft, tmp_path: Path):
    write_dossier(tmp_path / "a", draft, KIND)
    assert {path.name for path in tmp_path.iterdir()} == {"a"}
