"""Pages of documents, and that a neighbour sees none of them."""

from __future__ import annotations

from collections.abc import Callable
from zipfile import ZIP_DEFLATED

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gridcanary.accounts.models import PersonalDataRead, User
from gridcanary.casework.models import Case
from gridcanary.documents.actions import drafting, referring, serving
from gridcanary.documents.actions.serving import Scan
from gridcanary.documents.models import Document, Referral, State
from gridcanary.documents.urls import urlpatterns
from gridcanary.documents.views.unit_settings import template as own_template
from tests.casework.conftest import Departments, browser
from tests.documents.conftest import entries, issued, soon, take_part
from tests.documents.paper.made import damaged, docx
from tests.documents.test_papers import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(at_stage: Callable[[str], Case], officer: User, approver: User) -> Document:
    one = issued(at_stage("investigate"), "stop_order", officer, approver, party_name="某某公司")
    serving.add_scan(officer, one, Scan("scan.pdf", PDF))
    return one


@pytest.fixture
def referral(paper: Document, officer: User, departments: Departments) -> Referral:
    return referring.prepare(officer, paper.case, "to_police", departments.police, "涉嫌盗窃电力。")


def addresses(paper: Document, referral: Referral) -> list[str]:
    at = {"number": paper.case.number}
    one = {**at, "key": paper.pk}
    version = {**one, "version": 2}
    return [
        reverse("documents:papers", kwargs=at),
        reverse("documents:new", kwargs={**at, "code": "stop_order"}),
        reverse("documents:paper", kwargs=one),
        reverse("documents:page", kwargs={**version, "page": 1}),
        reverse("documents:pdf", kwargs=version),
        reverse("documents:docx", kwargs=version),
        reverse("documents:file", kwargs={**one, "file": paper.files.order_by("-id")[0].pk}),
        reverse("documents:referrals", kwargs=at),
        reverse("documents:new_referral", kwargs={**at, "code": "to_tax"}),
        reverse("documents:referral", kwargs={**at, "key": referral.pk}),
    ]


