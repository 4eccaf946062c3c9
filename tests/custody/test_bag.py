"""An exported case can be checked by two programs that share no code, and they find the same."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bagit
import pytest

from gridcanary.accounts.models import User
from gridcanary.custody.actions import (
    Handling,
    add_custody,
    checkpoint,
    cosign,
    export_case,
    record,
    stamp,
    take_evidence,
    witness_request,
)
from gridcanary.custody.places import keys_folder, log_key
from gridcanary.evidence import bag as bags
from gridcanary.evidence.digests import digest_file
from gridcanary.evidence.errors import EvidenceError, ObjectFault
from gridcanary.evidence.keys import signing_key
from gridcanary.evidence.note import COSIGNATURE, SigningKey
from gridcanary.evidence.own_authority import OwnAuthority
from gridcanary.evidence.standalone import verify as standalone
from gridcanary.evidence.verification import verify_bag
from gridcanary.evidence.witness import Witness
from tests.custody.conftest import CASE, TWO_OFFICERS, take
from tests.custody.test_evidence import photograph

WITNESS = SigningKey("police.jining.example/witness", bytes(range(1, 33)), COSIGNATURE)


def fill(folder: Path) -> Path:
    """A case with two items, a photograph, documents and a witness, exported."""
    user = User.objects.create(username="li.na")
    record("case.opened", actor=user, case_ref=CASE, body={"premises": ["P1"]})
    record("case.opened", actor=user, case_ref="another", body={"premises": ["P2"]})
    item = take(b"P1,P2\n1,2\n" * 50, actor=user, filename="负荷曲线 100%.csv")
    take(photograph(), actor=user, kind="photo_video", filename="IMG.jpg", media_type="image/jpeg")
    take_evidence(None, actor=user, case_ref=CASE, kind="physical", description="矿机", handling=TWO_OFFICERS)
    add_custody(
        item, "sealed", actor=user, handling=Handling(**TWO_OFFICERS.texts() | {"seal_number": "F-1"})
    )
    keys_folder().mkdir(parents=True, exist_ok=True)
    (keys_folder() / "witnesses.txt").write_text(f"# police\n{WITNESS.verifier}\n")
    return export_case(
        CASE,
        folder,
        actor=user,
        case={"title": "某工业园挖矿案", "kw": 975},
        documents={"现场检查笔录.txt": b"...", "现场检查笔录.TXT": b"x", "a/b:c.pdf": b"%PDF"},
        reason="移送公安机关",
        unit_code="jn-energy",
    )


@pytest.fixture(scope="module")
def exported(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Path]:
    from django.conf import settings
    from django.db import transaction

    folder = tmp_path_factory.mktemp("exported")
    before = settings.GRIDCANARY_HOME
    settings.GRIDCANARY_HOME = folder / "home"
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill(folder / "bag")
        transaction.set_rollback(True)
    settings.GRIDCANARY_HOME = before


@pytest.fixture
def key(exported: Path) -> SigningKey:
    """The key of the log that exported."""
    return signing_key(exported.parent / "home" / "keys" / "log.key", "")


@pytest.fixture
def bag(exported: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(exported, tmp_path / "bag"))


def both(folder: Path) -> set[tuple[str, str]]:
    """What both programs find; they must agree."""
    by_us = verify_bag(folder).faults
    by_the_file = standalone.verify(str(folder)).faults
    assert by_us == by_the_file
    return by_us


def test_an_export_is_intact_for_everybody(exported: Path) -> None:
    assert both(exported) == set()
    bagit.Bag(str(exported)).validate()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "verify.py"],
        cwd=exported,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("INTACT / 校验通过\n")
    assert "keys.txt: compare it with the published one" in done.stdout


def test_it_holds_the_case_and_nothing_of_others(exported: Path) -> None:
    files = {path.relative_to(exported).as_posix() for path in exported.rglob("*") if path.is_file()}
    assert {"data/documents/现场检查笔录.txt", "data/documents/a_b_c.pdf"} < files
    assert {"data/case.json", "data/checkpoint.txt", "data/timestamps/1.tsr", "verify.py"} < files
    evidence = [name for name in files if name.startswith("data/evidence/")]
    assert len(evidence) == 3
    assert any(name.endswith("/负荷曲线 100_.csv") for name in evidence)
    events = [json.loads(line) for line in (exported / bags.EVENTS).read_text().splitlines()]
    assert {event["case"] for event in events} == {CASE}
    assert [event["kind"] for event in events][-1] == "case.exported"
    assert json.loads((exported / bags.CASE).read_text())["title"] == "某工业园挖矿案"
    assert len([name for name in files if name.startswith("data/proofs/")]) == len(events)


def test_the_report_tells_what_stands_behind(exported: Path, key: SigningKey) -> None:
    report = verify_bag(exported, keys=[key.verifier])
    assert report.trusted
    assert (report.log, report.items) == (key.name, 3)
    assert report.size == report.events + 1
    assert len(report.time_stamps) == 1
    told = standalone.verify(str(exported), [str(key.verifier)]).told
    assert (told["log"], told["events"], told["root"]) == (report.log, report.size, report.root)
    assert (told["events_here"], told["items"]) == (report.events, report.items)
    assert told["time_stamps"] == report.time_stamps


def test_keys_given_from_outside_are_the_ones_that_count(exported: Path, key: SigningKey) -> None:
    stranger = SigningKey.generate(key.name).verifier
    assert verify_bag(exported, keys=[stranger]).faults == {("bag-signature.txt", "signature")}
    assert standalone.verify(str(exported), [str(stranger)]).faults == {("bag-signature.txt", "signature")}


def flip(file: Path, bit: int) -> None:
    raw = bytearray(file.read_bytes())
    raw[bit // 8] ^= 1 << bit % 8
    file.write_bytes(raw)


FLIPS_A_FILE = int(os.environ.get("GRIDCANARY_FLIPS", "6"))


def test_one_flipped_bit_anywhere_is_named_by_its_file(bag: Path) -> None:
    chosen = random.Random(0)
    for file in sorted(path for path in bag.rglob("*") if path.is_file()):
        path, size = file.relative_to(bag).as_posix(), file.stat().st_size
        # A bit of each sixth of the file, so that every region of every file is met.
        for part in range(FLIPS_A_FILE):
            first, last = part * size // FLIPS_A_FILE, max((part + 1) * size // FLIPS_A_FILE, 1)
            bit = chosen.randrange(first * 8, max(last, first + 1) * 8)
            flip(file, bit)
            found = both(bag)
            flip(file, bit)
            assert path in {name for name, _code in found}, (path, bit, found)
            strangers = {name for name, _code in found} - {path}
            assert strangers <= {"bag-signature.txt"} or path in {*bags.TAG_LISTS.values()}, (
                path,
                bit,
                found,
            )
    assert both(bag) == set()


def spoil_missing(bag: Path) -> str:
    (bag / bags.CASE).unlink()
    return bags.CASE


def spoil_added(bag: Path) -> str:
    (bag / "data/documents/later.txt").write_text("x")
    return "data/documents/later.txt"


def spoil_link(bag: Path) -> str:
    (bag / bags.README).unlink()
    (bag / bags.README).symlink_to("/etc/hostname")
    return bags.README


def spoil_empty(bag: Path) -> str:
    (bag / bags.LISTS["sm3"]).write_text("")
    return bags.LISTS["sm3"]


def spoil_escape(bag: Path) -> str:
    with (bag / bags.LISTS["sha256"]).open("a") as stream:
        stream.write(f"{'0' * 64}  ../../etc/passwd\n")
    return bags.LISTS["sha256"]


def spoil_no_signature(bag: Path) -> str:
    (bag / bags.SIGNATURE).unlink()
    return bags.SIGNATURE


@pytest.mark.parametrize(
    "spoil", [spoil_missing, spoil_added, spoil_link, spoil_empty, spoil_escape, spoil_no_signature]
)
def test_what_is_missing_added_or_replaced_is_named(bag: Path, spoil: Callable[[Path], str]) -> None:
    path = spoil(bag)
    assert path in {name for name, _code in both(bag)}


def forge(bag: Path, key: SigningKey | None = None) -> None:
    """Make manifests, and with a key the signature, fit what lies there now, as a forger would."""
    for prefix, lists in (("data/", bags.LISTS), ("", bags.TAG_LISTS)):
        files = {path.relative_to(bag).as_posix(): path for path in bag.rglob("*") if path.is_file()}
        own = {bags.SIGNATURE, *bags.TAG_LISTS.values()}
        chosen = {n: p for n, p in files.items() if n.startswith("data/") == bool(prefix) and n not in own}
        for kind, name in lists.items():
            lines = (f"{getattr(digest_file(chosen[n]), kind)}  {n}\n" for n in sorted(chosen))
            (bag / name).write_text("".join(lines))
    if key:
        lists = {name: (bag / name).read_bytes() for name in bags.TAG_LISTS.values()}
        (bag / bags.SIGNATURE).write_text(str(bags.signed_lists(lists, key)))


def replace(bag: Path, path: str, old: str, new: str) -> None:
    text = (bag / path).read_text()
    assert old in text
    (bag / path).write_text(text.replace(old, new, 1))


def change_document(bag: Path) -> set[tuple[str, str]]:
    (bag / "data/documents/a_b_c.pdf").write_bytes(b"%PDF forged")
    return {("data/documents/a_b_c.pdf", "not-logged")}


def change_case(bag: Path) -> set[tuple[str, str]]:
    replace(bag, bags.CASE, "975", "97")
    return {(bags.CASE, "not-logged")}


def change_custody(bag: Path) -> set[tuple[str, str]]:
    replace(bag, bags.CUSTODY, "李娜", "刘娜")
    return {(bags.CUSTODY, "not-logged")}


def drop_custody(bag: Path) -> set[tuple[str, str]]:
    lines = (bag / bags.CUSTODY).read_text().splitlines(keepends=True)
    (bag / bags.CUSTODY).write_text("".join(lines[1:]))
    return {(bags.CUSTODY, "not-logged")}


def change_evidence(bag: Path) -> set[tuple[str, str]]:
    (file,) = (bag / "data/evidence").rglob("*.csv")
    file.write_bytes(b"forged")
    return {(file.relative_to(bag).as_posix(), "not-logged")}


def drop_evidence(bag: Path) -> set[tuple[str, str]]:
    (file,) = (bag / "data/evidence").rglob("*.csv")
    file.unlink()
    return {(file.relative_to(bag).as_posix(), "missing")}


def change_event(bag: Path) -> set[tuple[str, str]]:
    replace(bag, bags.EVENTS, '"premises":["P1"]', '"premises":["P9"]')
    return {("data/proofs/0.tlog-proof", "proof")}


def swap_events(bag: Path) -> set[tuple[str, str]]:
    lines = (bag / bags.EVENTS).read_text().splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    (bag / bags.EVENTS).write_text("".join(lines))
    return {(bags.EVENTS, "chain")}


def swap_proofs(bag: Path) -> set[tuple[str, str]]:
    shutil.copy(bag / "data/proofs/0.tlog-proof", bag / "data/proofs/2.tlog-proof")
    return {("data/proofs/2.tlog-proof", "proof")}


def change_checkpoint(bag: Path) -> set[tuple[str, str]]:
    lines = (bag / bags.CHECKPOINT).read_text().split("\n")
    lines[1] = str(int(lines[1]) + 1)
    (bag / bags.CHECKPOINT).write_text("\n".join(lines))
    return {(bags.CHECKPOINT, "signature")}


def change_stamp(bag: Path) -> set[tuple[str, str]]:
    token = OwnAuthority(bag.parent / "forger").stamp(b"something else")
    (bag / "data/timestamps/1.tsr").write_bytes(token)
    return {("data/timestamps/1.tsr", "timestamp")}


def change_stamp_to_junk(bag: Path) -> set[tuple[str, str]]:
    (bag / "data/timestamps/1.tsr").write_bytes(b"\x30\x84\xff")
    return {("data/timestamps/1.tsr", "timestamp")}


def break_events(bag: Path) -> set[tuple[str, str]]:
    with (bag / bags.EVENTS).open("a") as stream:
        stream.write("[]\n")
    return {(bags.EVENTS, "malformed")}


FORGERIES = [
    change_document, change_case, change_custody, drop_custody, change_evidence, drop_evidence, change_event,
    swap_events, swap_proofs, change_checkpoint, change_stamp, change_stamp_to_junk, break_events,
]  # fmt: skip


@pytest.mark.parametrize("change", FORGERIES)
def test_a_forger_with_new_manifests_fails_at_the_signature(bag: Path, change: Callable[[Path], Any]) -> None:
    change(bag)
    forge(bag)
    found = both(bag)
    assert {name for name, _code in found} <= {*bags.TAG_LISTS.values()}
    assert found


@pytest.mark.parametrize("change", FORGERIES)
def test_even_with_the_logs_key_what_the_log_says_cannot_be_changed(
    bag: Path, key: SigningKey, change: Callable[[Path], set[tuple[str, str]]]
) -> None:
    expected = change(bag)
    forge(bag, key)
    assert expected <= both(bag)


def test_a_forger_with_keys_of_his_own_is_seen_by_who_knows_the_real_ones(bag: Path, key: SigningKey) -> None:
    mine = SigningKey.generate(key.name)
    change_case(bag)
    (bag / bags.KEYS).write_text(f"{mine.verifier}\n")
    forge(bag, mine)
    assert (bags.CHECKPOINT, "signature") in both(bag)
    assert verify_bag(bag, keys=[key.verifier]).faults == {(bags.SIGNATURE, "signature")}


def test_the_plain_sm3_of_the_verifier_is_sm3(bag: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gridcanary.evidence.digests import sm3_hex

    for size in (0, 1, 55, 56, 63, 64, 65, 119, 120, 1000):
        digest = standalone.PlainSM3()
        digest.update(bytes(range(256))[: size // 2] * 2)
        assert digest.hexdigest() == sm3_hex(bytes(range(256))[: size // 2] * 2)
    monkeypatch.setattr(standalone, "new_sm3", standalone.PlainSM3)
    assert standalone.verify(str(bag)).faults == set()


def test_the_verifier_is_one_readable_file_of_the_standard_library() -> None:
    import ast

    file = Path(standalone.__file__)
    text = file.read_text()
    assert len(text.splitlines()) < 500
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_it_prints_for_programs_too(bag: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert standalone.main([str(bag), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["intact"] is True
    flip(bag / bags.CASE, 3)
    assert standalone.main([str(bag), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["faults"] == [[bags.CASE, "changed"]]
    assert standalone.main([str(bag)]) == 1
    assert "data/case.json: was changed / 内容已被改动" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_witness_signs_and_travels_along(tmp_path: Path) -> None:
    first = fill(tmp_path / "first")
    witness = Witness(tmp_path / "witness", WITNESS, [log_key().verifier])
    signed = checkpoint()
    answer = witness.cosign(witness_request(WITNESS.name, signed), now=1_790_000_000)
    (mark,) = cosign(answer.line())
    assert mark.signer == WITNESS.name
    record("case.noted", actor=None, case_ref=CASE, body={})
    later = checkpoint()
    request = witness_request(WITNESS.name, later)
    assert request.old_size == signed.size
    cosign(witness.cosign(request, now=1_790_000_001).line())
    stamp(later)
    second = export_case(CASE, tmp_path / "second", actor=None)
    assert both(first) == both(second) == set()
    assert verify_bag(second).witnesses == []
    assert verify_bag(first).size < verify_bag(second).size


@pytest.mark.django_db
def test_a_cosigned_checkpoint_names_its_witness_in_both_programs(tmp_path: Path, monkeypatch: Any) -> None:
    from gridcanary.custody import export_actions

    witness = Witness(tmp_path / "witness", WITNESS, [log_key().verifier])

    def cosigned() -> Any:
        signed = checkpoint()
        cosign(witness.cosign(witness_request(WITNESS.name, signed), now=1_790_000_000).line())
        return signed

    keys_folder().mkdir(parents=True, exist_ok=True)
    (keys_folder() / "witnesses.txt").write_text(f"{WITNESS.verifier}\n")
    monkeypatch.setattr(export_actions, "checkpoint", cosigned)
    take(b"x")
    folder = export_case(CASE, tmp_path / "bag", actor=None)
    assert both(folder) == set()
    assert verify_bag(folder).witnesses == [(WITNESS.name, 1_790_000_000)]
    assert standalone.verify(str(folder)).told["witnesses"] == [[WITNESS.name, 1_790_000_000]]


@pytest.mark.django_db
def test_an_export_of_changed_evidence_fails_and_leaves_nothing(tmp_path: Path, home: Path) -> None:
    item = take(b"content")
    file = home / "evidence" / "objects" / item.sha256[:2] / item.sha256
    file.chmod(0o600)
    file.write_bytes(b"changed")
    with pytest.raises(ObjectFault):
        export_case(CASE, tmp_path / "bag", actor=None)
    assert not [path for path in tmp_path.iterdir() if "bag" in path.name]


@pytest.mark.django_db
def test_an_export_never_overwrites(tmp_path: Path) -> None:
    take()
    (tmp_path / "bag").mkdir()
    with pytest.raises(EvidenceError, match="is there already"):
        export_case(CASE, tmp_path / "bag", actor=None)


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a//b", "", "data/case.json"])
def test_a_bag_has_no_way_out(tmp_path: Path, path: str) -> None:
    writer = bags.BagWriter(tmp_path / "bag")
    writer.add("data/case.json", b"{}")
    with pytest.raises(EvidenceError, match="no free place"):
        writer.add(path, b"")
