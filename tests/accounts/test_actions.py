"""Adding people, and the area that each may see."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from gridcanary.accounts.actions import add_user, renew_demo_user
from gridcanary.accounts.models import User

GOOD = "correct horse battery"


@pytest.mark.django_db
def test_an_added_person_can_sign_in() -> None:
    add_user("li.na", GOOD, area_prefix="3701")
    assert authenticate(username="li.na", password=GOOD) is not None
    assert User.objects.get(username="li.na").area_prefix == "3701"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "password", "area"),
    [
        pytest.param("li.na", "short", "", id="short password"),
        pytest.param("li.na", "1234567890123", "", id="digits only"),
        pytest.param("li na", GOOD, "", id="space in the name"),
        pytest.param("li.na", GOOD, "370", id="area of three digits"),
        pytest.param("li.na", GOOD, "ab", id="area of letters"),
    ],
)
def test_what_is_not_acceptable_leaves_nobody(username: str, password: str, area: str) -> None:
    with pytest.raises(ValidationError):
        add_user(username, password, area_prefix=area)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_name_is_taken_once() -> None:
    add_user("li.na", GOOD)
    with pytest.raises(ValidationError):
        add_user("li.na", GOOD)


@pytest.mark.django_db
def test_the_demo_password_is_new_each_time() -> None:
    name, first = renew_demo_user()
    _, second = renew_demo_user()
    assert first != second
    assert authenticate(username=name, password=first) is None
    assert authenticate(username=name, password=second) is not None


@pytest.mark.parametrize(
    ("prefix", "admin_code", "sees"),
    [
        pytest.param("", "370102", True, id="no limit"),
        pytest.param("", None, True, id="no limit, code unknown"),
        pytest.param("37", "370102", True, id="province"),
        pytest.param("3701", "370202", False, id="another prefecture"),
        pytest.param("370102", "370102", True, id="own county"),
        pytest.param("37", None, False, id="limited, code unknown"),
    ],
)
def test_area(prefix: str, admin_code: str | None, sees: bool) -> None:
    assert User(area_prefix=prefix).sees_area(admin_code) is sees


@pytest.mark.django_db
def test_units_and_posts_from_the_command_line() -> None:
    call_command("add_unit", "sd", "山东省", kind="local_government", area="37")
    call_command(
        "add_unit", "sd-energy", "山东省能源局", kind="energy", below="sd", english="Shandong Energy"
    )
    call_command("add_user", "li.na", password=GOOD, unit="sd-energy", role="approver")
    person = User.objects.get(username="li.na")
    assert person.unit is not None
    assert person.unit.path == "sd/sd-energy/"
    assert person.has_role("approver")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"unit": "nowhere"}, "no unit nowhere", id="no such unit"),
        pytest.param({"unit": "sd", "role": "king"}, "king", id="no such role"),
    ],
)
def test_a_post_that_cannot_be_leaves_nobody(options: dict[str, str], said: str) -> None:
    call_command("add_unit", "sd", "山东省", kind="local_government")
    with pytest.raises(CommandError, match=said):
        call_command("add_user", "li.na", password=GOOD, **options)
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "below"), [("sd", "nowhere"), ("SD", "")], ids=["no such unit above", "code of another shape"]
)
def test_a_unit_that_cannot_be(code: str, below: str) -> None:
    with pytest.raises(CommandError):
        call_command("add_unit", code, "山东省", kind="energy", below=below)


@pytest.mark.django_db
def test_an_account_without_a_password_opens_to_nobody() -> None:
    assert not add_user("li.na", "").has_usable_password()
    assert authenticate(username="li.na", password="") is None
