from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from gridcanary.accounts.models import User
from gridcanary.accounts.unmask_actions import (
    UnmaskRefused,
    approve_unmask,
    refuse_unmask,
    request_unmask,
    reveal,
)
from gridcanary.casework.models import Case, CaseLead, CaseShare, ShareLevel
from gridcanary.casework.sharing import CaseRefused
from gridcanary.contracts.network import RESOLUTIONS
from gridcanary.custody.models import Event
from gridcanary.endpoints.actions.cases import take_up
from gridcanary.endpoints.actions.lines import LineFacts, record_answers, record_line
from gridcanary.endpoints.models import Endpoint, EndpointAccount, LineState, PremisesLink, TakenUp
from gridcanary.endpoints.queries import links_to_meter
from tests.casework.conftest import browser
from tests.endpoints.made import at, pseudonym

pytestmark = pytest.mark.django_db

NAMED = LineFacts(
    at(2), basis="nat>radius>drop", confidence=0.97, premises_id="P9", meter_id="M9",
    holder="欧阳密矿", line_account="ftth-0531-778812", address="济宁市兖州区某路77号",
)  # fmt: skip
REASON = "核实涉案线路户主"


@pytest.fixture
def taken(line_a: Endpoint, officer: User, case: Case) -> Endpoint:
    take_up(officer, line_a, case)
    return line_a


@pytest.fixture
def line(taken: Endpoint, officer: User, case: Case) -> PremisesLink:
    return record_line(officer, taken, case, NAMED)


def test_premises_lead_back_to_their_endpoints(line: PremisesLink, officer: User, stranger: User) -> None:
    assert list(links_to_meter(officer, "M9")) == [line]
    assert not links_to_meter(stranger, "M9")
    assert not links_to_meter(officer, "M8")
    assert not links_to_meter(officer, "")


def events(case: Case) -> list[str]:
    found = Event.objects.filter(case_ref=case.number, kind__startswith="endpoint.").order_by("seq")
    return list(found.values_list("kind", flat=True))


def test_taking_up_makes_a_lead_with_power_and_reasons_once(
    line_a: Endpoint, officer: User, case: Case
) -> None:
    address = reverse("endpoints:take_up", kwargs={"endpoint": line_a.pk})
    for _ in range(2):
        browser(officer).post(address, {"case": case.number})
    lead = CaseLead.objects.get(case=case, source="network")
    assert (lead.subject_kind, lead.subject_id) == ("endpoint", f"E{line_a.pk}")
    assert lead.kw_mid == pytest.approx(1.2)
    assert set(lead.reasons) == {"zh", "en"}
    assert lead.onset == dt.date(2026, 11, 19)
    assert events(case) == ["endpoint.taken_up"]
    told = "".join(Event.objects.filter(case_ref=case.number).values_list("entry", flat=True))
    assert line_a.pseudonym not in told


def test_who_doesnt_act_or_doesnt_see_takes_nothing_up(
    line_a: Endpoint, policeman: User, stranger: User, case: Case
) -> None:
    for user in (policeman, stranger):
        with pytest.raises(CaseRefused):
            take_up(user, line_a, case)
    CaseShare.objects.create(case=case, unit=policeman.unit, level=ShareLevel.WORK, given_by=case.opened_by)
    with pytest.raises(CaseRefused, match="may see"):  # works on the case, and doesn't see the desk
        take_up(policeman, line_a, case)
    assert not TakenUp.objects.exists()


def test_a_case_shows_its_endpoints_to_everybody_in_it(
    taken: Endpoint, policeman: User, stranger: User, case: Case
) -> None:
    address = reverse("endpoints:endpoint", kwargs={"endpoint": taken.pk})
    assert browser(policeman).get(address).status_code == 404
    CaseShare.objects.create(case=case, unit=policeman.unit, level=ShareLevel.READ, given_by=case.opened_by)
    assert browser(policeman).get(address).status_code == 200
    assert browser(stranger).get(address).status_code == 404


