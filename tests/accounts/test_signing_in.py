"""Signing in: the password, the second factor, the brake on guessing, sessions that end, proving it again."""

from __future__ import annotations

import datetime as dt
import time

import pyotp
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from gridcanary.accounts import totp
from gridcanary.accounts.actions import add_user, lock_user
from gridcanary.accounts.models import Role, SignInBrake, TotpDevice, User, UserSession
from gridcanary.accounts.sessions import CONFIRMED, SEEN, STARTED
from gridcanary.accounts.throttle import (
    FREE_FOR_ACCOUNT,
    FREE_FOR_ADDRESS,
    Attempt,
    forget_old_failures,
    wait_after,
)
from gridcanary.accounts.unit_actions import add_membership, add_unit

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery"


@pytest.fixture
def person() -> User:
    return add_user("li.na", GOOD)


def sign_in(
    client: Client, password: str = GOOD, address: str = "10.0.0.1", name: str = "li.na"
) -> HttpResponse:
    return client.post(
        reverse("accounts:login"), {"username": name, "password": password}, REMOTE_ADDR=address
    )


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:account")).status_code == 200


def enrol(user: User) -> tuple[pyotp.TOTP, list[str]]:
    generator = pyotp.TOTP(totp.secret_of(totp.begin_enrolment(user)))
    return generator, totp.confirm_enrolment(user, generator.now())


def next_code(generator: pyotp.TOTP) -> str:
    """The code of the half minute to come, because this one's may be used up; the clock's tolerance takes it."""
    return generator.at(int(time.time()) + 30)


def set_clock(client: Client, **stamps: float) -> None:
    session = client.session
    session.update(stamps)
    session.save()


def test_right_password_leads_to_the_list(client: Client, person: User) -> None:
    response = sign_in(client)
    assert response.status_code == 302
    assert response["Location"] == reverse("console:findings")
    assert is_in(client)


def test_signing_out_needs_a_post(client: Client, person: User) -> None:
    sign_in(client)
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).status_code == 302
    assert not is_in(client)
    assert not UserSession.objects.exists()


def test_after_some_failures_even_the_right_password_waits(client: Client, person: User) -> None:
    for _ in range(FREE_FOR_ACCOUNT):
        assert sign_in(client, "wrong").status_code == 200
    answer = sign_in(client)
    assert answer.status_code == 200
    assert "1" in str(answer.context["form"].non_field_errors())
    assert not is_in(client)


def test_another_address_does_not_get_round_the_wait(client: Client, person: User) -> None:
    for number in range(FREE_FOR_ACCOUNT):
        sign_in(client, "wrong", address=f"10.0.0.{number}")
    assert sign_in(client, address="10.9.9.9").status_code == 200


def test_names_that_do_not_exist_wait_too(client: Client) -> None:
    for _ in range(FREE_FOR_ACCOUNT):
        sign_in(client, "wrong", name="nobody")
    assert Attempt("nobody", "10.0.0.1").wait() > dt.timedelta(0)


def test_an_address_that_tries_many_names_waits(client: Client, person: User) -> None:
    for number in range(FREE_FOR_ADDRESS):
        Attempt(f"name{number}", "10.0.0.1").record_failure()
    assert sign_in(client).status_code == 200
    assert sign_in(client, address="10.0.0.2").status_code == 302


def test_an_owner_whose_browser_is_known_is_not_locked_out_by_strangers(client: Client, person: User) -> None:
    sign_in(client)
    client.post(reverse("accounts:logout"))
    for number in range(FREE_FOR_ACCOUNT + 3):
        sign_in(Client(), "wrong", address=f"10.0.1.{number}")
    assert sign_in(Client(), address="10.0.2.1").status_code == 200
    assert sign_in(client, address="10.0.2.1").status_code == 302


def test_a_mark_of_one_account_does_not_open_another(client: Client, person: User) -> None:
    add_user("wang", GOOD)
    sign_in(client, name="wang")
    client.post(reverse("accounts:logout"))
    for number in range(FREE_FOR_ACCOUNT):
        sign_in(client, "wrong", address=f"10.0.1.{number}")
    assert sign_in(client, address="10.0.2.1").status_code == 200


