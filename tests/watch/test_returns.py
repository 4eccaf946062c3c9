"""Returns: noticed once, taken up with the old case attached, or dismissed with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.urls import reverse
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework.actions.cases import open_case
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.contracts.errors import InputError
from gridcanary.contracts.findings import FINDINGS
from gridcanary.enforcement.actions.parties import PartyFacts, add_party
from gridcanary.enforcement.models import Part, Party
from gridcanary.watch import noticing
from gridcanary.watch.actions.returns import dismiss, take_up
from gridcanary.watch.models import Return
from gridcanary.watch.noticing import notice_all, notice_findings, watched_cases
from tests.casework.conftest import Departments, browser


def findings(folder: Path, meter: str, onset: dt.date | None, *, listed: bool = True) -> Path:
    row = {field.name: None for field in FINDINGS} | {
        "meter_id": meter, "subject_kind": "meter", "score": 0.9, "rank": 1, "listed": listed, "mode": "A",
        "onset": onset, "kw_low": 50.0, "kw_mid": 60.0, "kw_high": 70.0, "reasons_zh": "昼夜平稳", "reasons_en": "flat",
    }  # fmt: skip
    for field in FINDINGS:
        if row[field.name] is None and not field.nullable:
            row[field.name] = _empty(field.type)
    pq.write_table(pa.Table.from_pylist([row], schema=FINDINGS), folder / "findings.parquet")
    return folder / "findings.parquet"


def _empty(kind: pa.DataType) -> object:
    if pa.types.is_date(kind):
        return timezone.localdate()
    return [] if pa.types.is_list(kind) else "" if pa.types.is_string(kind) else 0


def later() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=40)


def test_a_new_load_at_the_same_meter_is_noticed_once(closed: Case, tmp_path: Path) -> None:
    file = findings(tmp_path, "M1", later())
    (sign,) = notice_findings(file)
    assert (sign.case, sign.kind, sign.facts["kw_mid"]) == (closed, "premises", 60.0)
    assert notice_findings(file) == []


def test_a_run_walks_the_watched_cases_once(
    closed: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[Case] = []

    def walked() -> Iterator[tuple[Case, dt.date]]:
        for case, day in watched_cases():
            walks.append(case)
            yield case, day

    monkeypatch.setattr(noticing, "watched_cases", walked)
    file = findings(tmp_path, "M1", later())
    (sign,) = notice_all(file)
    assert (sign.case, sign.kind) == (closed, "premises")
    assert walks == [closed]
    assert notice_all(file) == []


def test_a_person_in_a_later_case_is_noticed_once_and_a_nameless_one_never(
    closed: Case, officer: User, departments: Departments, tmp_path: Path
) -> None:
    new = open_case(officer, departments.energy, "another hall")
    day = timezone.now() + dt.timedelta(days=40)
    for number in ("370811199001011237", ""):
        facts = PartyFacts(name="张某", id_number=number)
        Party.objects.filter(pk=closed_party(closed, officer, facts).pk).update(added_at=timezone.now())
        Party.objects.filter(pk=add_party(officer, new, facts, [Part.OWNER]).pk).update(added_at=day)
    (sign,) = notice_all(findings(tmp_path, "M9", later()))
    assert (sign.case, sign.kind, sign.sign) == (closed, "party", f"party:{new.pk}")
    assert notice_all(findings(tmp_path, "M9", later())) == []


def closed_party(case: Case, officer: User, facts: PartyFacts) -> Party:
    """A party of a case from the time when it was open."""
    closed_at = case.closed_at
    Case.objects.filter(pk=case.pk).update(closed_at=None)
    party = add_party(officer, Case.objects.get(pk=case.pk), facts, [Part.OPERATOR])
    Case.objects.filter(pk=case.pk).update(closed_at=closed_at)
    return party


@pytest.mark.parametrize(
    ("meter", "onset", "listed"),
    [
        pytest.param("M2", dt.date(2030, 1, 1), True, id="another meter"),
        pytest.param("M1", dt.date(2020, 1, 1), True, id="the load the case was about"),
        pytest.param("M1", None, True, id="no onset"),
        pytest.param("M1", dt.date(2030, 1, 1), False, id="not on the list"),
    ],
)
def test_what_is_no_return(
    closed: Case, tmp_path: Path, meter: str, onset: dt.date | None, listed: bool
) -> None:
    assert notice_findings(findings(tmp_path, meter, onset, listed=listed)) == []


def test_an_open_case_in_an_earlier_stage_is_not_watched(case: Case, tmp_path: Path) -> None:
    assert notice_findings(findings(tmp_path, "M1", later())) == []


def test_cleared_premises_are_watched_only_where_the_pack_says_so(closed: Case, tmp_path: Path) -> None:
    Case.objects.filter(pk=closed.pk).update(outcome="cleared")
    assert notice_findings(findings(tmp_path, "M1", later())) == []


def test_a_file_that_is_no_findings_table_is_named(tmp_path: Path) -> None:
    file = tmp_path / "findings.parquet"
    file.write_text("nonsense")
    with pytest.raises(InputError, match=r"findings\.parquet"):
        notice_findings(file)


def test_a_closed_case_comes_back_as_a_new_one_with_the_old_attached(
    closed: Case, officer: User, stranger: User, tmp_path: Path
) -> None:
    (sign,) = notice_findings(findings(tmp_path, "M1", later()))
    with pytest.raises(CaseRefused):
        take_up(stranger, sign)
    new = take_up(officer, sign)
    assert new.returned_from == closed
    assert [site.meter_id for site in new.sites.all()] == ["M1"]
    assert new.leads.get().kw_mid == 60.0
    assert closed.number in browser(officer).get(reverse("casework:case", args=[new.number])).content.decode()
    with pytest.raises(CaseRefused):
        take_up(officer, sign)


def test_a_dismissal_needs_a_reason(closed: Case, officer: User, tmp_path: Path) -> None:
    (sign,) = notice_findings(findings(tmp_path, "M1", later()))
    with pytest.raises(CaseRefused):
        dismiss(officer, sign, " ")
    dismiss(officer, sign, "a new oven, seen on site")
    assert Return.objects.get().state == "dismissed"
    with pytest.raises(CaseRefused):
        take_up(officer, sign)


@pytest.mark.parametrize("name", ["watch:case", "watch:visit", "watch:return", "watch:list"])
def test_no_page_of_the_watch_tells_a_stranger_anything(
    closed: Case, stranger: User, tmp_path: Path, name: str
) -> None:
    (sign,) = notice_findings(findings(tmp_path, "M1", later()))
    kwargs = {"number": closed.number, "visit": closed.watch_visits.earliest("pk").pk, "sign": sign.pk}
    wanted = {
        "watch:case": ["number"],
        "watch:visit": ["number", "visit"],
        "watch:return": ["number", "sign"],
    }
    address = reverse(name, kwargs={part: kwargs[part] for part in wanted.get(name, [])})
    for method in ("get", "post"):
        response = getattr(browser(stranger), method)(address)
        assert response.status_code in ((404, 405) if name in wanted else (200, 405))
        assert closed.title not in response.content.decode()
