"""Webhooks: signed, retried, only what the owner sees, never inside."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone
from pytest_django import Settings

from gridcanary.accounts.models import User
from gridcanary.api.models import Delivery, Webhook
from gridcanary.api.signing import HEADER, TOLERANCE_S, is_genuine, sign
from gridcanary.api.webhooks import (
    MOST_TRIES,
    WebhookRefused,
    create_webhook,
    deliver_all,
    public_address,
    stop_webhook,
    wait_s,
)
from gridcanary.casework.actions import cases
from gridcanary.casework.actions.cases import open_case
from gridcanary.casework.models import Case
from tests.api.conftest import Program
from tests.casework.conftest import Departments


class Receiver:
    """A server on this machine that keeps what it is sent."""

    def __init__(self) -> None:
        self.status, self.got = 200, []  # type: int, list[tuple[str, bytes]]
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.headers[HEADER], body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.GRIDCANARY_WEBHOOK_HOSTS = ["127.0.0.1"]
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_events_come_signed_and_say_nothing_but_what_happened(
    case: Case, officer: User, receiver: Receiver
) -> None:
    hook, secret = create_webhook(officer, receiver.url, ["case"])
    cases.describe(officer, case, title="Secret title", summary="secret", origin="new")
    assert deliver_all() == (1, 0)
    ((signature, body),) = receiver.got
    assert is_genuine(secret, body, signature, int(time.time()))
    assert b'"kind": "case.described"' in body
    assert b"ecret" not in body
    assert deliver_all() == (0, 0)
    assert secret not in str(Webhook.objects.filter(pk=hook.pk).values())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda secret, body, header, now: (secret, body + b" ", header, now), id="other body"),
        pytest.param(lambda secret, body, header, now: (secret + "x", body, header, now), id="other secret"),
        pytest.param(
            lambda secret, body, header, now: (secret, body, header, now + TOLERANCE_S + 1), id="too old"
        ),
        pytest.param(lambda secret, body, header, now: (secret, body, "", now), id="no signature"),
        pytest.param(lambda secret, body, header, now: (secret, body, "t=x,v1=y", now), id="nonsense"),
    ],
)
def test_what_is_not_genuine(change: object) -> None:
    header = sign("s", b"{}", 1000)
    assert is_genuine("s", b"{}", header, 1000)
    assert not is_genuine(*change("s", b"{}", header, 1000))  # type: ignore[operator]


def test_a_failure_is_tried_again_and_given_up_in_the_end(
    case: Case, officer: User, receiver: Receiver
) -> None:
    create_webhook(officer, receiver.url, [])
    receiver.status = 500
    cases.describe(officer, case, title="t", summary="", origin="new")
    assert deliver_all() == (0, 1)
    delivery = Delivery.objects.get()
    assert delivery.next_try_at > timezone.now()
    assert deliver_all() == (0, 0)
    Delivery.objects.update(next_try_at=timezone.now())
    receiver.status = 200
    assert deliver_all() == (1, 0)
    receiver.status = 302
    cases.describe(officer, case, title="u", summary="", origin="new")
    Delivery.objects.filter(taken_at=None).update(tries=MOST_TRIES - 1)
    deliver_all()
    Delivery.objects.filter(taken_at=None).update(tries=MOST_TRIES - 1, next_try_at=timezone.now())
    deliver_all()
    assert Delivery.objects.filter(given_up_at__isnull=False).count() == 1


def test_waits_double_up_to_six_hours() -> None:
    waits = [wait_s(tries) for tries in range(1, MOST_TRIES + 1)]
    assert waits[:3] == [30, 60, 120]
    assert waits == sorted(waits)
    assert waits[-1] == 6 * 3600


def test_a_stranger_hears_nothing(
    case: Case, officer: User, stranger: User, departments: Departments, receiver: Receiver
) -> None:
    create_webhook(stranger, receiver.url, [])
    cases.describe(officer, case, title="t", summary="", origin="new")
    open_case(stranger, departments.other_energy, "own")
    deliver_all()
    assert receiver.got
    assert case.number.encode() not in b"".join(body for _signature, body in receiver.got)


def test_a_stopped_webhook_is_silent(case: Case, officer: User, receiver: Receiver) -> None:
    hook, _secret = create_webhook(officer, receiver.url, [])
    cases.describe(officer, case, title="t", summary="", origin="new")
    stop_webhook(hook, "no longer")
    assert deliver_all() == (0, 0)
    assert receiver.got == []


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://example.org/", id="not https"),
        pytest.param("https://127.0.0.1/", id="loopback"),
        pytest.param("https://[::1]/", id="loopback 6"),
        pytest.param("https://10.0.0.8/", id="private"),
        pytest.param("https://169.254.169.254/latest/", id="link local"),
        pytest.param("https://0.0.0.0/", id="unspecified"),
        pytest.param("https://2130706433/", id="loopback as a number"),
        pytest.param("https://user:pw@127.0.0.1/", id="password"),
        pytest.param("https://no-such-host.invalid/", id="no such host"),
        pytest.param("https://", id="no host"),
        pytest.param("https://[", id="no address at all"),
        pytest.param("https://127.0.0.1:99999/", id="no such port"),
        pytest.param("file:///etc/passwd", id="file"),
    ],
)
def test_addresses_inside_are_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        public_address(url)


def test_a_public_address_is_taken() -> None:
    assert public_address("https://1.1.1.1/x") == ("1.1.1.1", 443, "1.1.1.1")


def test_webhooks_of_others_are_not_there(officer: User, stranger: User, receiver: Receiver) -> None:
    made = Program(officer).post("/webhooks", {"url": receiver.url, "kinds": ["clock"]}).json()
    assert made["secret"]
    listed = Program(officer).get("/webhooks").json()
    assert [(hook["id"], hook["secret"]) for hook in listed] == [(made["id"], None)]
    assert Program(stranger).get("/webhooks").json() == []
    assert Program(stranger).delete(f"/webhooks/{made['id']}").status_code == 404
    assert Program(officer).delete(f"/webhooks/{made['id']}").json()["stopped_at"]


def test_a_refused_address_is_a_409(officer: User) -> None:
    assert Program(officer).post("/webhooks", {"url": "https://10.0.0.8/"}).status_code == 409


def test_what_happened_before_is_not_sent(case: Case, officer: User, receiver: Receiver) -> None:
    create_webhook(officer, receiver.url, [])
    deliver_all(timezone.now() + dt.timedelta(hours=1))
    assert receiver.got == []
