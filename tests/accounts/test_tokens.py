"""Tokens for programs: shown once, limited, ended."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gridcanary.accounts.actions import lock_user
from gridcanary.accounts.models import ApiToken, TokenScope, User
from gridcanary.accounts.tokens import (
    TOKENS_EACH,
    TokenRefused,
    authenticate_token,
    create_token,
    revoke_token,
)

pytestmark = pytest.mark.django_db
READ = TokenScope.CASES_READ


@pytest.fixture
def person() -> User:
    return User.objects.create(username="li.na")


def test_only_the_digest_is_kept(person: User) -> None:
    token, clear = create_token(person, "nightly", [READ], 90)
    assert clear.startswith("gck_")
    assert clear not in str(ApiToken.objects.values())
    assert clear.startswith(token.prefix)
    known = authenticate_token(clear)
    assert known == token
    assert known.user == person
    assert known.allows(READ)
    assert not known.allows(TokenScope.CASES_WRITE)
    assert known.last_used_at is None
    assert ApiToken.objects.get().last_used_at is not None


def test_ended_tokens_open_nothing(person: User) -> None:
    token, clear = create_token(person, "nightly", [READ], 90)
    revoke_token(token)
    assert authenticate_token(clear) is None
    token, clear = create_token(person, "nightly", [READ], 1)
    assert not token.is_valid(timezone.now() + dt.timedelta(days=1, seconds=1))
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    assert authenticate_token(clear) is None
    _token, clear = create_token(person, "nightly", [READ], 1)
    lock_user(person, locked=True)
    assert authenticate_token(clear) is None
    lock_user(person, locked=False)
    assert authenticate_token(clear) is None


@pytest.mark.parametrize("clear", ["", "gck_", "gck_" + "x" * 300, "Bearer x", "gck_\0"])
def test_nonsense_opens_nothing(person: User, clear: str) -> None:
    create_token(person, "nightly", [READ], 90)
    assert authenticate_token(clear) is None


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        pytest.param(" ", [READ], 90, id="no name"),
        pytest.param("x", [], 90, id="no scope"),
        pytest.param("x", ["everything"], 90, id="unknown scope"),
        pytest.param("x", [READ], 0, id="no time"),
        pytest.param("x", [READ], 367, id="too long"),
    ],
)
def test_what_cannot_be_made(person: User, name: str, scopes: list[str], days: int) -> None:
    with pytest.raises(TokenRefused):
        create_token(person, name, scopes, days)
    assert not ApiToken.objects.exists()


def test_there_is_an_end_to_tokens(person: User) -> None:
    for number in range(TOKENS_EACH):
        create_token(person, str(number), [READ], 1)
    with pytest.raises(TokenRefused):
        create_token(person, "one more", [READ], 1)


def test_the_page_shows_a_token_once(client: Client, person: User) -> None:
    client.force_login(person)
    fields = {"name": "nightly", "scopes": [READ], "days": "90"}
    made = client.post(reverse("accounts:new_token"), fields)
    clear = made.context["clear"]
    assert clear in made.content.decode()
    account = client.get(reverse("accounts:account")).content.decode()
    assert clear not in account
    assert ApiToken.objects.get().prefix in account
    client.post(reverse("accounts:end_token", args=[ApiToken.objects.get().pk]))
    assert authenticate_token(clear) is None


def test_nobody_ends_somebody_elses_token(client: Client, person: User) -> None:
    token, clear = create_token(User.objects.create(username="wang"), "nightly", [READ], 90)
    client.force_login(person)
    assert client.post(reverse("accounts:end_token", args=[token.pk])).status_code == 404
    assert authenticate_token(clear) is not None
