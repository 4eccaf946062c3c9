"""Signing in, and the brake on guessing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gridcanary.accounts.actions import add_user
from gridcanary.accounts.throttle import MAX_FAILURES

GOOD = "correct horse battery"


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, password: str, address: str = "10.0.0.1") -> HttpResponse:
    return client.post(
        reverse("accounts:login"), {"username": "li.na", "password": password}, REMOTE_ADDR=address
    )


@pytest.mark.django_db
def test_right_password_leads_to_the_list(client: Client) -> None:
    add_user("li.na", GOOD)
    response = sign_in(client, GOOD)
    assert response.status_code == 302
    assert response["Location"] == reverse("console:findings")


@pytest.mark.django_db
def test_after_some_failures_even_the_right_password_waits(client: Client) -> None:
    add_user("li.na", GOOD)
    for _ in range(MAX_FAILURES):
        assert sign_in(client, "wrong").status_code == 200
    assert sign_in(client, GOOD).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_lock_holds_for_one_address_only(client: Client) -> None:
    add_user("li.na", GOOD)
    for _ in range(MAX_FAILURES):
        sign_in(client, "wrong")
    assert sign_in(client, GOOD, address="10.0.0.2").status_code == 302


@pytest.mark.django_db
def test_a_right_password_forgets_the_failures(client: Client) -> None:
    add_user("li.na", GOOD)
    for _ in range(MAX_FAILURES - 1):
        sign_in(client, "wrong")
    assert sign_in(client, GOOD).status_code == 302
    client.logout()
    sign_in(client, "wrong")
    assert sign_in(client, GOOD).status_code == 302


@pytest.mark.django_db
def test_signing_out_needs_a_post(client: Client) -> None:
    add_user("li.na", GOOD)
    sign_in(client, GOOD)
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).status_code == 302
    assert "_auth_user_id" not in client.session