POSTS = ["submit", "review", "issue", "withdraw", "serve", "scan"]
REFERRAL_POSTS = [
    "decide_referral",
    "send_referral",
    "receive_referral",
    "reroute_referral",
    "answer_referral",
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_for_those_who_work_on_the_case(
    language: str, paper: Document, referral: Referral, officer: User
) -> None:
    client = browser(officer, language)
    for address in addresses(paper, referral):
        response = client.get(address)
        assert response.status_code == 200, address
        if response["Content-Type"].startswith("text/html"):
            assert "待填" not in response.content.decode()


def test_no_page_opens_for_a_neighbour(paper: Document, referral: Referral, stranger: User) -> None:
    client = browser(stranger)
    at = {"number": paper.case.number}
    for address in addresses(paper, referral):
        assert client.get(address).status_code == 404, address
    for name in POSTS:
        assert client.post(reverse(f"documents:{name}", kwargs={**at, "key": paper.pk})).status_code == 404
    for name in REFERRAL_POSTS:
        assert client.post(reverse(f"documents:{name}", kwargs={**at, "key": referral.pk})).status_code == 404
    assert (
        client.get(reverse("documents:referral_package", kwargs={**at, "key": referral.pk})).status_code
        == 404
    )
    assert client.get(reverse("documents:letterhead", kwargs={"unit": "jn-energy"})).status_code == 404


def test_every_address_of_a_case_is_tried_above() -> None:
    names = {one.name for group in urlpatterns for one in _leaves(group)}
    tried = {"papers", "new", "paper", "page", "pdf", "docx", "file", "referrals", "new_referral", "referral",
             "referral_package", "letterhead", *POSTS, *REFERRAL_POSTS}  # fmt: skip
    assert names - tried == {"edit", "unit_papers", "template", "own_template"}
    assert own_template is not None


def _leaves(pattern: object) -> list[object]:
    inner = getattr(pattern, "url_patterns", None)
    return [pattern] if inner is None else [leaf for one in inner for leaf in _leaves(one)]


def test_a_paper_of_another_case_is_not_reached_through_ones_own(
    paper: Document, stranger: User, departments: Departments
) -> None:
    from gridcanary.casework.actions.cases import SiteFacts, open_case

    theirs = open_case(stranger, departments.other_energy, "邻市", sites=[(SiteFacts(address="x"), [])])
    client = browser(stranger)
    for name in ("paper", "edit"):
        address = reverse(f"documents:{name}", kwargs={"number": theirs.number, "key": paper.pk})
        assert client.get(address).status_code == 404


def test_an_officer_drafts_in_the_browser(at_stage: Callable[[str], Case], officer: User) -> None:
    case, client = at_stage("investigate"), browser(officer)
    new = reverse("documents:new", kwargs={"number": case.number, "code": "stop_order"})
    assert (
        "兖州区工业园"
        in client.get(
            reverse("documents:new", kwargs={"number": case.number, "code": "inspection_record"})
        ).content.decode()
    )
    said = entries(case, "stop_order", officer) | {"decision": ""}
    response = client.post(new, said, follow=True)
    made = Document.objects.get()
    assert "What is decided" in response.content.decode()
    edit = reverse("documents:edit", kwargs={"number": case.number, "key": made.pk})
    assert 'value="1"' in client.get(edit).content.decode()
    client.post(edit, said | {"decision": "停用", "reason_of_change": "补充", "seen": "1"})
    client.post(reverse("documents:submit", kwargs={"number": case.number, "key": made.pk}))
    made.refresh_from_db()
    assert made.state == State.IN_REVIEW


def test_service_with_a_receipt_in_the_browser(paper: Document, officer: User) -> None:
    from django.utils import timezone

    said = {"way": "in_person", "served_to": "张某", "served_at": timezone.localtime(soon()).strftime("%Y-%m-%dT%H:%M"),
            "receipt": SimpleUploadedFile("r.pdf", PDF)}  # fmt: skip
    address = reverse("documents:serve", kwargs={"number": paper.case.number, "key": paper.pk})
    response = browser(officer).post(address, said, follow=True)
    paper.refresh_from_db()
    assert paper.state == State.SERVED, response.content.decode()[-3000:]


def test_opening_a_paper_with_personal_data_is_recorded(paper: Document, officer: User) -> None:
    before = PersonalDataRead.objects.count()
    at = {"number": paper.case.number, "key": paper.pk, "version": 2}
    assert browser(officer).get(reverse("documents:pdf", kwargs=at)).status_code == 200
    assert PersonalDataRead.objects.count() == before + 1


def test_files_are_given_to_be_saved_and_never_cached(paper: Document, officer: User) -> None:
    response = browser(officer).get(
        reverse("documents:pdf", kwargs={"number": paper.case.number, "key": paper.pk, "version": 2})
    )
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_unit_keeps_its_letterhead_and_templates(approver: User, departments: Departments) -> None:
    client = browser(approver)
    assert client.get(reverse("documents:unit_papers")).status_code == 200
    said = {"name": "济宁市能源局", "mark": "济能源", "address": "", "telephone": "", "contact": ""}
    client.post(reverse("documents:letterhead", kwargs={"unit": "jn-energy"}), said)
    at = {"unit": "jn-energy", "code": "stop_order"}
    upload = SimpleUploadedFile("own.docx", docx("{{ party_name }}"))
    client.post(reverse("documents:own_template", kwargs=at), {"template": upload, "note": ""})
    page = client.get(reverse("documents:unit_papers")).content.decode()
    assert "济能源" in page
    assert "own, version 1" in page
    bad = SimpleUploadedFile("own.docx", docx("{{ password }}"))
    answered = client.post(reverse("documents:own_template", kwargs=at), {"template": bad, "note": ""})
    assert "password" in answered.content.decode()
    broken = SimpleUploadedFile("own.docx", damaged(docx("甲" * 500, pressing=ZIP_DEFLATED)))
    answered = client.post(reverse("documents:own_template", kwargs=at), {"template": broken, "note": ""})
    assert answered.status_code < 500
    assert "it is damaged" in answered.content.decode()
    assert client.get(reverse("documents:template", kwargs=at)).content.startswith(b"PK")
    client.post(reverse("documents:own_template", kwargs=at), {"drop": "yes"})
    assert "own, version" not in client.get(reverse("documents:unit_papers")).content.decode()


def test_the_list_says_what_the_next_gate_needs(case: Case, officer: User) -> None:
    page = browser(officer).get(reverse("documents:papers", kwargs={"number": case.number})).content.decode()
    assert "Lead register" in page
    assert reverse("documents:new", kwargs={"number": case.number, "code": "lead_register"}) in page


def test_another_department_reads_the_papers_of_the_case(paper: Document, policeman: User) -> None:
    take_part(paper.case, policeman)
    address = reverse("documents:paper", kwargs={"number": paper.case.number, "key": paper.pk})
    assert browser(policeman).get(address).status_code == 200
    assert drafting.DRAFTERS
