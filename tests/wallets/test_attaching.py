from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import pytest
from django.urls import reverse

from gridcanary.accounts.models import User
from gridcanary.casework.actions import sharing
from gridcanary.casework.models import Case, ShareLevel
from gridcanary.custody.append_only import AppendOnly
from gridcanary.custody.models import Event, EvidenceItem
from gridcanary.custody.places import object_store
from gridcanary.wallets.contents import contents_of
from gridcanary.wallets.models import Dossier, DossierAddress
from tests.casework.conftest import Departments, browser
from tests.wallets.conftest import BROUGHT
from tests.wallets.small import HEIGHTS, laid_out, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_kind")]
Files = Mapping[str, bytes]


def brought(user: User, case: Case, folder: Path, **changes: object) -> str:
    """The page after a dossier was brought."""
    data = {**BROUGHT, "archive": zipped(folder), **changes}
    found = browser(user).post(reverse("wallets:attach", args=[case.number]), data, follow=True)
    return found.content.decode()


def test_a_dossier_is_verified_stored_as_it_came_and_logged(
    case: Case, officer: User, plain_files: Files, tmp_path: Path
) -> None:
    folder = laid_out(plain_files, tmp_path / "d")
    page = brought(officer, case, folder)
    dossier = Dossier.objects.get()
    assert dossier.seal in page
    assert (dossier.kind, dossier.network, dossier.tip_height) == ("income", "regtest", HEIGHTS - 1)
    with object_store().opened(dossier.item.sha256) as stream:
        assert stream.read() == zipped(folder).getvalue()
    assert dossier.item.kind == "chain_record"
    logged = Event.objects.filter(case_ref=case.number, kind="dossier.attached").get()
    assert logged.body["seal"] == dossier.seal
    assert contents_of(dossier.item.sha256).json("tables/sum.json")["outputs"] > 0


def test_one_changed_byte_is_named_and_refuses_the_dossier(
    case: Case, officer: User, plain_files: Files, tmp_path: Path
) -> None:
    changed = {
        **plain_files,
        "tables/sum.json": plain_files["tables/sum.json"].replace(b"outputs", b"outputz"),
    }
    assert changed != dict(plain_files)
    page = brought(officer, case, laid_out(changed, tmp_path / "d"))
    assert "tables/sum.json: it was changed" in page
    assert not Dossier.objects.exists()
    assert not EvidenceItem.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dossier.json": b"[]"}, "sheet can&#x27;t be read"),
        ({"dossier.json": b"\xff"}, "sheet can&#x27;t be read"),
        ({"SHA256SUMS": None}, "is missing, so this is no dossier"),
    ],
    ids=["another sheet", "no text", "no digests"],
)
def test_what_is_no_dossier_is_refused(
    case: Case, officer: User, plain_files: Files, tmp_path: Path, change: dict[str, bytes | None], said: str
) -> None:
    files = {path: content for path, content in {**plain_files, **change}.items() if content is not None}
    assert said in brought(officer, case, laid_out(files, tmp_path / "d"))
    assert not EvidenceItem.objects.exists()


def test_kinds_that_nobody_knows_are_refused(
    case: Case, officer: User, plain_files: Files, tmp_path: Path
) -> None:
    with mock.patch("gridcanary.wallets.actions.KINDS", {}):
        page = brought(officer, case, laid_out(plain_files, tmp_path / "d"))
    assert "kind: &#x27;income&#x27; isn&#x27;t known here" in page


def test_the_same_dossier_comes_once(case: Case, officer: User, plain_files: Files, tmp_path: Path) -> None:
    folder = laid_out(plain_files, tmp_path / "d")
    brought(officer, case, folder)
    assert "in the case already" in brought(officer, case, folder)
    assert Dossier.objects.count() == 1


def test_a_folder_of_ones_own_department_is_offered_and_no_other(
    case: Case, officer: User, policeman: User, plain_files: Files, home: Path, departments: Departments
) -> None:
    laid_out(plain_files, home / "dossiers" / "jn-energy" / "甲案")
    laid_out(plain_files, home / "dossiers" / "jn-police" / "乙案")
    address = reverse("wallets:attach", args=[case.number])
    page = browser(officer).get(address).content.decode()
    assert "甲案" in page
    assert "乙案" not in page
    for other in ("乙案", "../jn-police/乙案"):
        browser(officer).post(address, {**BROUGHT, "folder": other})
    assert not Dossier.objects.exists()
    browser(officer).post(address, {**BROUGHT, "folder": "甲案"})
    assert Dossier.objects.get().item.filename == "甲案.zip"


