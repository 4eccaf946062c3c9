"""Exports: what one may see and nothing else, readable by office programs, nothing that they would run."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from gridcanary.accounts.models import User
from gridcanary.casework.actions.cases import describe
from gridcanary.casework.models import Case
from gridcanary.custody.models import Event
from gridcanary.oversight.exports import csv_lines, xlsx_bytes
from gridcanary.oversight.tables import TABLES
from tests.casework.conftest import browser


def fetched(user: User, table: str, ending: str) -> bytes:
    response = browser(user).get(reverse("oversight:export", kwargs={"table": table, "ending": ending}))
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize("table", TABLES)
def test_every_table_exports_for_those_who_see_the_case_and_is_empty_for_others(
    case: Case, officer: User, stranger: User, table: str
) -> None:
    headings = [str(heading) for heading in TABLES[table].headings]
    for user in (officer, stranger):
        text = fetched(user, table, "csv").decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows[0]) == len(headings)
        sheet = load_workbook(io.BytesIO(fetched(user, table, "xlsx"))).active
        assert sheet is not None
        assert sheet.max_row == len(rows)
        if user == stranger:
            assert len(rows) == 1
            assert case.number not in text


def test_the_cases_are_there(case: Case, officer: User) -> None:
    assert case.number in fetched(officer, "cases", "csv").decode()


def test_taking_a_table_is_an_event(case: Case, officer: User) -> None:
    fetched(officer, "cases", "csv")
    event = Event.objects.filter(kind="export.made").get()
    assert (event.actor, event.body["table"]) == (officer, "cases")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_no_text_is_a_formula(text: str) -> None:
    (_head, line) = csv_lines(["a"], [(text,)])
    assert next(csv.reader(io.StringIO(line)))[0] == f"'{text}"
    sheet = load_workbook(io.BytesIO(xlsx_bytes("t", ["a"], [(text,)]))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"


def test_numbers_stay_numbers() -> None:
    (_head, line) = csv_lines(["a", "b"], [(-1.5, None)])
    assert line.strip() == "-1.5,"


def test_a_formula_in_a_title_is_harmless_in_the_export(case: Case, officer: User) -> None:
    describe(officer, case, title="=cmd|' /C calc'!A0", summary="", origin="unknown")
    assert "'=cmd" in fetched(officer, "cases", "csv").decode()


@pytest.mark.parametrize(("table", "ending"), [("nothing", "csv"), ("cases", "exe")])
def test_what_is_not_there_is_not_found(officer: User, table: str, ending: str) -> None:
    address = reverse("oversight:export", kwargs={"table": table, "ending": ending})
    assert browser(officer).get(address).status_code == 404


def test_the_page_opens_in_both_languages_and_says_nothing_to_a_stranger(
    case: Case, officer: User, stranger: User
) -> None:
    address = reverse("oversight:overview")
    assert "Funnel" in browser(officer, "en").get(address).content.decode()
    assert "办理漏斗" in browser(officer, "zh-hans").get(address).content.decode()
    assert case.number not in browser(stranger).get(address).content.decode()
