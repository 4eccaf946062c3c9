"""Tips find their premises in the archive: the one that fits, several that stay several, and none from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse

from gridcanary.accounts.models import Role, User
from gridcanary.console.premises_archive import archive_of_premises
from gridcanary.places import Point
from gridcanary.tips import premises
from gridcanary.tips.actions.sending import TipFacts, send_tip
from gridcanary.tips.models import Tip, TipLead
from gridcanary.tips.premises import Told, premises_of, told_of
from tests.casework.conftest import Departments, person

AREA = "370812"
ROWS = [
    ("P1", "M1", "济宁市鑫达粮油有限公司", "山东省济宁市兖州区建设路８８号", AREA, None, None),
    ("P2", "M2", "张三", "济宁市兖州区建设路188号", AREA, None, None),
    ("P3", "M3", "兖州区恒源冷库", "济宁市兖州区建设路6号", AREA, 35.55, 116.80),
    ("P4", "M4", "李四", "济宁市兖州区文化街5号1户", AREA, None, None),
    ("P5", "M5", "王五", "济宁市兖州区文化街5号2户", AREA, None, None),
    ("P6", "M6", "远方公司", "济宁市任城区建设路88号", "370811", None, None),
    ("P7", "M7", None, None, AREA, None, None),
]


@pytest.fixture
def archive(home: Path) -> pa.Table:
    """An archive in the workspace, without two of its columns."""
    names = list(premises.COLUMNS)
    table = pa.table(
        {
            name: pa.array([row[at] for row in ROWS], pa.float64() if name in ("lat", "lon") else pa.string())
            for at, name in enumerate(names)
        }
    )
    (home / "lake").mkdir(parents=True)
    pq.write_table(table, home / "lake" / "customers.parquet")
    return archive_of_premises()


def test_street_and_number_tell_the_premises(archive: pa.Table) -> None:
    match = premises_of("济宁市兖州区建设路88号", None, AREA)
    assert (match.state, match.premises_id) == ("matched", "P1")


def test_a_number_that_ends_alike_is_another_one(archive: pa.Table) -> None:
    assert premises_of("兖州区建设路8号", None, AREA).state == "none"


def test_a_name_tells_the_premises_without_a_number(archive: pa.Table) -> None:
    assert premises_of("兖州区建设路恒源冷库院内", None, AREA).premises_id == "P3"


def test_two_customers_of_one_house_stay_two(archive: pa.Table) -> None:
    match = premises_of("兖州区文化街5号", None, AREA)
    assert (match.state, match.premises_id) == ("ambiguous", "")
    assert {key for key, _like in match.candidates} == {"P4", "P5"}


def test_a_pin_alone_finds_what_lies_there(archive: pa.Table) -> None:
    assert "P3" in dict(premises_of("", Point(35.5503, 116.8003), AREA).candidates)
    assert premises_of("", Point(35.60, 116.80), AREA).state == "none"


@pytest.mark.parametrize("area", ["", "370800", "370000", "370811"])
def test_other_areas_and_whole_cities_are_not_searched(archive: pa.Table, area: str) -> None:
    assert premises_of("兖州区建设路88号", None, area).premises_id != "P1"


def test_without_an_archive_nothing_is_found(home: Path) -> None:
    assert archive_of_premises().num_rows == 0
    assert premises_of("兖州区建设路88号", None, AREA).state == "none"


def test_an_archive_without_addresses_is_none(home: Path) -> None:
    (home / "lake").mkdir(parents=True)
    table = pa.table({"premises_id": ["P1"], "meter_id": ["M1"]})
    pq.write_table(table, home / "lake" / "customers.parquet")
    assert premises_of("兖州区建设路88号", Point(35.55, 116.8), AREA).state == "none"


def test_a_long_text_is_cut_not_searched_for_minutes(archive: pa.Table) -> None:
    assert premises_of("兖州区" + "风扇轰鸣夜里很响" * 500, None, AREA).state == "none"


def test_facts_are_told_within_an_area_only(archive: pa.Table) -> None:
    match = premises_of("兖州区建设路88号", None, AREA)
    assert told_of(match, "3708")[0] == Told("P1", "山东省济宁市兖州区建设路88号", "M1", 92.0)
    assert told_of(match, "3701") == []


@pytest.mark.django_db(transaction=True)
class TestAtTheDesk:
    """What staff see and choose."""

    @pytest.fixture
    def officer(self, departments: Departments) -> User:
        return person("tips-officer", departments.energy, Role.OFFICER)

    def sent(self, departments: Departments, place: str) -> Tip:
        facts = TipFacts(cues=("fan_roar",), told="整夜轰鸣", place=place)
        return Tip.objects.get(pk=send_tip(facts, unit=departments.energy).tip.pk)

    def page(self, user: User, tip: Tip) -> str:
        client = Client()
        client.force_login(user)
        return client.get(reverse("tips:tip", kwargs={"reference": tip.reference})).content.decode()

    def test_a_sure_premises_is_taken_by_tip_and_lead(
        self, archive: pa.Table, departments: Departments, officer: User
    ) -> None:
        tip = self.sent(departments, "济宁市兖州区建设路88号")
        assert tip.premises_id == TipLead.objects.get().premises_id == "P1"
        assert "/premises/M1/" in self.page(officer, tip)

    def test_a_department_of_an_area_outside_the_tables_takes_its_tips_as_its_own(
        self, departments: Departments
    ) -> None:
        departments.energy.admin_code = "990127"
        departments.energy.save()
        first, second = (self.sent(departments, f"云河县柳沟镇建设路{n}号") for n in ("12", "12"))
        assert (first.admin_code, first.lead_id) == ("990127", second.lead_id)
        assert self.sent(departments, "云河县城关镇建设路12号").admin_code == "990127"
        assert self.sent(departments, "济宁市兖州区建设路12号").admin_code == AREA

    def test_a_lead_learns_its_premises_from_a_later_tip(
        self, archive: pa.Table, departments: Departments
    ) -> None:
        first = self.sent(departments, "济宁市兖州区建设路88号")
        Tip.objects.update(premises_id="")
        TipLead.objects.update(premises_id="")
        second = self.sent(departments, "兖州区建设路８８号")
        assert second.lead_id == first.lead_id
        assert TipLead.objects.get().premises_id == "P1"

    def test_of_several_none_is_taken_and_all_are_offered(
        self, archive: pa.Table, departments: Departments, officer: User
    ) -> None:
        tip = self.sent(departments, "济宁市兖州区文化街5号")
        assert tip.premises_id == ""
        page = self.page(officer, tip)
        assert "/premises/M4/" in page
        assert "/premises/M5/" in page
        assert "李四" not in page
        assert "王五" not in page

    def test_choosing_a_candidate_keeps_it_through_another_comparing(
        self, archive: pa.Table, departments: Departments, officer: User
    ) -> None:
        tip = self.sent(departments, "济宁市兖州区文化街5号")
        client = Client()
        client.force_login(officer)
        chosen = {"what": "place", "admin_code": AREA, "premises_id": "P5"}
        client.post(reverse("tips:act", kwargs={"reference": tip.reference}), chosen)
        client.post(reverse("tips:act", kwargs={"reference": tip.reference}), {"what": "settle"})
        kept = Tip.objects.get(pk=tip.pk)
        assert (kept.premises_id, kept.place_state) == ("P5", "by_hand")

    def test_premises_elsewhere_show_nothing_to_people_of_an_area(
        self, archive: pa.Table, departments: Departments, officer: User
    ) -> None:
        tip = self.sent(departments, "济宁市兖州区某村")
        Tip.objects.filter(pk=tip.pk).update(premises_id="P6")
        User.objects.filter(pk=officer.pk).update(area_prefix=AREA)
        officer.refresh_from_db()
        page = self.page(officer, Tip.objects.get(pk=tip.pk))
        assert "任城区" not in page

    def test_a_tip_stands_though_comparing_breaks_off_and_is_compared_later(
        self, departments: Departments, officer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken() -> pa.Table:
            raise OSError("disk")

        with monkeypatch.context() as patched:
            patched.setattr(premises, "_known", [broken])
            tip = self.sent(departments, "济宁市兖州区建设路88号")
        assert tip.lead is None
        client = Client()
        client.force_login(officer)
        assert tip.reference in client.get(reverse("tips:leads")).content.decode()
        client.post(reverse("tips:act", kwargs={"reference": tip.reference}), {"what": "settle"})
        assert Tip.objects.get(pk=tip.pk).lead is not None
        assert (
            "Compare now" not in client.get(reverse("tips:leads"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
        )
