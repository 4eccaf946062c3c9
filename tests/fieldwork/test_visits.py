"""The course of a visit, its answers and measurements, and what the log says of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework.models import AppendOnly
from gridcanary.casework.sharing import CaseRefused
from gridcanary.fieldwork.access import ChangedMeanwhile
from gridcanary.fieldwork.actions import records, visits
from gridcanary.fieldwork.actions.records import Measured
from gridcanary.fieldwork.checklist import ABSENT, OPEN, PROVED, SEEN, lights
from gridcanary.fieldwork.models import ChecklistAnswer, PlanState, Visit, VisitPerson, VisitState
from tests.fieldwork.conftest import SEEN_ALL, answer_all, events


def test_arriving_begins_visit_and_plan(arrived: Visit, officer: User) -> None:
    arrived.plan.refresh_from_db()
    assert (arrived.state, arrived.plan.state) == (VisitState.ON_SITE, PlanState.UNDERWAY)
    (begun,) = events("visit.begun")
    assert begun.case_ref == arrived.case.number
    assert begun.body["officers"] == list(arrived.plan.officers.values_list("membership_id", flat=True))
    with pytest.raises(ChangedMeanwhile, match="recorded already"):
        visits.arrive(officer, arrived, timezone.now())


def test_nothing_is_recorded_before_arriving(visit: Visit, officer: User) -> None:
    with pytest.raises(CaseRefused, match="arrival first"):
        records.answer(officer, visit, "mining_software", "yes", at=timezone.now())
    with pytest.raises(CaseRefused, match="arrival first"):
        visits.describe(officer, visit, SEEN_ALL)


def test_departments_that_do_not_take_part_record_nothing(
    arrived: Visit, lineman: User, reader: User
) -> None:
    with pytest.raises(CaseRefused, match="doesn't take part in this inspection"):
        records.answer(lineman, arrived, "mining_software", "yes", at=timezone.now())
    with pytest.raises(CaseRefused):
        records.answer(reader, arrived, "mining_software", "yes", at=timezone.now())


def test_a_record_is_finished_only_when_it_is_whole(arrived: Visit, officer: User) -> None:
    with pytest.raises(CaseRefused) as refused:
        visits.finish(officer, arrived, timezone.now(), "x")
    for said in ("Not answered", "whom you met", "Name a witness"):
        assert said in str(refused.value)
    answer_all(officer, arrived)
    visits.describe(officer, arrived, replace(SEEN_ALL, witness_present=False))
    with pytest.raises(CaseRefused, match="Name a witness"):
        visits.finish(officer, arrived, timezone.now(), "x")
    visits.describe(
        officer, arrived, replace(SEEN_ALL, witness_present=False, no_witness_reason="深夜，全程录像")
    )
    with pytest.raises(CaseRefused, match="Leaving can't be before"):
        visits.finish(officer, arrived, timezone.now() - dt.timedelta(days=1), "x")
    done = visits.finish(officer, arrived, timezone.now(), "查获矿机")
    done.plan.refresh_from_db()
    assert (done.state, done.plan.state) == (VisitState.RECORDED, PlanState.DONE)
    with pytest.raises(ChangedMeanwhile):
        visits.finish(officer, arrived, timezone.now(), "again")


def test_names_are_encrypted_and_stay_out_of_the_log(arrived: Visit, officer: User) -> None:
    visits.describe(officer, arrived, replace(SEEN_ALL, met_name="王小明", witness_name="李见证"))
    assert str(VisitPerson.objects.get(part="met").name) == "王**"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM fieldwork_visitperson")
        stored = [row[0] for row in cursor.fetchall()]
    assert all(text.startswith("pd1:") for text in stored)
    (told,) = events("visit.described")
    assert "王小明" not in told.entry
    assert told.body["names"] == ["met", "witness"]
    visits.describe(officer, arrived, SEEN_ALL)  # an empty field leaves the name as it is
    assert VisitPerson.objects.count() == 2


def test_a_visit_that_was_not_possible_ends_with_its_reason(arrived: Visit, officer: User) -> None:
    with pytest.raises(CaseRefused, match="Say why"):
        visits.give_up(officer, arrived, "")
    assert visits.give_up(officer, arrived, "大门紧锁，无人应答").state == VisitState.NOT_DONE
    with pytest.raises(CaseRefused, match="over"):
        records.answer(officer, arrived, "mining_software", "yes", at=timezone.now())


def test_an_answer_is_corrected_by_a_later_one(recorded: Visit, officer: User) -> None:
    with pytest.raises(CaseRefused, match="why you correct it"):
        records.answer(officer, recorded, "mining_software", "no", at=timezone.now())
    records.answer(officer, recorded, "mining_software", "no", at=timezone.now(), remark="误认固件")
    rows = ChecklistAnswer.objects.filter(visit=recorded, item="mining_software")
    assert [row.answer for row in rows] == ["yes", "no"]
    assert rows[1].evidence == ["e1"]
    with pytest.raises(AppendOnly):
        rows.update(answer="yes")
    with pytest.raises(AppendOnly):
        rows[0].save()


@pytest.mark.parametrize(("item", "value"), [("no_such", "yes"), ("mining_software", "perhaps")])
def test_only_the_packs_questions_and_answers_are_taken(
    arrived: Visit, officer: User, item: str, value: str
) -> None:
    with pytest.raises(CaseRefused, match="one of the answers"):
        records.answer(officer, arrived, item, value, at=timezone.now())


def test_two_people_who_answer_the_same_notice_each_other(
    arrived: Visit, officer: User, policeman: User
) -> None:
    first = records.answer(officer, arrived, "pool_record", "yes", at=timezone.now())
    with pytest.raises(ChangedMeanwhile, match="officer answered “Yes”"):
        records.answer(policeman, arrived, "pool_record", "no", at=timezone.now(), seen=None)
    records.answer(policeman, arrived, "pool_record", "no", at=timezone.now(), seen=first.pk)
    records.answer(
        policeman, arrived, "pool_record", "unknown", at=timezone.now(), seen=first.pk
    )  # one's own
    with pytest.raises(ChangedMeanwhile):
        records.answer(officer, arrived, "pool_record", "yes", at=timezone.now(), seen=first.pk)
    records.answer(officer, arrived, "pool_record", "yes", at=timezone.now(), seen=first.pk, force=True)
    assert ChecklistAnswer.objects.count() == 4


def test_two_people_who_describe_the_visit_notice_each_other(
    arrived: Visit, officer: User, policeman: User
) -> None:
    seen = arrived.version
    visits.describe(officer, arrived, SEEN_ALL, seen=seen)
    with pytest.raises(ChangedMeanwhile, match="officer changed this"):
        visits.describe(policeman, arrived, SEEN_ALL, seen=seen)
    visits.describe(policeman, arrived, SEEN_ALL, seen=seen, force=True)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        pytest.param([], OPEN, id="nobody-looked"),
        pytest.param([("unknown", ())], OPEN, id="not-seen"),
        pytest.param([("no", ())], ABSENT, id="looked-and-not-there"),
        pytest.param([("yes", ())], SEEN, id="no-evidence"),
        pytest.param([("yes", ("e",))], PROVED, id="secured"),
        pytest.param([("yes", ("e",)), ("no", ())], ABSENT, id="the-last-answer-counts"),
    ],
)
def test_a_light_follows_the_answers(
    arrived: Visit, officer: User, answers: list[tuple[str, tuple[str, ...]]], state: str
) -> None:
    for value, evidence in answers:
        records.answer(officer, arrived, "pool_record", value, at=timezone.now(), evidence=evidence)
    assert [light.code for light in lights(arrived.case)] == ["device", "software", "pool_record"]
    assert lights(arrived.case)[2].state == state


def measured(total: str, *phases: str, instrument: str = "FLUKE 345 #12") -> Measured:
    three = [Decimal(kw) for kw in phases] or [None] * 3
    return Measured(timezone.now(), instrument, Decimal(total), (three[0], three[1], three[2]))


def test_a_load_is_recorded_with_its_phases(arrived: Visit, officer: User) -> None:
    row = records.measure_load(officer, arrived, measured("97.5", "32", "33", "32.5"), evidence=["e"])
    row.refresh_from_db()
    assert (row.kw_total, row.kw_b, row.evidence) == (Decimal("97.5"), Decimal(33), ["e"])
    assert events("visit.load_measured")[0].body["kw_total"] == "97.5"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param(measured("97.5", "32", "33", "12"), "add up to 77 kW", id="phases-do-not-fit"),
        pytest.param(measured("-3"), "can't be negative", id="negative"),
        pytest.param(measured("3", instrument=" "), "Name the instrument", id="no-instrument"),
    ],
)
def test_a_load_that_can_not_be_is_refused(arrived: Visit, officer: User, told: Measured, said: str) -> None:
    with pytest.raises(CaseRefused, match=said):
        records.measure_load(officer, arrived, told)


def test_a_meter_is_read(arrived: Visit, officer: User) -> None:
    row = records.read_meter(
        officer, arrived, " M1 ", Decimal("12345.6"), at=timezone.now(), seal_intact="no"
    )
    assert (row.meter_id, row.get_seal_intact_display()) == ("M1", "No")
    with pytest.raises(CaseRefused, match="meter's number"):
        records.read_meter(officer, arrived, "", Decimal(1), at=timezone.now())
    with pytest.raises(CaseRefused, match="can't be negative"):
        records.read_meter(officer, arrived, "M1", Decimal(-1), at=timezone.now())
