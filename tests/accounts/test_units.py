"""Departments as a tree, posts that begin and end, and what follows from them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from gridcanary.accounts.actions import renew_demo_user
from gridcanary.accounts.demo import DEPARTMENTS, IN_PAIRS, REVIEWING, build_people, build_units
from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.accounts.queries import members_of, units_below
from gridcanary.accounts.unit_actions import (
    UnitRefused,
    add_membership,
    add_unit,
    end_membership,
    move_unit,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def tree() -> dict[str, Unit]:
    province = add_unit("sd", "山东省", kind="local_government", admin_code="37")
    city = add_unit("jining", "济宁市", kind="local_government", parent=province, admin_code="3708")
    energy = add_unit("jining-energy", "济宁市能源局", name_en="Jining Energy", kind="energy", parent=city)
    other = add_unit("jinan", "济南市", kind="local_government", parent=province)
    return {unit.code: unit for unit in (province, city, energy, other)}


@pytest.fixture
def person() -> User:
    return User.objects.create(username="li.na")


def test_a_path_is_the_codes_from_the_root_down(tree: dict[str, Unit]) -> None:
    assert tree["jining-energy"].path == "sd/jining/jining-energy/"
    assert tree["jining-energy"].depth == 2


def test_a_unit_covers_itself_and_what_is_below(tree: dict[str, Unit]) -> None:
    assert tree["sd"].covers(tree["jining-energy"])
    assert tree["jining"].covers(tree["jining"])
    assert not tree["jining"].covers(tree["jinan"])
    assert not tree["jining-energy"].covers(tree["jining"])


def test_a_code_that_begins_like_another_is_not_below_it(tree: dict[str, Unit], person: User) -> None:
    longer = add_unit("jining2", "济宁二市", kind="local_government", parent=tree["sd"])
    add_membership(person, tree["jining"], Role.OFFICER)
    assert not tree["jining"].covers(longer)
    assert longer not in units_below(person)


def test_the_name_follows_the_language(tree: dict[str, Unit]) -> None:
    with override("en"):
        assert (tree["jining-energy"].name, tree["jining"].name) == ("Jining Energy", "济宁市")
    with override("zh-hans"):
        assert tree["jining-energy"].name == "济宁市能源局"


@pytest.mark.parametrize("code", ["", "Jining", "a/b", "jining energy", "-x", "济宁"])
def test_codes_that_would_spoil_a_path_are_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        add_unit(code, "x", kind="energy")


def test_moving_takes_everything_below_along(tree: dict[str, Unit]) -> None:
    move_unit(tree["jining"], tree["jinan"])
    assert Unit.objects.get(code="jining-energy").path == "sd/jinan/jining/jining-energy/"
    move_unit(tree["jining"], None)
    assert Unit.objects.get(code="jining-energy").path == "jining/jining-energy/"


def test_a_unit_cannot_be_moved_below_itself(tree: dict[str, Unit]) -> None:
    with pytest.raises(UnitRefused):
        move_unit(tree["jining"], tree["jining-energy"])
    with pytest.raises(UnitRefused):
        move_unit(tree["jining"], tree["jining"])


def test_the_first_post_is_the_main_one_until_another_is(tree: dict[str, Unit], person: User) -> None:
    assert person.unit is None
    add_membership(person, tree["jining-energy"], Role.OFFICER)
    add_membership(person, tree["jinan"], Role.CLERK)
    assert person.unit == tree["jining-energy"]
    add_membership(person, tree["sd"], Role.ANALYST, is_primary=True)
    assert person.unit == tree["sd"]
    assert person.unit_paths() == ["sd/", "sd/jining/jining-energy/", "sd/jinan/"]


def test_the_same_role_in_the_same_unit_is_held_once(tree: dict[str, Unit], person: User) -> None:
    add_membership(person, tree["sd"], Role.OFFICER)
    with pytest.raises(ValidationError):
        add_membership(person, tree["sd"], Role.OFFICER)


def test_an_ended_post_counts_no_more_and_stays_on_record(tree: dict[str, Unit], person: User) -> None:
    main = add_membership(person, tree["jining-energy"], Role.OFFICER)
    add_membership(person, tree["jinan"], Role.CLERK)
    end_membership(main)
    assert not person.has_role(Role.OFFICER)
    assert person.unit == tree["jinan"]
    assert Membership.objects.filter(user=person).count() == 2
    add_membership(person, tree["jining-energy"], Role.OFFICER)


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        pytest.param(-5, None, True, id="open end"),
        pytest.param(0, None, True, id="first day"),
        pytest.param(1, None, False, id="begins tomorrow"),
        pytest.param(-5, 0, True, id="last day"),
        pytest.param(-5, -1, False, id="over"),
    ],
)
def test_a_post_holds_from_its_first_to_its_last_day(
    tree: dict[str, Unit], person: User, since: int, until: int | None, holds: bool
) -> None:
    today = timezone.localdate()
    post = add_membership(person, tree["jinan"], Role.CLERK, since=today + since * DAY)
    if until is not None:
        end_membership(post, last_day=today + until * DAY)
    assert person.has_role(Role.CLERK) is holds


def test_roles_count_downwards_only(tree: dict[str, Unit], person: User) -> None:
    add_membership(person, tree["jining"], Role.SUPERVISOR)
    assert person.has_role(Role.SUPERVISOR, Role.CLERK)
    assert person.has_role(Role.SUPERVISOR, unit=tree["jining-energy"])
    assert not person.has_role(Role.SUPERVISOR, unit=tree["sd"])
    assert not person.has_role(Role.SUPERVISOR, unit=tree["jinan"])
    assert not person.has_role(Role.APPROVER, unit=tree["jining"])


def test_a_locked_person_and_a_closed_unit_give_nothing(tree: dict[str, Unit], person: User) -> None:
    add_membership(person, tree["jining"], Role.SUPERVISOR)
    Unit.objects.filter(code="jining").update(active=False)
    assert person.memberships_now() == []
    Unit.objects.filter(code="jining").update(active=True)
    assert set(units_below(person)) == {tree["jining"], tree["jining-energy"]}
    person.is_active = False
    assert not person.has_role(Role.SUPERVISOR)
    assert not units_below(person).exists()


def test_members_of_a_unit_and_of_what_is_below(tree: dict[str, Unit], person: User) -> None:
    post = add_membership(person, tree["jining-energy"], Role.OFFICER)
    assert list(members_of(tree["jining"])) == []
    assert list(members_of(tree["jining"], below=True)) == [post]
    assert list(members_of(tree["jining"], Role.APPROVER, below=True)) == []


@pytest.mark.parametrize(
    ("number", "until", "certified"),
    [("", None, False), ("A1", None, True), ("A1", 0, True), ("A1", -1, False)],
    ids=["no certificate", "no end", "last day", "run out"],
)
def test_certificates_run_out(number: str, until: int | None, certified: bool) -> None:
    today = timezone.localdate()
    last = None if until is None else today + until * DAY
    assert Membership(certificate_no=number, certified_until=last).is_certified() is certified


def test_the_demonstration_has_every_department_and_two_people_in_each() -> None:
    name, _password = renew_demo_user()
    renew_demo_user()
    demo = User.objects.get(username=name)
    units = build_units()
    assert {unit.kind for unit in units_below(demo)} == {"local_government", *DEPARTMENTS}
    assert demo.unit == units["demo-county-energy"]
    assert demo.memberships_now()[0].is_certified()
    assert demo.has_role(Role.ADMINISTRATOR, unit=units["demo-county-tax"])
    people = build_people(demo)
    assert people["demo.police"].has_role(Role.OFFICER, unit=units["demo-county-police"])
    assert people["demo.police.approver"].has_role(Role.APPROVER, unit=units["demo-county-police"])
    assert not people["demo.police"].has_usable_password()
    assert people["demo.energy.legal"].has_role(Role.LEGAL_REVIEWER, unit=units["demo-county-energy"])
    assert people["demo.local_government.approver"].has_role(Role.APPROVER, unit=units["demo-county"])
    posts = 2 * (len(DEPARTMENTS) + 1) + len(IN_PAIRS) + len(REVIEWING)
    assert Membership.objects.count() == 5 + posts


def test_units_of_an_earlier_demonstration_get_their_names() -> None:
    units = build_units()
    finance = units["demo-county-finance"]
    Unit.objects.filter(pk=finance.pk).update(name_zh="示范县财政局")
    assert build_units()["demo-county-finance"].name_zh == finance.name_zh == "示范县地方金融管理局"
