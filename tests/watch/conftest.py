"""The people and departments of casework, and a case that is watched."""

from __future__ import annotations

import pytest
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.watch.actions.visits import plan_when_watched
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


@pytest.fixture
def watched(case: Case, officer: User, departments: Departments) -> Case:  # noqa: F811
    """A case that has come to the watch."""
    Case.objects.filter(pk=case.pk).update(stage="watch", stage_since=timezone.now(), outcome="confirmed")
    case.refresh_from_db()
    plan_when_watched(case, officer, departments.energy)
    return case


@pytest.fixture
def closed(watched: Case) -> Case:
    """A case that is closed, its premises still watched."""
    Case.objects.filter(pk=watched.pk).update(stage="closed", closed_at=timezone.now())
    watched.refresh_from_db()
    return watched
