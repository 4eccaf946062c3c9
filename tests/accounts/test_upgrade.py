"""A database of the first version is brought up to date with every row intact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps as registry
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from gridcanary.accounts.models import User
from gridcanary.casework.models import TriageDecision

FIRST = [("accounts", "0001_initial"), ("casework", "0001_initial")]
"""What stood in the first version: users with an area, decisions about findings."""


def first_version() -> Any:
    """Take every app of ours back to what it was, and return its models of then."""
    later = [
        (config.label, None)
        for config in registry.get_app_configs()
        if config.name.startswith("gridcanary.") and config.label not in dict(FIRST)
    ]
    executor = MigrationExecutor(connection)
    known = {app for app, _name in executor.loader.graph.nodes}
    executor.migrate([target for target in later if target[0] in known] + FIRST)
    return MigrationExecutor(connection).loader.project_state(FIRST).apps


@pytest.fixture
def old_models(transactional_db: None) -> Iterator[Any]:
    yield first_version()
    call_command("migrate", interactive=False, verbosity=0)


def test_users_and_decisions_come_through(old_models: Any) -> None:
    old_user = old_models.get_model("accounts", "User")
    old_decision = old_models.get_model("casework", "TriageDecision")
    person = old_user.objects.create(username="li.na", password="pbkdf2_sha256$1$x$y", area_prefix="3701")
    common = {
        "subject_kind": "meter",
        "subject_id": "M1",
        "admin_code": "370102",
        "decided_by": person,
        "finding_score": 0.93,
    }
    marked = old_decision.objects.create(kind="marked", note="夜间满负荷", **common)
    old_decision.objects.create(kind="undone", undoes=marked, **common)

    call_command("migrate", interactive=False, verbosity=0)

    now = User.objects.get(username="li.na")
    assert (now.pk, now.password, now.area_prefix) == (person.pk, "pbkdf2_sha256$1$x$y", "3701")
    assert (str(now.phone), now.oidc_subject, now.memberships_now()) == ("", None, [])
    kept = list(TriageDecision.objects.order_by("id"))
    assert [(row.kind, row.note, row.finding_score) for row in kept] == [
        ("marked", "夜间满负荷", 0.93),
        ("undone", "", 0.93),
    ]
    assert kept[1].undoes_id == kept[0].pk
    assert {row.decided_by for row in kept} == {now}


def test_nothing_is_left_to_do_after_the_upgrade(old_models: Any) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
