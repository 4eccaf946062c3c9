"""Requests made up from the API's own description never make it fail."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NotSet

from gridcanary.accounts.models import User
from gridcanary.api.v1 import api
from gridcanary.casework.actions import tasks
from gridcanary.casework.models import Case
from tests.api.conftest import Program
from tests.casework.conftest import Departments

EXAMPLES = 40


def operations() -> list[str]:
    """Every operation of the description, as ``GET /api/v1/cases``."""
    paths = api.get_openapi_schema()["paths"]
    return sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def sent(program: Program, made_up: schemathesis.Case) -> Any:
    """What the API answers, asked through Django's own client, which keeps the test's database open."""
    path = quote(made_up.formatted_path, safe="/%")
    query = urlencode(made_up.query or {}, doseq=True, errors="surrogatepass")
    body = "" if isinstance(made_up.body, NotSet) else json.dumps(made_up.body)
    return program.client.generic(
        made_up.method, path, body, "application/json", QUERY_STRING=query, headers=program.headers
    )


@pytest.mark.slow
@pytest.mark.parametrize("operation", operations())
def test_no_made_up_request_makes_the_api_fail(
    case: Case, officer: User, departments: Departments, operation: str
) -> None:
    task = tasks.set_task(officer, case, departments.energy, "task")
    program = Program(officer)
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    method, path = operation.split(" ")
    statuses = set()

    @given(made_up=schema[path][method].as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None,
        phases=(Phase.generate,), derandomize=True,
    )  # fmt: skip
    def holds(made_up: schemathesis.Case) -> None:
        parts = dict(made_up.path_parameters or {})
        tries = [parts, {**parts, "number": case.number, "task": task.pk}] if "number" in parts else [parts]
        for filled in tries:
            made_up.path_parameters = filled
            response = sent(program, made_up)
            statuses.add(response.status_code)
            assert response.status_code < 500, (made_up.method, made_up.path, filled, response.content)

    holds()
    assert statuses
