from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection

from gridcanary.accounts.models import User
from gridcanary.custody.models import Event
from gridcanary.endpoints.actions.importing import ImportRefused, import_findings
from gridcanary.endpoints.models import (
    Endpoint,
    EndpointAccount,
    EndpointDay,
    EndpointSession,
    FindingsFile,
)
from tests.casework.conftest import Departments
from tests.endpoints.made import DAY, at, finding, pseudonym, written

pytestmark = pytest.mark.django_db


def test_only_listed_sessions_become_endpoints_and_days(imported: FindingsFile) -> None:
    names = set(Endpoint.objects.values_list("pseudonym", flat=True))
    assert names == {pseudonym(name) for name in ("a", "b", "proxy", "victim")}
    assert (imported.session_count, imported.listed_count, imported.new_count) == (6, 5, 5)
    days = EndpointDay.objects.filter(endpoint__pseudonym=pseudonym("a")).order_by("day")
    assert [(one.day, one.sessions) for one in days] == [(DAY - dt.timedelta(days=1), 1), (DAY, 2)]
    assert [one.hours for one in days] == pytest.approx([2.0, 3.5])
    assert days[1].synchronous_with == [pseudonym("b")]
    assert set(Endpoint.objects.values_list("admin_code", flat=True)) == {"370812"}


def test_the_event_tells_digest_and_counts_and_no_pseudonym(imported: FindingsFile) -> None:
    event = Event.objects.get(kind="network.imported")
    assert event.body["sha256"] == imported.sha256
    assert event.body["listed"] == 5
    assert pseudonym("a") not in event.entry


def test_the_same_file_again_changes_nothing(
    imported: FindingsFile, officer: User, departments: Departments, tmp_path: Path
) -> None:
    before = EndpointSession.objects.count(), EndpointDay.objects.count(), Event.objects.count()
    again = import_findings(tmp_path / "findings.parquet", departments.energy, user=officer)
    assert again.pk == imported.pk
    assert before == (EndpointSession.objects.count(), EndpointDay.objects.count(), Event.objects.count())


def test_days_are_the_same_however_the_sessions_are_spread_over_files(
    departments: Departments, tmp_path: Path
) -> None:
    chance = random.Random(5)
    rows = [
        finding(chance.choice("ab"), chance.uniform(0, 60), chance.uniform(0.1, 9), llr=chance.uniform(3, 20))
        for _ in range(30)
    ]
    whole = written(tmp_path / "whole.parquet", rows)
    import_findings(whole, departments.energy, user=None)
    chance.shuffle(rows)
    for number, part in enumerate((rows[:11], rows[9:20], rows[18:])):  # some sessions come twice
        import_findings(written(tmp_path / f"{number}.parquet", part), departments.police, user=None)
    shown = [
        list(
            EndpointDay.objects.filter(endpoint__unit=unit)
            .order_by("endpoint__pseudonym", "day")
            .values_list("endpoint__pseudonym", "day", "sessions", "hours", "llr", "kw_mid")
        )
        for unit in (departments.energy, departments.police)
    ]
    assert [row[:3] for row in shown[0]] == [row[:3] for row in shown[1]]
    for one, other in zip(*shown, strict=True):
        assert one[3:] == pytest.approx(other[3:])
    assert len(shown[0]) > 4


@pytest.mark.parametrize("column", ["client", "server"])
def test_plain_addresses_are_refused(departments: Departments, tmp_path: Path, column: str) -> None:
    path = written(tmp_path / "plain.parquet", [finding("a"), {**finding("b"), column: "10.0.0.1"}])
    with pytest.raises(ImportRefused, match=f"row 2, column {column}.*no pseudonym"):
        import_findings(path, departments.energy, user=None)
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("fault", ["no parquet", "lacks a column", "another type"])
def test_what_is_no_findings_file_is_refused(departments: Departments, tmp_path: Path, fault: str) -> None:
    path = written(tmp_path / "x.parquet", [finding()])
    table = pq.read_table(path)
    if fault == "no parquet":
        path.write_bytes(b"PAR1 but not really")
    elif fault == "lacks a column":
        pq.write_table(table.drop_columns(["llr"]), path)
    else:
        position = table.schema.get_field_index("llr")
        pq.write_table(table.set_column(position, "llr", [["strong"]]), path)
    with pytest.raises(ImportRefused, match=r"x\.parquet"):
        import_findings(path, departments.energy, user=None)
    assert not FindingsFile.objects.exists()


def test_nobody_imports_for_another_department(
    stranger: User, overseer: User, departments: Departments, tmp_path: Path
) -> None:
    path = written(tmp_path / "x.parquet", [finding()])
    for user in (stranger, overseer):
        with pytest.raises(ImportRefused, match="officer or analyst"):
            import_findings(path, departments.energy, user=user)
    assert not FindingsFile.objects.exists()


def test_accounts_are_stored_encrypted_and_once(imported: FindingsFile) -> None:
    account = EndpointAccount.objects.get()
    assert "wang" not in str(account.account)
    session = EndpointSession.objects.get(account=account)
    assert "messages.account" in session.reasons
    assert "wang" not in session.reasons
    assert "wang" not in "".join(EndpointDay.objects.values_list("reasons", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT account FROM endpoints_endpointaccount")
        assert all("wang" not in row[0] for row in cursor.fetchall())
    assert EndpointSession.objects.filter(account=account).count() == 1


def test_a_later_file_stretches_the_endpoints_times(
    imported: FindingsFile, departments: Departments, tmp_path: Path
) -> None:
    later = written(tmp_path / "later.parquet", [finding("a", 30, 4)])
    import_findings(later, departments.energy, user=None)
    endpoint = Endpoint.objects.get(pseudonym=pseudonym("a"))
    assert (endpoint.first_seen, endpoint.last_seen) == (at(-2), at(34))
    assert endpoint.days.count() == 3


def test_texts_that_miners_write_are_cut_to_what_a_column_holds(
    departments: Departments, tmp_path: Path
) -> None:
    path = written(tmp_path / "long.parquet", [finding(worker="w" * 5000, agent="<script>" * 100)])
    import_findings(path, departments.energy, user=None)
    session = EndpointSession.objects.get()
    assert (len(session.worker), len(session.agent)) == (120, 120)