def test_a_resolved_answer_makes_a_place_and_stays_masked(
    line: PremisesLink, officer: User, case: Case
) -> None:
    assert case.sites.filter(premises_id="P9", meter_id="M9").count() == 1
    page = browser(officer).get(reverse("endpoints:case", args=[case.number])).content.decode()
    assert "97 %" in page
    assert "address translation → RADIUS accounting → end of the line" in page
    for secret in (NAMED.holder, NAMED.line_account, "某路77号"):
        assert secret not in page
    assert "欧***" in page
    record_line(officer, line.endpoint, case, NAMED)
    assert case.sites.filter(premises_id="P9").count() == 1


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (LineFacts(at(2), state="ambiguous", candidates=2, premises_id="P9"), "isn't resolved"),
        (LineFacts(at(2), state="unknown", candidates=0, holder="某人"), "isn't resolved"),
        (LineFacts(at(2)), "Say which premises"),
        (LineFacts(at(2), confidence=1.5, premises_id="P9"), "share from 0 to 1"),
        (LineFacts(at(2), confidence=float("nan"), premises_id="P9"), "share from 0 to 1"),
    ],
    ids=["ambiguous names one", "unknown names a person", "resolved names nothing", "too sure", "nan"],
)
def test_answers_that_say_more_than_they_know_are_refused(
    taken: Endpoint, officer: User, case: Case, facts: LineFacts, said: str
) -> None:
    with pytest.raises(CaseRefused, match=said):
        record_line(officer, taken, case, facts)
    assert not PremisesLink.objects.exists()


def test_the_database_itself_keeps_ambiguous_answers_from_naming_premises(line: PremisesLink) -> None:
    line.state = LineState.AMBIGUOUS
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save()


def answer(name: str, hour: float, **changes: Any) -> dict[str, Any]:
    candidates = [
        {"premises_id": "P7", "confidence": 0.98, "basis": "radius", "records": ["radius.csv, row 2"]}
    ]
    told = {"endpoint": pseudonym(name), "source_port": 50000, "time": at(hour), "clock_error_s": 1.0,
            "state": "resolved", "premises_id": "P7", "confidence": 0.98, "covered": 1.0,
            "candidates": candidates, **changes}  # fmt: skip
    return {**told, "candidates": json.dumps(told["candidates"])}


def answers(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema=RESOLUTIONS), path)
    return path


def test_a_file_of_answers_is_recorded_once_and_only_about_the_cases_endpoints(
    taken: Endpoint, officer: User, case: Case, tmp_path: Path
) -> None:
    both = [{"premises_id": name, "confidence": 0.5, "basis": "nat>radius", "records": []} for name in "PQ"]
    ambiguous = {"state": "ambiguous", "premises_id": None, "confidence": 0.5, "candidates": both}
    rows = [answer("a", 2), answer("a", 3, **ambiguous), answer("b", 2),
            answer("a", 4, state="unknown", premises_id=None, confidence=0.0, candidates=[])]  # fmt: skip
    path = answers(tmp_path / "answers.parquet", rows)
    form = {"answers": SimpleUploadedFile("answers.parquet", path.read_bytes())}
    page = browser(officer).post(reverse("endpoints:answers", args=[case.number]), form, follow=True)
    assert "3 answers recorded" in page.content.decode()
    told = list(PremisesLink.objects.order_by("seen_at").values_list("state", "premises_id", "candidates"))
    assert told == [("resolved", "P7", 1), ("ambiguous", "", 2), ("unknown", "", 0)]
    assert record_answers(officer, case, path) == 0
    assert case.sites.filter(premises_id="P7").count() == 1