@pytest.mark.parametrize(
    "changes", [{"archive": ""}, {"title": " "}, {"officer": ""}, {"one_officer_reason": ""}]
)
def test_what_is_lacking_is_asked_for(
    case: Case, officer: User, plain_files: Files, tmp_path: Path, changes: dict[str, str]
) -> None:
    brought(officer, case, laid_out(plain_files, tmp_path / "d"), **changes)
    assert not Dossier.objects.exists()


def test_a_reader_attaches_nothing(
    case: Case, officer: User, policeman: User, departments: Departments, plain_files: Files, tmp_path: Path
) -> None:
    sharing.share(officer, case, departments.police, ShareLevel.READ, "to know")
    page = brought(policeman, case, laid_out(plain_files, tmp_path / "d"))
    assert "Your department doesn&#x27;t work on this case" in page
    assert not Dossier.objects.exists()


def test_verifying_again_is_recorded(case: Case, officer: User, plain_files: Files, tmp_path: Path) -> None:
    brought(officer, case, laid_out(plain_files, tmp_path / "d"))
    ref = Dossier.objects.get().item.ref
    page = browser(officer).post(reverse("wallets:verify", args=[case.number, ref])).content.decode()
    assert "nothing is wrong" in page
    assert Event.objects.filter(kind="dossier.verified").get().body["faults"] == []


def test_a_stored_file_that_was_changed_is_shown_nowhere(
    case: Case, officer: User, plain_files: Files, tmp_path: Path, home: Path
) -> None:
    brought(officer, case, laid_out(plain_files, tmp_path / "d"))
    contents_of.cache_clear()
    dossier = Dossier.objects.get()
    stored = next((home / "evidence" / "objects").rglob(dossier.item.sha256))
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-1] + b"!")
    parts = [case.number, dossier.item.ref]
    page = browser(officer).get(reverse("wallets:dossier", args=parts)).content.decode()
    assert "missing or was changed" in page
    after = browser(officer).post(reverse("wallets:verify", args=parts), follow=True).content.decode()
    assert "nothing is wrong" not in after


def test_rows_are_only_added(case: Case, officer: User, plain_files: Files, tmp_path: Path) -> None:
    brought(officer, case, laid_out(plain_files, tmp_path / "d"))
    with pytest.raises(AppendOnly):
        Dossier.objects.update(title="x")
    with pytest.raises(AppendOnly):
        DossierAddress.objects.all().delete()


@pytest.mark.parametrize("name", ["list", "attach", "dossier", "verify"])
def test_a_stranger_finds_nothing(
    case: Case, officer: User, stranger: User, plain_files: Files, tmp_path: Path, name: str
) -> None:
    brought(officer, case, laid_out(plain_files, tmp_path / "d"))
    ref = Dossier.objects.get().item.ref
    parts = [case.number, ref] if name in ("dossier", "verify") else [case.number]
    for method in ("get", "post"):
        found = getattr(browser(stranger), method)(reverse(f"wallets:{name}", args=parts))
        assert found.status_code in (404, 405)


def test_the_search_finds_only_what_one_may_see(
    case: Case, officer: User, stranger: User, plain_files: Files, tmp_path: Path
) -> None:
    brought(officer, case, laid_out(plain_files, tmp_path / "d"))
    address = "bcrt1qr7sgjgllfjzk8zgqyu65z595ckklyszrsn29up"
    DossierAddress.objects.create(dossier=Dossier.objects.get(), address=address, role="watched", label="甲")
    found = {
        user.username: browser(user)
        .get(reverse("wallets:search"), {"q": f" {address.upper()} "})
        .content.decode()
        for user in (officer, stranger)
    }
    assert case.number in found["officer"]
    assert case.number not in found["stranger"]
    assert "No dossier that you may see" in found["stranger"]
    assert json.dumps(BROUGHT["title"], ensure_ascii=False).strip('"') not in found["stranger"]
