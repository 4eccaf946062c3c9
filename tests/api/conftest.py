"""The people and departments of casework."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from gridcanary.accounts.models import User
from gridcanary.accounts.tokens import create_token
from tests.casework.conftest import (  # noqa: F401
    Departments,
    approver,
    case,
    departments,
    officer,
    overseer,
    policeman,
    stranger,
)


class Program:
    """A program with somebody's token."""

    def __init__(self, user: User, *scopes: str) -> None:
        self.client = Client()
        _token, clear = create_token(user, "test", scopes or ("cases:read", "cases:write"), 1)
        self.headers = {"Authorization": f"Bearer {clear}"}

    def get(self, path: str, **query: object) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: object) -> Any:
        return self.client.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=self.headers
        )

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1{path}", headers=self.headers)


@pytest.fixture(autouse=True)
def _no_rate_limit(settings: Settings) -> None:
    settings.GRIDCANARY_RATE_FACTOR = 0