def test_waits_double_up_to_an_hour() -> None:
    minutes = [wait_after(extra).total_seconds() / 60 for extra in range(8)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60]
    assert wait_after(10_000) == dt.timedelta(hours=1)


def test_the_wait_ends_and_a_right_password_forgets(client: Client, person: User) -> None:
    now = timezone.now()
    attempt = Attempt("li.na", "10.0.0.1")
    for _ in range(FREE_FOR_ACCOUNT):
        attempt.record_failure(now)
    assert attempt.wait(now) == dt.timedelta(minutes=1)
    assert attempt.wait(now + dt.timedelta(minutes=1)) == dt.timedelta(0)
    attempt.record_failure(now + dt.timedelta(minutes=1))
    assert attempt.wait(now + dt.timedelta(minutes=1)) == dt.timedelta(minutes=2)
    attempt.record_success()
    assert attempt.wait(now + dt.timedelta(minutes=1)) == dt.timedelta(0)


def test_failures_are_forgotten_after_a_day() -> None:
    now = timezone.now()
    Attempt("li.na", "10.0.0.1").record_failure(now - dt.timedelta(hours=25))
    assert forget_old_failures(now) == 2
    assert not SignInBrake.objects.exists()


def test_the_brake_shows_neither_names_nor_addresses(client: Client) -> None:
    sign_in(client, "wrong")
    kept = " ".join(str(vars(brake)) for brake in SignInBrake.objects.all())
    assert "li.na" not in kept
    assert "10.0.0.1" not in kept


def test_with_an_authenticator_the_password_alone_is_not_enough(client: Client, person: User) -> None:
    generator, _codes = enrol(person)
    response = sign_in(client)
    assert response["Location"].startswith(reverse("accounts:second_factor"))
    assert not is_in(client)
    assert client.post(reverse("accounts:second_factor"), {"code": "000000"}).status_code == 200
    assert not is_in(client)
    assert client.post(reverse("accounts:second_factor"), {"code": next_code(generator)}).status_code == 302
    assert is_in(client)


def test_a_code_is_good_once(person: User) -> None:
    generator, _codes = enrol(person)
    code = next_code(generator)
    assert totp.check_second_factor(person, code)
    assert not totp.check_second_factor(person, code)


