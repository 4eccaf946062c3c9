from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from gridcanary.chain.dossier import Draft, HeaderRuns, dossier_files, verify_dossier
from gridcanary.chain.dossier.layout import HEADERS, SEAL, SHEET, SUMS, TRANSACTIONS
from gridcanary.chain.dossier.seal import sealed
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.work import work_holds
from gridcanary.contracts.errors import InputError
from tests.chain.dossier.conftest import KIND, KINDS


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def resealed(files: dict[str, bytes]) -> dict[str, bytes]:
    return sealed({path: content for path, content in files.items() if path not in (SUMS, SEAL)})


def places(verdict) -> list[tuple[str, str]]:
    return [(fault.file, fault.place) for fault in verdict.faults]


def test_a_dossier_as_written_holds(dossier, files):
    verdict = verify_dossier(dossier, KINDS)
    assert verdict.holds
    assert (verdict.files, verdict.recomputed, verdict.kind) == (len(files), 2, "receipts")
    assert verdict.transactions == 4
    assert verdict.seal == (dossier / SEAL).read_text()[:64]


def flipped(files: dict[str, bytes], path: str, chance: random.Random) -> dict[str, bytes]:
    """The files with one byte of one of them changed, where and how by chance."""
    content = bytearray(files[path])
    content[chance.randrange(len(content))] ^= chance.randint(1, 255)
    return {**files, path: bytes(content)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(150))
def test_any_changed_byte_is_refused_and_its_file_is_named(tmp_path, files, seed):
    chance = random.Random(seed)
    path = chance.choice(sorted(files))
    verdict = verify_dossier(lay(tmp_path / "dossier", flipped(files, path, chance)), KINDS)
    named = {fault.file for fault in verdict.faults}
    assert path in named
    assert named <= {path, *({SHEET, TRANSACTIONS} if path in (HEADERS, SHEET) else ())}


@pytest.mark.slow
@pytest.mark.parametrize("path", [TRANSACTIONS, "tables/receipts.csv", "tables/total.json"])
@pytest.mark.parametrize("seed", range(20))
def test_evidence_that_was_changed_and_sealed_anew_is_refused_by_computing(tmp_path, files, path, seed):
    forged = resealed(flipped(files, path, random.Random(seed)))
    verdict = verify_dossier(lay(tmp_path / "dossier", forged), KINDS)
    assert any(fault.file == path and fault.place for fault in verdict.faults)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("txid", "00" * 32, id="another txid"),
        pytest.param("height", 7, id="another height"),
        pytest.param("block", "11" * 32, id="a block without header"),
        pytest.param("position", 1, id="another position"),
        pytest.param("position", True, id="a position that is no number"),
        pytest.param("branch", ["22" * 32], id="another branch"),
        pytest.param("branch", "33" * 32, id="a branch that is no list"),
        pytest.param("raw", "00", id="no transaction"),
        pytest.param("raw", "zz", id="no hex"),
        pytest.param("raw", None, id="no text"),
    ],
)
def test_a_forged_record_is_named_by_line_and_field(tmp_path, files, field, value):
    lines = files[TRANSACTIONS].splitlines()
    record = json.loads(lines[2])
    record[field] = value
    lines[2] = json.dumps(record).encode()
    forged = resealed({**files, TRANSACTIONS: b"\n".join(lines) + b"\n"})
    verdict = verify_dossier(lay(tmp_path / "dossier", forged), KINDS)
    assert (TRANSACTIONS, f"line 3, field {field}") in places(verdict)


@pytest.mark.parametrize("written", [str.upper, lambda text: f" {text}"], ids=["capitals", "a space"])
def test_a_transaction_has_one_way_of_writing(tmp_path, files, written):
    lines = files[TRANSACTIONS].splitlines()
    record = json.loads(lines[2])
    record["raw"] = written(record["raw"])
    lines[2] = json.dumps(record).encode()
    forged = resealed({**files, TRANSACTIONS: b"\n".join(lines) + b"\n"})
    verdict = verify_dossier(lay(tmp_path / "dossier", forged), KINDS)
    assert places(verdict) == [(TRANSACTIONS, "line 3, field raw")]


def test_a_table_sealed_anew_is_named_by_line_and_column(tmp_path, files):
    table = files["tables/receipts.csv"].splitlines()
    cells = table[3].split(b",")
    table[3] = b",".join([*cells[:2], str(int(cells[2]) + 1).encode()])
    forged = resealed({**files, "tables/receipts.csv": b"\n".join(table) + b"\n"})
    verdict = verify_dossier(lay(tmp_path / "dossier", forged), KINDS)
    assert places(verdict) == [("tables/receipts.csv", "line 4, column satoshi")]
    assert f"computed was {cells[2].decode()!r}" in verdict.faults[0].problem