@pytest.mark.parametrize("fault", ["no parquet", "another table", "a state nobody knows", "no candidates"])
def test_files_of_answers_that_make_no_sense_leave_nothing(
    taken: Endpoint, officer: User, case: Case, tmp_path: Path, fault: str
) -> None:
    path = answers(tmp_path / "answers.parquet", [answer("a", 1), answer("a", 2)])
    if fault == "no parquet":
        path.write_bytes(path.read_bytes()[:100])
    elif fault == "another table":
        pq.write_table(pq.read_table(path).drop_columns(["state"]), path)
    else:
        wrong = answer("a", 2, state="certain") if "state" in fault else {**answer("a", 2), "candidates": "{"}
        answers(path, [answer("a", 1), wrong])
    with pytest.raises(CaseRefused, match=r"no file of answers|makes no sense"):
        record_answers(officer, case, path)
    assert not PremisesLink.objects.exists()


def test_a_holder_is_read_by_one_person_after_another_agreed_and_all_of_it_is_in_the_history(
    line: PremisesLink, officer: User, approver: User, case: Case
) -> None:
    with pytest.raises(UnmaskRefused):
        reveal(officer, line, "holder")
    asked = request_unmask(officer, line, "holder", REASON)
    with pytest.raises(UnmaskRefused, match="Somebody else"):
        approve_unmask(officer, asked)
    approve_unmask(approver, asked)
    assert reveal(officer, line, "holder") == NAMED.holder
    with pytest.raises(UnmaskRefused):
        reveal(officer, line, "address")
    assert events(case)[2:] == ["endpoint.unmask_asked", "endpoint.unmask_decided", "endpoint.unmasked"]
    history = Event.objects.filter(case_ref=case.number).order_by("-seq")
    assert [one.actor for one in history[:2]] == [officer, approver]
    assert all(NAMED.holder not in one.entry for one in history)
    page = browser(officer).get(reverse("casework:case", args=[case.number])).content.decode()
    assert REASON in page


def test_the_console_leads_from_the_mask_to_the_request(
    line: PremisesLink, officer: User, policeman: User, case: Case
) -> None:
    address = reverse("accounts:unmask_ask", args=["endpoints.premiseslink", line.pk, "holder"])
    page = browser(officer).get(reverse("endpoints:case", args=[case.number])).content.decode()
    assert address in page
    assert browser(officer).get(address).status_code == 200
    CaseShare.objects.create(case=case, unit=policeman.unit, level=ShareLevel.READ, given_by=case.opened_by)
    seen = browser(policeman).get(reverse("endpoints:case", args=[case.number])).content.decode()
    assert "欧***" in seen
    assert address not in seen
    assert browser(policeman).get(address).status_code == 404


def test_refusals_stand_in_the_history_too(
    line: PremisesLink, officer: User, approver: User, case: Case
) -> None:
    refuse_unmask(approver, request_unmask(officer, line, "holder", REASON))
    decided = Event.objects.filter(case_ref=case.number, kind="endpoint.unmask_decided").get()
    assert decided.body["state"] == "refused"


def test_no_pool_account_opens_without_a_case(
    line_a: Endpoint, officer: User, approver: User, case: Case
) -> None:
    account = EndpointAccount.objects.get()
    with pytest.raises(UnmaskRefused, match="may see"):
        request_unmask(officer, account, "account", REASON)
    take_up(officer, line_a, case)
    approve_unmask(approver, request_unmask(officer, account, "account", REASON))
    assert reveal(officer, account, "account") == "wang@example.com"
    assert events(case)[-1] == "endpoint.unmasked"


def test_a_line_is_recorded_by_hand_in_utc(taken: Endpoint, officer: User, case: Case) -> None:
    address = reverse("endpoints:line", args=[case.number, taken.pk])
    shown = browser(officer).get(address).content.decode()
    assert f'value="{taken.last_seen:%Y-%m-%dT%H:%M:%S}"' in shown
    form = {"seen_at": "2026-11-20T02:00:05", "state": "resolved", "basis": "合同", "candidates": 1,
            "confidence": 0.9, "premises_id": "P5"}  # fmt: skip
    assert browser(officer).post(address, form).status_code == 302
    link = PremisesLink.objects.get()
    assert link.seen_at == dt.datetime(2026, 11, 20, 2, 0, 5, tzinfo=dt.UTC)
    again = browser(officer).post(address, {**form, "state": "ambiguous"}).content.decode()
    assert "must not name anybody" in again
