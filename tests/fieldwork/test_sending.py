"""Entries with a key: recorded once, refused twice, and never under a key that means something else."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.accounts.models import User
from gridcanary.fieldwork.actions.sending import believed, digest_of
from gridcanary.fieldwork.models import ChecklistAnswer, SentEntry, Visit, VisitPhoto
from tests.fieldwork.conftest import browser, picture


def send(client: Client, visit: Visit, form: str, **fields: Any) -> HttpResponse:
    place = reverse("fieldwork:entry", kwargs={"visit_id": visit.pk, "kind": form})
    return client.post(place, fields, headers={"Accept": "application/json"})  # type: ignore[return-value]


def yes(**fields: Any) -> dict[str, Any]:
    return {"item": "mining_software", "answer": "yes", "note": "cgminer", **fields}


@pytest.fixture
def client(officer: User) -> Client:
    return browser(officer)


def test_a_second_copy_is_answered_and_not_recorded(client: Client, arrived: Visit) -> None:
    key = uuid.uuid4()
    states = [
        send(client, arrived, "answer", **yes(entry_key=key, photos=[picture()])).json()["state"]
        for _ in range(3)
    ]
    assert states == ["recorded", "already", "already"]
    assert (ChecklistAnswer.objects.count(), SentEntry.objects.count(), VisitPhoto.objects.count()) == (
        1,
        1,
        1,
    )


def test_a_key_with_another_content_is_a_conflict(client: Client, arrived: Visit, policeman: User) -> None:
    key = uuid.uuid4()
    send(client, arrived, "answer", **yes(entry_key=key))
    for changed in (yes(entry_key=key, note="xmrig"), yes(entry_key=key, photos=[picture()])):
        answer = send(client, arrived, "answer", **changed)
        assert (answer.status_code, answer.json()["state"]) == (409, "conflict")
    answer = send(browser(policeman), arrived, "answer", **yes(entry_key=key))
    assert answer.status_code == 409
    assert ChecklistAnswer.objects.count() == 1


def test_a_refused_entry_leaves_its_key_free(client: Client, visit: Visit) -> None:
    key = uuid.uuid4()
    refused = send(client, visit, "answer", **yes(entry_key=key, photos=[picture()]))
    assert (refused.status_code, refused.json()["text"]) == (422, "Record the arrival first.")
    assert not VisitPhoto.objects.exists()
    send(client, visit, "arrive", entry_key=uuid.uuid4())
    assert send(client, visit, "answer", **yes(entry_key=key)).json()["state"] == "recorded"


@pytest.mark.parametrize(
    ("form", "fields", "said"),
    [
        pytest.param("answer", {"answer": "yes"}, "entry_key", id="no-key"),
        pytest.param(
            "answer", {"entry_key": uuid.uuid4(), "item": "mining_software"}, "Answer", id="no-answer"
        ),
        pytest.param("load", {"entry_key": uuid.uuid4(), "kw_total": "much"}, "Total load", id="no-number"),
        pytest.param("photo", {"entry_key": uuid.uuid4(), "caption": "x"}, "Photographs", id="no-photo"),
        pytest.param(
            "meter", {"entry_key": uuid.uuid4(), "register_kwh": "1"}, "Meter number", id="no-meter"
        ),
    ],
)
def test_what_is_missing_is_named(
    client: Client, arrived: Visit, form: str, fields: dict[str, Any], said: str
) -> None:
    answer = send(client, arrived, form, **fields)
    assert answer.status_code == 422
    assert said.lower().replace("_", " ") in answer.json()["text"].lower()


def test_other_files_are_refused(client: Client, arrived: Visit) -> None:
    file = picture("virus.exe")
    file.content_type = "application/x-msdownload"
    answer = send(client, arrived, "photo", entry_key=uuid.uuid4(), caption="x", photos=[file])
    assert answer.status_code == 422
    assert "neither a photograph nor a video" in answer.json()["text"]


@pytest.mark.parametrize(
    "form", ["arrive", "answer", "people", "load", "meter", "device", "photo", "finish", "give-up"]
)
def test_strangers_send_into_nothing(arrived: Visit, stranger: User, form: str) -> None:
    assert send(browser(stranger), arrived, form, entry_key=uuid.uuid4()).status_code == 404
    assert not SentEntry.objects.exists()


def test_an_unknown_form_is_nothing(client: Client, arrived: Visit) -> None:
    assert send(client, arrived, "no-such", entry_key=uuid.uuid4()).status_code == 404


def test_a_page_without_a_token_sends_nothing(officer: User, arrived: Visit) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)
    assert send(strict, arrived, "answer", **yes(entry_key=uuid.uuid4())).status_code == 403
    token = strict.get(reverse("fieldwork:session")).json()["token"]
    place = reverse("fieldwork:entry", kwargs={"visit_id": arrived.pk, "kind": "answer"})
    sent = strict.post(
        place, yes(entry_key=uuid.uuid4()), headers={"X-CSRFToken": token, "Accept": "application/json"}
    )
    assert sent.json()["state"] == "recorded"


def test_an_entry_counts_for_when_it_was_written(client: Client, arrived: Visit) -> None:
    written = timezone.now() - dt.timedelta(minutes=20)
    send(client, arrived, "answer", **yes(entry_key=uuid.uuid4(), written_at=written.isoformat()))
    assert ChecklistAnswer.objects.get().answered_at == written


@pytest.mark.parametrize(
    ("ahead", "is_believed"),
    [
        pytest.param(dt.timedelta(0), True, id="now"),
        pytest.param(dt.timedelta(minutes=9), True, id="a-little-ahead"),
        pytest.param(dt.timedelta(minutes=11), False, id="in-the-future"),
        pytest.param(-dt.timedelta(days=29), True, id="old"),
        pytest.param(-dt.timedelta(days=31), False, id="too-old"),
    ],
)
def test_a_clock_that_can_not_be_right_is_not_believed(ahead: dt.timedelta, is_believed: bool) -> None:
    written = timezone.now() + ahead
    assert (believed(written) == written) is is_believed


FIELDS = st.dictionaries(
    st.text(max_size=5), st.lists(st.text(max_size=5), min_size=1, max_size=3), max_size=4
)


@given(FIELDS, FIELDS)
def test_only_the_same_content_has_the_same_digest(
    one: dict[str, list[str]], other: dict[str, list[str]]
) -> None:
    assert (digest_of(one, {}) == digest_of(other, {})) is (one == other)
    assert digest_of(dict(reversed(one.items())), {}) == digest_of(one, {})