def test_a_parameter_sealed_anew_shows_in_the_numbers(tmp_path, files):
    forged = resealed({**files, SHEET: files[SHEET].replace(b'"blocks": 652', b'"blocks": 653')})
    assert verify_dossier(lay(tmp_path / "one", forged), KINDS).holds, (
        "what was scanned isn't in these tables"
    )
    script = json.loads(files[SHEET])["parameters"]["script"].encode()
    forged = resealed({**files, SHEET: files[SHEET].replace(script, b"51" * (len(script) // 2))})
    verdict = verify_dossier(lay(tmp_path / "two", forged), KINDS)
    assert {fault.file for fault in verdict.faults} == {"tables/receipts.csv", "tables/total.json"}


def test_the_seal_that_was_written_down_elsewhere_catches_whoever_forges_everything(tmp_path, draft, files):
    forged = dossier_files(Draft(**{**_fields(draft), "sources": {"note.txt": b"forged\n"}}), KIND)
    folder = lay(tmp_path / "dossier", forged)
    assert verify_dossier(folder, KINDS).holds
    verdict = verify_dossier(folder, KINDS, seal=files[SEAL][:64].decode())
    assert places(verdict) == [(SUMS, "")]


def _fields(draft: Draft) -> dict:
    return {name: getattr(draft, name) for name in Draft.__dataclass_fields__}


def test_missing_and_extra_files_are_named(dossier):
    (dossier / "tables/total.json").unlink()
    (dossier / "tables/extra.csv").write_text("1\n")
    (dossier / "empty").mkdir()
    named = {fault.file for fault in verify_dossier(dossier, KINDS).faults}
    assert named == {"tables/total.json", "tables/extra.csv", "empty"}


def test_a_link_is_no_file_of_a_dossier(dossier, tmp_path):
    other = tmp_path / "other.csv"
    (dossier / "tables/receipts.csv").rename(other)
    (dossier / "tables/receipts.csv").symlink_to(other)
    assert "tables/receipts.csv" in {fault.file for fault in verify_dossier(dossier, KINDS).faults}


@pytest.mark.parametrize("own", [SUMS, SEAL, SHEET])
def test_a_folder_without_its_own_files_is_no_dossier(dossier, own):
    (dossier / own).unlink()
    with pytest.raises(InputError, match=own):
        verify_dossier(dossier, KINDS)


def test_a_header_without_its_neighbour_or_its_work_is_named(tmp_path, draft, files):
    assert len(draft.headers) > 3
    raw = bytearray(files[HEADERS])
    raw[80 + 72 : 80 + 76] = (0x1D00FFFF).to_bytes(4, "little")
    verdict = verify_dossier(lay(tmp_path / "one", resealed({**files, HEADERS: bytes(raw)})), KINDS)
    first = draft.headers.runs[0].first
    assert (HEADERS, f"record 2 (height {first + 1})") in places(verdict)
    swapped = files[HEADERS][80:160] + files[HEADERS][:80] + files[HEADERS][160:]
    verdict = verify_dossier(lay(tmp_path / "two", resealed({**files, HEADERS: swapped})), KINDS)
    assert (HEADERS, f"record 2 (height {first + 1})") in places(verdict)


def test_easy_headers_made_at_home_are_not_taken_for_bitcoins() -> None:
    """Ten headers of difficulty 1 cost a second; at such a height Bitcoin's were a hundred trillion times harder."""
    network = NETWORKS["bitcoin"]
    genesis = bytes.fromhex(
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61"
        "7fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
    )
    assert HeaderRuns.of([(0, genesis)]).faults(network) == []
    (fault,) = HeaderRuns.of([(900_000, genesis)]).faults(network)
    assert "far below" in fault[1]


def test_a_target_that_the_rule_does_not_give_is_named(draft) -> None:
    network = NETWORKS["regtest"]
    easy = list(draft.headers)
    first = next(raw for raw in map(_harder, [easy[0][1]] * 4000, range(4000)) if work_holds(raw, network))
    faults = HeaderRuns.of([(easy[0][0], first)]).faults(network)
    assert [row for row, _ in faults] == [0]
    assert "rule gives 0x207fffff" in faults[0][1]


def _harder(raw: bytes, nonce: int) -> bytes:
    return raw[:72] + (0x207FFFFE).to_bytes(4, "little") + nonce.to_bytes(4, "little")


def test_an_unknown_kind_is_told(dossier):
    assert places(verify_dossier(dossier, {})) == [(SHEET, "kind")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"format": 1', b'"format": 2', id="a later format"),
        pytest.param(b'"regtest"', b'"nowhere"', id="an unknown network"),
        pytest.param(b'"kind"', b'"sort"', id="another key"),
        pytest.param(b"{", b"[", id="no JSON"),
        pytest.param(b'"count": ', b'"count": -', id="a negative count"),
    ],
)
def test_a_sheet_that_makes_no_sense_is_told_not_raised(tmp_path, files, old, new):
    forged = resealed({**files, SHEET: files[SHEET].replace(old, new, 1)})
    verdict = verify_dossier(lay(tmp_path / "dossier", forged), KINDS)
    assert not verdict.holds
