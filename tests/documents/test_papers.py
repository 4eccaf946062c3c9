"""Papers from their draft to their withdrawal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gridcanary.accounts.models import PersonalDataRead, User
from gridcanary.casework import law
from gridcanary.casework.loop import issued_documents, open_items
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.custody.models import Event
from gridcanary.documents.actions import drafting, issuing, reviewing, serving
from gridcanary.documents.actions.own_templates import set_letterhead
from gridcanary.documents.actions.serving import Scan
from gridcanary.documents.models import DocumentVersion, FileKind, State
from gridcanary.documents.paper import read_paper
from gridcanary.documents.papers import entries_of, pages_of, pdf_of, stored
from gridcanary.documents.queries import newest
from tests.casework.conftest import Departments
from tests.documents.conftest import approved, entries, issued, soon, take_part

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def words(paper: object) -> str:
    version = newest(paper)  # type: ignore[arg-type]
    return read_paper(stored(version.sha256), version.template_name).text


def test_a_decision_goes_from_draft_to_service(
    at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    case = at_stage("investigate")
    paper = issued(case, "penalty_decision", officer, approver, party_name="某某科技有限公司")
    assert (paper.state, paper.seq) == (State.ISSUED, 1)
    assert paper.number == "jn-energy局〔2026〕1号".replace("2026", str(paper.year))
    assert "某某科技有限公司" in words(paper)
    assert paper.number in words(paper)
    assert issued_documents(case) == set(), "a decision counts when it is served"
    assert [item.kind for item in open_items(case) if item.kind == "document"] == ["document"]
    serving.serve(
        officer, paper, way="in_person", served_to="张某", served_at=soon(), receipt=Scan("回证.pdf", PDF)
    )
    paper.refresh_from_db()
    assert paper.state == State.SERVED
    assert issued_documents(case) == {"penalty_decision"}
    assert case.clocks.get(code="reconsideration_request").state == "running"
    kinds = list(
        Event.objects.filter(case_ref=case.number, kind__startswith="document.").values_list(
            "kind", flat=True
        )
    )
    assert kinds == ["document.drafted", "document.submitted", "document.agreed", "document.issued",
                     "document.printed", "document.served"]  # fmt: skip


def test_gaps_are_printed_in_drafts_and_never_submitted(
    at_stage: Callable[[str], Case], officer: User
) -> None:
    case = at_stage("investigate")
    said = entries(case, "penalty_decision", officer)
    del said["decision"]
    paper = drafting.draft(officer, case, "penalty_decision", said)
    assert "【待填：决定" in words(paper) or "待填" in words(paper)
    with pytest.raises(CaseRefused, match=r"What is decided|决定"):
        reviewing.submit(officer, paper)


def test_who_wrote_it_does_not_review_it(at_stage: Callable[[str], Case], approver: User) -> None:
    case = at_stage("investigate")
    paper = drafting.draft(approver, case, "stop_order", entries(case, "stop_order", approver))
    reviewing.submit(approver, paper)
    with pytest.raises(CaseRefused):
        reviewing.review(approver, paper, "approver", granted=True, seen=1)
    with pytest.raises(CaseRefused):
        issuing.issue(approver, paper)


def test_a_new_version_needs_new_agreement(
    at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    case = at_stage("investigate")
    paper = approved(case, "stop_order", officer, approver)
    said = entries(case, "stop_order", officer, decision="停止使用全部设备。")
    drafting.redraft(officer, paper, said, "补充设备", seen=1)
    paper.refresh_from_db()
    assert paper.state == State.DRAFT
    with pytest.raises(CaseRefused):
        issuing.issue(officer, paper)
    with pytest.raises(CaseRefused):
        drafting.redraft(officer, paper, said, "又改", seen=1)


def test_sending_back_needs_a_reason(at_stage: Callable[[str], Case], officer: User, approver: User) -> None:
    case = at_stage("investigate")
    paper = drafting.draft(officer, case, "stop_order", entries(case, "stop_order", officer))
    reviewing.submit(officer, paper)
    with pytest.raises(CaseRefused):
        reviewing.review(approver, paper, "approver", granted=False, seen=1)
    reviewing.review(approver, paper, "approver", granted=False, remark="事实不清", seen=1)
    paper.refresh_from_db()
    assert paper.state == State.DRAFT


def test_legal_review_is_for_legal_reviewers(
    at_stage: Callable[[str], Case], officer: User, approver: User, reviewer: User
) -> None:
    case = at_stage("investigate")
    paper = drafting.draft(officer, case, "legal_review", entries(case, "legal_review", officer))
    reviewing.submit(officer, paper)
    with pytest.raises(CaseRefused):
        reviewing.review(approver, paper, "legal_reviewer", granted=True, seen=1)
    reviewing.review(reviewer, paper, "legal_reviewer", granted=True, seen=1)
    assert issuing.issue(officer, paper).state == State.ISSUED


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        pytest.param("supply_stop_notice", "investigate", id="another department's paper"),
        pytest.param("closing_report", "investigate", id="another stage's paper"),
        pytest.param("no_such_paper", "investigate", id="unknown paper"),
    ],
)
def test_what_the_pack_does_not_allow_is_not_drafted(
    code: str, stage: str, at_stage: Callable[[str], Case], officer: User
) -> None:
    with pytest.raises(CaseRefused):
        drafting.draft(officer, at_stage(stage), code, {})


def test_a_withdrawn_number_is_never_given_again(
    at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    case = at_stage("investigate")
    first = issued(case, "stop_order", officer, approver)
    with pytest.raises(CaseRefused):
        issuing.withdraw(officer, first, "写错当事人")
    first = issuing.withdraw(approver, first, "写错当事人")
    again = drafting.draft(officer, case, "stop_order", entries(case, "stop_order", officer), replaces=first)
    reviewing.submit(officer, again)
    reviewing.review(approver, again, "approver", granted=True, seen=1)
    issuing.issue(officer, again)
    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.seq, again.seq) == (1, 2)
    assert first.state == State.WITHDRAWN
    assert first.replaced_by.get() == again


def test_kinds_with_the_same_pattern_count_together(
    at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    case = at_stage("investigate")
    numbers = [
        issued(case, code, officer, approver).seq for code in ("stop_order", "penalty_notice", "stop_order")
    ]
    assert numbers == [1, 2, 3]


def test_the_letterhead_signs(
    at_stage: Callable[[str], Case], officer: User, approver: User, departments: Departments
) -> None:
    set_letterhead(approver, departments.energy, name="济宁市能源局", mark="济能源", address="某路 1 号",
                   telephone="0537-0000000", contact="王工")  # fmt: skip
    paper = issued(at_stage("investigate"), "stop_order", officer, approver)
    assert paper.number.startswith("济能源〔")
    assert "济宁市能源局" in words(paper)
    with pytest.raises(CaseRefused):
        set_letterhead(officer, departments.energy, name="x", mark="y", address="", telephone="", contact="")


def test_personal_data_lie_encrypted_and_reading_them_is_recorded(
    at_stage: Callable[[str], Case], officer: User
) -> None:
    case = at_stage("investigate")
    paper = drafting.draft(
        officer, case, "stop_order", entries(case, "stop_order", officer, party_id="370812199001011234")
    )
    version = newest(paper)
    assert "370812199001011234" not in str(
        DocumentVersion.objects.filter(pk=version.pk).values("entries", "personal")
    )
    assert "370812199001011234" not in str(version.personal)
    assert not [one for one in Event.objects.values_list("entry", flat=True) if "370812199001011234" in one]
    before = PersonalDataRead.objects.count()
    assert entries_of(version, officer)["party_id"] == "370812199001011234"
    assert PersonalDataRead.objects.count() == before + 1


def test_the_print_is_kept_and_is_that_of_the_version(
    at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    paper = issued(at_stage("investigate"), "stop_order", officer, approver)
    kept = paper.files.get(kind=FileKind.PRINT)
    assert stored(kept.sha256) == pdf_of(paper, newest(paper))
    assert issuing.keep_print(officer, paper) == kept
    assert paper.event_seq == Event.objects.get(kind="document.issued").seq
    assert len(pages_of(paper, newest(paper))) >= 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"MZ\x90\x00", "PDF, JPEG|PDF、JPEG", id="program"),
        pytest.param(b"<html><script>", "PDF, JPEG|PDF、JPEG", id="page"),
        pytest.param(b"%PDF-1.4 /JavaScript (app.alert) %%EOF", "scripts|脚本", id="PDF with a script"),
        pytest.param(b"\xff\xd8\xff broken", "picture|图片|图像", id="broken picture"),
        pytest.param(b"PK\x03\x04", "PDF, JPEG|PDF、JPEG", id="archive"),
    ],
)
def test_only_scans_are_taken(
    content: bytes, told: str, at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    paper = issued(at_stage("investigate"), "stop_order", officer, approver)
    with pytest.raises(CaseRefused, match=told):
        serving.add_scan(officer, paper, Scan("扫描.pdf", content))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"way": "pigeon"}, id="unknown way"),
        pytest.param({"served_to": " "}, id="nobody"),
        pytest.param({"served_at": soon(days=1)}, id="in the future"),
        pytest.param({"served_at": soon(days=-1)}, id="before its issue"),
        pytest.param({"receipt": None}, id="neither receipt nor remark"),
    ],
)
def test_service_needs_its_facts(
    wrong: dict[str, object], at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    paper = issued(at_stage("investigate"), "stop_order", officer, approver)
    said: dict[str, object] = {
        "way": "left",
        "served_to": "张某",
        "served_at": soon(),
        "receipt": Scan("a.pdf", PDF),
    }
    with pytest.raises(CaseRefused):
        serving.serve(officer, paper, **{**said, **wrong})  # type: ignore[arg-type]


def test_a_neighbour_writes_nothing(at_stage: Callable[[str], Case], officer: User, stranger: User) -> None:
    case = at_stage("investigate")
    with pytest.raises(CaseRefused):
        drafting.draft(stranger, case, "stop_order", {})
    paper = drafting.draft(officer, case, "stop_order", {})
    for act in (lambda: reviewing.submit(stranger, paper), lambda: issuing.withdraw(stranger, paper, "x")):
        with pytest.raises(CaseRefused):
            act()


def test_another_department_of_the_case_does_not_issue_ours(
    at_stage: Callable[[str], Case], officer: User, approver: User, policeman: User
) -> None:
    case = at_stage("investigate")
    take_part(case, policeman)
    paper = approved(case, "preservation_notice", officer, approver)
    with pytest.raises(CaseRefused):
        issuing.issue(policeman, paper)


def test_lines_become_paragraphs_and_the_chosen_provisions_are_cited(
    at_stage: Callable[[str], Case], officer: User
) -> None:
    case = at_stage("investigate")
    said = entries(
        case, "penalty_decision", officer, decision="一、没收设备；\n二、罚款。", cited="ecl_71_stop"
    )
    paper = drafting.draft(officer, case, "penalty_decision", said)
    assert "一、没收设备；\n二、罚款。" in words(paper)
    assert "节约能源法" in words(paper)
    assert "电力法" not in words(paper)
    assert entries_of(newest(paper), officer)["cited"] == "ecl_71_stop"


def test_provisions_that_nobody_read_are_marked(at_stage: Callable[[str], Case], officer: User) -> None:
    case = at_stage("investigate")
    said = entries(case, "penalty_decision", officer)
    pack = law.pack_of(case)
    doubtful = [name for name, basis in pack.bases.items() if not basis.verified]
    assert doubtful
    text = words(drafting.draft(officer, case, "penalty_decision", said))
    assert "〔未核实〕" in text


def test_the_rooms_tell_papers_of_parties_and_devices(at_stage: Callable[[str], Case], officer: User) -> None:
    from gridcanary.documents.first_entries import first_entries
    from gridcanary.enforcement.actions.parties import PartyFacts, add_party
    from gridcanary.fieldwork.models import Device

    case = at_stage("investigate")
    Device.objects.create(case=case, tag="JN-001", kind="asic", model="S19", serial="SN1", listed_by=officer)
    add_party(officer, case, PartyFacts(kind="person", name="张小明", phone="13812341234"), ["operator"])
    unit = officer.memberships_now()[0].unit
    assert first_entries(case, "stop_order", unit, officer)["party_name"] == "张小明"
    text = words(drafting.draft(officer, case, "stop_order", {}))
    assert "SN1" in text
    assert "共 1 台" in text
