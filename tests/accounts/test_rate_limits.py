"""Rate limits: buckets that refill, visitors apart, and an answer that says how long to wait."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from gridcanary.accounts.models import User
from gridcanary.accounts.rate_limits import BUCKETS, Buckets
from gridcanary.accounts.rates import Rate
from gridcanary.console.sign_in_settings import RATES

TIGHT = Rate(burst=2, per_minute=6)


class Clock:
    """Seconds that the test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_one_at_a_time() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    assert [buckets.take("a", TIGHT) for _ in range(3)] == [0, 0, 10]
    clock.now = 10
    assert [buckets.take("a", TIGHT) for _ in range(2)] == [0, 10]
    assert buckets.take("b", TIGHT) == 0


@given(st.lists(st.floats(0, 100), max_size=60))
def test_nobody_gets_more_than_the_rate(pauses: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    granted = 0
    for pause in pauses:
        clock.now += pause
        granted += buckets.take("a", TIGHT) == 0
    assert granted <= TIGHT.burst + clock.now * TIGHT.per_minute / 60 + 1e-6


def test_the_memory_is_bounded() -> None:
    buckets = Buckets(most=3)
    for number in range(10):
        buckets.take(str(number), TIGHT)
    assert len(buckets._held) == 3


@pytest.fixture
def limited(settings: Settings) -> Settings:
    BUCKETS.clear()
    settings.GRIDCANARY_RATES = RATES | {"page": TIGHT, "sign_in": Rate(burst=1, per_minute=1)}
    return settings


@pytest.mark.django_db
def test_who_asks_too_often_is_told_to_wait(client: Client, limited: Settings) -> None:
    client.force_login(User.objects.create(username="li.na"))
    address = reverse("accounts:account")
    answers = [client.get(address) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "10"
    other = Client()
    other.force_login(User.objects.create(username="wang"))
    assert other.get(address).status_code == 200


@pytest.mark.django_db
def test_strangers_count_by_address_and_signing_in_by_itself(client: Client, limited: Settings) -> None:
    login = reverse("accounts:login")
    assert client.post(login, REMOTE_ADDR="10.0.0.1").status_code == 200
    assert client.post(login, REMOTE_ADDR="10.0.0.1").status_code == 429
    assert client.get(login, REMOTE_ADDR="10.0.0.1").status_code == 200
    assert client.post(login, REMOTE_ADDR="10.0.0.2").status_code == 200
    assert "10.0.0.1" not in str(BUCKETS._held)


@pytest.mark.django_db
def test_programs_get_an_answer_that_they_can_read(client: Client, limited: Settings) -> None:
    limited.GRIDCANARY_RATES = RATES | {"api": Rate(burst=1, per_minute=1)}
    client.get("/api/nothing")
    answer = client.get("/api/nothing")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/json")


def test_a_factor_scales_every_rate() -> None:
    assert Rate(10, 20).times(0.5) == Rate(5, 10)
    assert Rate(10, 20).times(0.01).burst == 1
