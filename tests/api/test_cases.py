"""Cases for programs: what the owner sees and may do, within the scopes."""

from __future__ import annotations

import pytest
from django.test import Client

from gridcanary.accounts.models import ApiToken, User
from gridcanary.accounts.tokens import revoke_token
from gridcanary.casework.actions import tasks
from gridcanary.casework.models import Case
from gridcanary.custody.models import Event
from tests.api.conftest import Program
from tests.casework.conftest import Departments


def test_a_case_opens_moves_and_tells_what_it_lacks(officer: User, departments: Departments) -> None:
    program = Program(officer)
    made = program.post(
        "/cases",
        {"unit": "jn-energy", "title": "Workshop 3", "sites": [{"meter_id": "M9", "admin_code": "370812"}]},
    )
    assert made.status_code == 201, made.content
    case = made.json()
    assert (case["stage"], case["unit"], case["sites"][0]["meter_id"]) == ("lead", "jn-energy", "M9")
    lacking = {(one["kind"], one["code"]) for way in case["ways"] for one in way["lacking"]}
    assert ("document", "lead_register") in lacking
    refused = program.post(f"/cases/{case['number']}/move", {"way": "accept_lead"})
    assert refused.status_code == 409
    assert len(refused.json()["missing"]) == 2
    assert Event.objects.filter(kind="case.opened", actor=officer).exists()


def test_lists_search_and_page(case: Case, officer: User) -> None:
    program = Program(officer)
    assert program.get("/cases").json()["count"] == 1
    assert program.get("/cases", q="M1").json()["items"][0]["number"] == case.number
    assert program.get("/cases", q="nothing").json() == {"count": 0, "items": []}
    assert program.get("/cases", limit=1, offset=1).json()["items"] == []
    assert program.get("/cases", limit=0).status_code == 422


def test_tasks_and_events(case: Case, officer: User) -> None:
    program = Program(officer)
    task = program.post(f"/cases/{case.number}/tasks", {"unit": "jn-energy", "title": "look"}).json()
    done = program.post(f"/cases/{case.number}/tasks/{task['id']}", {"result": "looked"})
    assert done.json()["state"] == "done"
    again = program.post(f"/cases/{case.number}/tasks/{task['id']}", {"result": "looked"})
    assert again.status_code == 409
    kinds = [event["kind"] for event in program.get(f"/cases/{case.number}/events").json()]
    assert kinds[0] == "case.opened"
    assert kinds[-1] == "task.done"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/cases/{number}"),
        ("get", "/cases/{number}/events"),
        ("get", "/cases/{number}/tasks"),
        ("post", "/cases/{number}/sites"),
        ("post", "/cases/{number}/outcome"),
        ("post", "/cases/{number}/move"),
        ("post", "/cases/{number}/tasks"),
        ("post", "/cases/{number}/tasks/{task}"),
    ],
)
def test_a_stranger_finds_nothing(
    case: Case, officer: User, stranger: User, departments: Departments, method: str, path: str
) -> None:
    task = tasks.set_task(officer, case, departments.energy, "secret task")
    bodies = {
        "sites": {"meter_id": "X"}, "outcome": {"outcome": "confirmed", "reason": "x"}, "move": {"way": "accept_lead"},
        "tasks": {"unit": "jn-energy", "title": "x"}, str(task.pk): {"result": "x"},
    }  # fmt: skip
    address = path.format(number=case.number, task=task.pk)
    program = Program(stranger)
    before = Event.objects.count()
    body = bodies.get(address.rsplit("/", 1)[1])
    response = program.get(address) if method == "get" else program.post(address, body)
    assert response.status_code == 404
    assert response.content == program.get("/cases/no-such-case").content
    assert Event.objects.count() == before
    assert program.get("/cases").json()["count"] == 0
    assert program.get("/clocks", scope="all").json() == []


def test_reading_does_not_allow_writing(case: Case, officer: User) -> None:
    program = Program(officer, "cases:read")
    assert program.get(f"/cases/{case.number}").status_code == 200
    assert program.post(f"/cases/{case.number}/sites", {"meter_id": "X"}).status_code == 403
    assert Program(officer, "evidence:read").get("/cases").status_code == 403


def test_without_a_good_token_nothing_opens(case: Case, officer: User) -> None:
    signed_in = Client()
    signed_in.force_login(officer)
    assert signed_in.get("/api/v1/cases").status_code == 401
    assert Client().get("/api/v1/cases", headers={"Authorization": "Bearer gck_nonsense"}).status_code == 401
    program = Program(officer)
    revoke_token(ApiToken.objects.get())
    assert program.get("/cases").status_code == 401


def test_an_earlier_case_is_named_only_to_those_who_may_see_it(
    case: Case, officer: User, stranger: User, departments: Departments
) -> None:
    other = (
        Program(stranger)
        .post("/cases", {"unit": "tz-energy", "title": "back", "sites": [{"meter_id": "M1"}]})
        .json()
    )
    Case.objects.filter(number=other["number"]).update(returned_from=case)
    assert Program(stranger).get(f"/cases/{other['number']}").json()["returned_from"] is None
    assert Program(stranger).get("/cases").json()["items"][0]["returned_from"] is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"unit": "jn-energy", "title": "t", "sites": []}, id="no place"),
        pytest.param(
            {"unit": "jn-energy", "title": "t", "sites": [{"meter_id": "a\x00b"}]}, id="a zero byte"
        ),
        pytest.param(
            {"unit": "jn-energy", "title": "t", "sites": [{"meter_id": "a"}], "more": 1}, id="unknown field"
        ),
        pytest.param(
            {"unit": "jn-energy", "title": "t", "sites": [{"meter_id": "a", "lat": 91}]}, id="off the earth"
        ),
    ],
)
def test_what_has_not_the_form_is_refused(officer: User, body: object) -> None:
    assert Program(officer).post("/cases", body).status_code == 422
    assert not Case.objects.exists()


@pytest.mark.parametrize("unit", ["jn-police", "no-such-unit"])
def test_a_case_of_another_department_is_refused(officer: User, unit: str) -> None:
    body = {"unit": unit, "title": "t", "sites": [{"meter_id": "a"}]}
    assert Program(officer).post("/cases", body).status_code == 409


def test_the_description_is_there_and_loads_nothing_from_elsewhere() -> None:
    described = Client().get("/api/v1/openapi.json")
    assert described.status_code == 200
    assert "/api/v1/cases/{number}" in described.json()["paths"]
    assert Client().get("/api/v1/docs").status_code == 404
