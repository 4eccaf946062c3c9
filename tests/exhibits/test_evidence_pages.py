"""Evidence in a case: taken with its digests, handled with officers and witness, read with a reason, exported whole."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from gridcanary.accounts.models import User
from gridcanary.casework.actions import sharing
from gridcanary.casework.models import Case, ShareLevel
from gridcanary.custody.models import Event, EvidenceItem
from tests.casework.conftest import Departments, browser

HANDLING = {
    "officer": "officer, ZJ-1", "second_officer": "officer, ZJ-2", "witness": "caretaker",
    "happened_at": "2026-11-20T10:00", "place": "workshop 3",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    settings.GRIDCANARY_HOME = tmp_path


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(buffer, "PNG")
    return buffer.getvalue()


def taken(user: User, case: Case, *, content: bytes | None = None, **changes: str) -> object:
    content = photo() if content is None else content
    data = {
        **HANDLING, "kind": "photo_video", "description": "rack of machines",
        "file": SimpleUploadedFile("rack.png", content), **changes,
    }  # fmt: skip
    return browser(user).post(reverse("exhibits:take", args=[case.number]), data)


def test_a_photograph_is_taken_with_digests_that_the_server_computed(case: Case, officer: User) -> None:
    taken(officer, case)
    original, copy = EvidenceItem.objects.order_by("id")
    assert original.sha256 == hashlib.sha256(photo()).hexdigest()
    assert len(original.sm3) == 64
    assert copy.parent == original
    page = browser(officer).get(reverse("exhibits:item", args=[case.number, original.ref])).content.decode()
    for shown in (original.sha256, original.sm3, "caretaker", "workshop 3"):
        assert shown in page


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"second_officer": ""}, id="one officer and no reason"),
        pytest.param({"witness": ""}, id="no witness and no reason"),
        pytest.param({"officer": ""}, id="no officer"),
        pytest.param({"announced_sha256": "0" * 64}, id="another digest"),
        pytest.param({"kind": "physical"}, id="a physical object with a file"),
        pytest.param({"description": " "}, id="no description"),
    ],
)
def test_what_is_not_taken(case: Case, officer: User, changes: dict[str, str]) -> None:
    taken(officer, case, **changes)
    assert not EvidenceItem.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg/>"),
        ("rack.png", b"not a picture"),
        ("a.png", b""),
    ],
)
def test_files_of_other_types_are_refused(case: Case, officer: User, name: str, content: bytes) -> None:
    data = {**HANDLING, "kind": "digital", "description": "x", "file": SimpleUploadedFile(name, content)}
    browser(officer).post(reverse("exhibits:take", args=[case.number]), data)
    assert not EvidenceItem.objects.exists()


def test_a_physical_object_goes_from_hand_to_hand(case: Case, officer: User) -> None:
    taken(officer, case, kind="physical", file="", description="hard disk")
    item = EvidenceItem.objects.get()
    address = reverse("exhibits:item", args=[case.number, item.ref])
    browser(officer).post(address, {**HANDLING, "act": "sealed", "seal_number": "F-0007"})
    browser(officer).post(address, {**HANDLING, "act": "accessed"})
    assert list(item.custody.values_list("act", flat=True)) == ["collected", "sealed"]
    assert "F-0007" in browser(officer).get(address).content.decode()


def test_reading_needs_a_reason_and_is_recorded(case: Case, officer: User) -> None:
    taken(officer, case)
    item = EvidenceItem.objects.earliest("id")
    address = reverse("exhibits:content", args=[case.number, item.ref])
    assert browser(officer).post(address, {"reason": " "}).status_code == 302
    got = browser(officer).post(address, {"reason": "to compare serial numbers"})
    assert b"".join(got.streaming_content) == photo()
    assert got["Content-Disposition"].startswith("attachment")
    assert Event.objects.filter(kind="custody.accessed", actor=officer).count() == 1


def test_the_bag_verifies_and_holds_the_case(case: Case, officer: User, tmp_path: Path) -> None:
    taken(officer, case)
    response = browser(officer).post(
        reverse("exhibits:export", args=[case.number]), {"reason": "for the court"}
    )
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    archive.extractall(tmp_path / "out")
    bag = tmp_path / "out" / case.number
    run = subprocess.run([sys.executable, "verify.py"], cwd=bag, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert case.number in (bag / "data" / "case.json").read_text("utf-8")
    assert Event.objects.filter(kind="case.exported", actor=officer).exists()


@pytest.mark.parametrize("name", ["list", "take", "export", "item", "content"])
def test_a_stranger_finds_nothing(case: Case, officer: User, stranger: User, name: str) -> None:
    taken(officer, case)
    item = EvidenceItem.objects.earliest("id")
    parts = [case.number, item.ref] if name in ("item", "content") else [case.number]
    for method in ("get", "post"):
        response = getattr(browser(stranger), method)(
            reverse(f"exhibits:{name}", args=parts), {"reason": "x"}
        )
        assert response.status_code in (404, 405)


def test_an_item_of_another_case_is_not_found_under_ones_own(
    case: Case, officer: User, stranger: User, departments: Departments
) -> None:
    from gridcanary.casework.actions.cases import open_case

    taken(officer, case)
    own = open_case(stranger, departments.other_energy, "own")
    item = EvidenceItem.objects.earliest("id")
    assert browser(stranger).get(reverse("exhibits:item", args=[own.number, item.ref])).status_code == 404


def test_who_only_reads_the_case_neither_takes_nor_exports(
    case: Case, officer: User, policeman: User, departments: Departments
) -> None:
    sharing.share(officer, case, departments.police, ShareLevel.READ, "to know")
    taken(policeman, case)
    assert not EvidenceItem.objects.exists()
    response = browser(policeman).post(reverse("exhibits:export", args=[case.number]), {"reason": "x"})
    assert response.status_code == 302