@pytest.mark.parametrize(
    ("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)], ids=str
)
def test_codes_hold_for_half_a_minute_to_either_side(person: User, steps: int, right: bool) -> None:
    device = totp.begin_enrolment(person)
    code = pyotp.TOTP(totp.secret_of(device)).at(1_800_000_000 + 30 * steps)
    assert totp.check_code(device, code, now=1_800_000_000) is right


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5x"])
def test_what_is_no_code_is_wrong(person: User, code: str) -> None:
    assert not totp.check_code(totp.begin_enrolment(person), code)


def test_a_recovery_code_works_once_whatever_its_case_and_hyphens(person: User) -> None:
    _generator, codes = enrol(person)
    assert len(set(codes)) == totp.RECOVERY_CODES
    assert totp.check_second_factor(person, codes[0].upper().replace("-", " "))
    assert not totp.check_second_factor(person, codes[0])
    assert totp.codes_left(person) == totp.RECOVERY_CODES - 1
    totp.renew_recovery_codes(person)
    assert not totp.check_second_factor(person, codes[1])


def test_another_persons_recovery_code_is_wrong(person: User) -> None:
    _generator, codes = enrol(person)
    other = add_user("wang", GOOD)
    enrol(other)
    assert not totp.check_second_factor(other, codes[0])


def test_guessing_codes_waits_like_guessing_passwords(client: Client, person: User) -> None:
    generator, _codes = enrol(person)
    sign_in(client)
    for _ in range(FREE_FOR_ACCOUNT):
        client.post(reverse("accounts:second_factor"), {"code": "000000"})
    client.post(reverse("accounts:second_factor"), {"code": next_code(generator)})
    assert not is_in(client)


def test_the_password_does_not_clear_the_count_of_wrong_codes(client: Client, person: User) -> None:
    enrol(person)
    for _ in range(FREE_FOR_ACCOUNT):
        sign_in(client)
        client.post(reverse("accounts:second_factor"), {"code": "000000"})
    assert sign_in(client).status_code == 200


def test_the_wait_for_a_code_ends(client: Client, person: User) -> None:
    generator, _codes = enrol(person)
    sign_in(client)
    waiting = client.session["waits_for_code"]
    set_clock(client, waits_for_code={**waiting, "at": time.time() - 301})  # type: ignore[arg-type]
    assert client.post(reverse("accounts:second_factor"), {"code": next_code(generator)})[
        "Location"
    ] == reverse("accounts:login")
    assert not is_in(client)


def test_the_secret_is_encrypted_in_the_database(person: User) -> None:
    device = totp.begin_enrolment(person)
    secret = totp.secret_of(device)
    assert TotpDevice.objects.filter(pk=device.pk).exists()
    assert secret not in str(vars(TotpDevice.objects.get(pk=device.pk)))


def test_the_page_to_enrol_shows_a_picture_and_ends_with_codes(client: Client, person: User) -> None:
    sign_in(client)
    page = client.get(reverse("accounts:enrol"))
    assert b"<svg" in page.content
    assert b"style=" not in page.content
    assert b"<script>" not in page.content
    generator = pyotp.TOTP(totp.secret_of(totp.begin_enrolment(person)))
    assert generator.secret in page.content.decode()
    assert client.post(reverse("accounts:enrol"), {"code": "000000"}).context["wrong"]
    done = client.post(reverse("accounts:enrol"), {"code": generator.now()})
    assert len(done.context["codes"]) == totp.RECOVERY_CODES
    assert totp.has_second_factor(person)


def test_an_enrolment_without_a_first_code_does_not_lock_anybody_out(client: Client, person: User) -> None:
    totp.begin_enrolment(person)
    assert sign_in(client)["Location"] == reverse("console:findings")


def test_a_role_can_demand_a_second_factor(client: Client, person: User, settings: Settings) -> None:
    settings.GRIDCANARY_TOTP_ROLES = [Role.APPROVER]
    sign_in(client)
    assert is_in(client)
    client.post(reverse("accounts:logout"))
    add_membership(person, add_unit("sd", "山东省", kind="energy"), Role.APPROVER)
    sign_in(client)
    assert client.get(reverse("accounts:account"))["Location"] == reverse("accounts:enrol")
    assert client.get(reverse("accounts:enrol")).status_code == 200
    generator = pyotp.TOTP(totp.secret_of(totp.begin_enrolment(person)))
    client.post(reverse("accounts:enrol"), {"code": generator.now()})
    assert is_in(client)


@pytest.mark.parametrize(
    ("stamps", "still_in"),
    [
        pytest.param({STARTED: -3600 * 11.9, SEEN: -60}, True, id="long day"),
        pytest.param({STARTED: -3600 * 12.1, SEEN: -60}, False, id="too old"),
        pytest.param({STARTED: -3600 * 2, SEEN: -59 * 60}, True, id="quiet for a while"),
        pytest.param({STARTED: -3600 * 2, SEEN: -61 * 60}, False, id="left alone"),
    ],
)
def test_sessions_end(client: Client, person: User, stamps: dict[str, float], still_in: bool) -> None:
    sign_in(client)
    set_clock(client, **{name: time.time() + offset for name, offset in stamps.items()})
    assert is_in(client) is still_in


def test_going_on_keeps_an_idle_session_alive(client: Client, person: User) -> None:
    sign_in(client)
    set_clock(client, **{SEEN: time.time() - 3000})
    assert is_in(client)
    assert time.time() - client.session[SEEN] < 60


def test_a_session_ended_from_another_browser_is_over_at_once(client: Client, person: User) -> None:
    other = Client(headers={"user-agent": "Elsewhere/1.0"})
    sign_in(client)
    sign_in(other)
    assert is_in(other)
    page = client.get(reverse("accounts:account")).content.decode()
    assert "Elsewhere/1.0" in page
    record = UserSession.objects.get(browser="Elsewhere/1.0")
    assert client.post(reverse("accounts:end_session", args=[record.pk])).status_code == 302
    assert not is_in(other)
    assert is_in(client)


def test_nobody_ends_somebody_elses_session(client: Client, person: User) -> None:
    add_user("wang", GOOD)
    other = Client()
    sign_in(other, name="wang")
    assert is_in(other)
    sign_in(client)
    record = UserSession.objects.get(user__username="wang")
    assert client.post(reverse("accounts:end_session", args=[record.pk])).status_code == 404
    assert is_in(other)


def test_a_new_password_ends_the_other_sessions(client: Client, person: User) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    assert is_in(other)
    new = "another horse battery"
    fields = {"old_password": GOOD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("accounts:password"), {**fields, "old_password": "x"}).status_code == 200
    assert client.post(reverse("accounts:password"), fields).status_code == 302
    assert is_in(client)
    assert not is_in(other)
    assert UserSession.objects.count() == 1
    assert sign_in(Client(), new).status_code == 302


def test_locking_an_account_ends_its_sessions(client: Client, person: User) -> None:
    sign_in(client)
    assert is_in(client)
    lock_user(person, locked=True)
    assert not is_in(client)
    assert sign_in(client).status_code == 200
    lock_user(person, locked=False)
    assert sign_in(client).status_code == 302


def test_sensitive_pages_ask_again_after_five_minutes(client: Client, person: User) -> None:
    sign_in(client)
    assert client.get(reverse("accounts:new_token")).status_code == 200
    set_clock(client, **{CONFIRMED: time.time() - 301})
    answer = client.get(reverse("accounts:new_token"))
    assert answer["Location"] == f"{reverse('accounts:confirm')}?next=%2Faccounts%2Ftokens%2Fnew%2F"
    assert client.post(answer["Location"], {"password": "wrong"}).status_code == 200
    assert client.get(reverse("accounts:new_token")).status_code == 302
    answer = client.post(answer["Location"], {"password": GOOD})
    assert answer["Location"] == reverse("accounts:new_token")
    assert client.get(reverse("accounts:new_token")).status_code == 200


def test_a_form_that_needs_it_comes_back_to_its_page_and_htmx_is_led_there(
    client: Client, person: User
) -> None:
    sign_in(client)
    set_clock(client, **{CONFIRMED: 0.0})
    address = reverse("accounts:recovery_codes")
    answer = client.post(address, headers={"referer": "http://testserver/accounts/?a=1"})
    assert answer["Location"].endswith("?next=%2Faccounts%2F%3Fa%3D1")
    answer = client.post(address, headers={"referer": "http://elsewhere.example/x"})
    assert answer["Location"].endswith("?next=%2F")
    answer = client.post(address, headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (
        204,
        f"{reverse('accounts:confirm')}?next=%2F",
    )


def test_guessing_the_password_again_waits_too(client: Client, person: User) -> None:
    sign_in(client)
    set_clock(client, **{CONFIRMED: 0.0})
    for _ in range(FREE_FOR_ACCOUNT):
        client.post(reverse("accounts:confirm"), {"password": "wrong"})
    assert client.post(reverse("accounts:confirm"), {"password": GOOD}).status_code == 200


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(client: Client, person: User, onward: str) -> None:
    answer = client.post(reverse("accounts:login"), {"username": "li.na", "password": GOOD, "next": onward})
    assert answer["Location"] == reverse("console:findings")
    answer = client.post(reverse("accounts:confirm"), {"password": GOOD, "next": onward})
    assert answer["Location"] == reverse("accounts:account")


def test_passwords_are_hashed_with_argon2(settings: Settings) -> None:
    from gridcanary.console import settings as shipped

    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS
    assert add_user("wang", GOOD).password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        pytest.param(0, "1.2.3.4", "10.0.0.1", id="no proxy: the header is anybody's"),
        pytest.param(1, "9.9.9.9, 1.2.3.4", "1.2.3.4", id="one proxy: the last entry"),
        pytest.param(2, "9.9.9.9, 1.2.3.4, 10.1.1.1", "1.2.3.4", id="two proxies"),
        pytest.param(1, "", "10.0.0.1", id="missing"),
        pytest.param(1, "no address", "10.0.0.1", id="nonsense"),
    ],
)
def test_the_address_behind_proxies(settings: Settings, proxies: int, forwarded: str, seen: str) -> None:
    from gridcanary.accounts.addresses import client_address

    settings.GRIDCANARY_PROXIES = proxies
    request = RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers={"x-forwarded-for": forwarded})
    assert client_address(request) == seen


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("", ""),
    ],
)
def test_a_household_counts_as_one_visitor(address: str, network: str) -> None:
    from gridcanary.accounts.addresses import network_of

    assert network_of(address) == network
