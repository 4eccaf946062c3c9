"""Requests made up from the API's own description never make it fail."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings

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


@pytest.mark.slow
@pytest.mark.parametrize("operation", operations())
def test_no_made_up_request_makes_the_api_fail(
    case: Case, officer: User, departments: Departments, operation: str
) -> None:
    task = tasks.set_task(officer, case, departments.energy, "task")
    program = Program(officer)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    method, path = operation.split(" ")
    statuses = set()

    @given(made_up=schema[path][method].as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None,
        phases=(Phase.generate,), derandomize=True,
    )  # fmt: skip
    def holds(made_up: schemathesis.Case) -> None:
        for number in (None, case.number):
            if number is not None:
                if "number" not in made_up.path_parameters:
                    return
                made_up.path_parameters = {**made_up.path_parameters, "number": number}
                if "task" in made_up.path_parameters:
                    made_up.path_parameters["task"] = task.pk
            response = made_up.call(headers=program.headers)
            statuses.add(response.status_code)
            assert response.status_code < 500, (made_up.as_curl_command(), response.content)

    holds()
    assert statuses
