"""Signing in through an identity provider: a small real one on the loopback address."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.accounts.unit_actions import add_membership, add_unit

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What the provider says of whoever comes, and what it was asked."""

    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "s-1", "preferred_username": "li.na"})
    signing_key: rsa.RSAPrivateKey = KEY
    audience: str = "gridcanary"
    subject: str = ""
    expires_in: int = 60
    nonce: str = ""
    challenge: str = ""
    address: str = ""

    def id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": self.audience,
            "sub": self.subject or self.claims.get("sub"),
            "iat": now,
            "exp": now + self.expires_in,
            "nonce": self.nonce,
        }
        return jwt.encode(claims, self.signing_key, algorithm="RS256", headers={"kid": "1"})


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path == "/jwks":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                self.answer({"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]})
            else:
                self.answer(told.claims)

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            verifier = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
            assert base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == told.challenge
            self.answer({"id_token": told.id_token(), "access_token": "a", "token_type": "Bearer"})

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    told.address = f"http://127.0.0.1:{server.server_port}"
    settings.GRIDCANARY_OIDC = True
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS,
        "gridcanary.accounts.oidc.OidcBackend",
    ]
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = told.address + "/authorize"
    settings.OIDC_OP_TOKEN_ENDPOINT = told.address + "/token"
    settings.OIDC_OP_USER_ENDPOINT = told.address + "/userinfo"
    settings.OIDC_OP_JWKS_ENDPOINT = told.address + "/jwks"
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = "gridcanary", "secret"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def come_through(client: Client, provider: Provider, **changed: str) -> HttpResponse:
    """Out to the provider and back, as a browser would go."""
    out = client.get(reverse("accounts:oidc_login"))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(out["Location"]).query).items()}
    assert out["Location"].startswith(provider.address + "/authorize?")
    assert (asked["code_challenge_method"], asked["client_id"]) == ("S256", "gridcanary")
    provider.nonce, provider.challenge = asked["nonce"], asked["code_challenge"]
    sent = {"code": "c", "state": asked["state"], **changed}
    return client.get(reverse("accounts:oidc_callback"), sent)


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:account")).status_code == 200


def test_a_waiting_account_is_taken_over_and_known_by_its_subject(client: Client, provider: Provider) -> None:
    waiting = User.objects.create(username="li.na", password="!")
    assert come_through(client, provider)["Location"] == reverse("console:findings")
    assert is_in(client)
    waiting.refresh_from_db()
    assert waiting.oidc_subject == "s-1"
    provider.claims["preferred_username"] = "renamed"
    again = Client()
    come_through(again, provider)
    assert is_in(again)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "subject", "active"),
    [
        pytest.param("md5$x$y", None, True, id="an account with a password"),
        pytest.param("!", "s-2", True, id="an account of somebody else there"),
        pytest.param("!", None, False, id="a locked account"),
        pytest.param("!", "s-1", False, id="one's own, locked"),
    ],
)
def test_a_name_alone_opens_nothing(
    client: Client, provider: Provider, settings: Settings, password: str, subject: str | None, active: bool
) -> None:
    settings.GRIDCANARY_OIDC_CREATE = True
    User.objects.create(username="li.na", password=password, oidc_subject=subject, is_active=active)
    assert "refused" in come_through(client, provider)["Location"]
    assert not is_in(client)


def test_strangers_get_an_account_only_where_settings_say_so(
    client: Client, provider: Provider, settings: Settings
) -> None:
    assert "refused" in come_through(client, provider)["Location"]
    settings.GRIDCANARY_OIDC_CREATE = True
    come_through(client, provider)
    made = User.objects.get()
    assert is_in(client)
    assert (made.username, made.has_usable_password(), made.oidc_subject) == ("li.na", False, "s-1")


def test_claims_give_posts_and_take_them_away(client: Client, provider: Provider, settings: Settings) -> None:
    settings.GRIDCANARY_OIDC_CREATE = True
    county = add_unit("county", "县", kind="local_government")
    energy, police = (add_unit(kind, kind, kind=kind, parent=county) for kind in ("energy", "police"))
    provider.claims |= {"unit": ["energy", "unknown"], "role": ["officer", "administrator", "king"]}
    come_through(client, provider)
    user = User.objects.get()
    assert [(post.unit, post.role) for post in user.memberships_now()] == [(energy, Role.OFFICER)]
    add_membership(user, county, Role.SUPERVISOR)
    provider.claims |= {"unit": "police", "role": "approver"}
    come_through(Client(), provider)
    held = {(post.unit, post.role) for post in user.memberships_now()}
    assert held == {(police, Role.APPROVER), (county, Role.SUPERVISOR)}
    assert Membership.objects.filter(user=user).count() == 3


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"signing_key": OTHER_KEY}, id="signed by another"),
        pytest.param({"audience": "another client"}, id="made for another"),
        pytest.param({"subject": "s-9"}, id="token and claims of two people"),
        pytest.param({"expires_in": -10}, id="run out"),
        pytest.param({"nonce_wrong": True}, id="of another visit"),
        pytest.param({"claims": {"preferred_username": "li.na"}}, id="without a subject"),
        pytest.param({"claims": {"sub": "s-1"}}, id="without a name"),
    ],
)
def test_what_the_provider_did_not_say_is_not_believed(
    client: Client, provider: Provider, settings: Settings, change: dict[str, Any]
) -> None:
    settings.GRIDCANARY_OIDC_CREATE = True
    if "nonce_wrong" in change:
        provider.id_token = lambda: Provider.id_token(  # type: ignore[method-assign]
            Provider(claims=provider.claims, address=provider.address, nonce="another")
        )
    for name, value in change.items():
        setattr(provider, name, value)
    answer = come_through(client, provider)
    assert answer.status_code == 400 or "refused" in answer["Location"]
    assert not is_in(client)
    assert not User.objects.exists()


def test_a_state_that_was_not_given_is_refused(client: Client, provider: Provider) -> None:
    User.objects.create(username="li.na", password="!")
    assert come_through(client, provider, state="other").status_code in (302, 400)
    assert not is_in(client)


def test_the_provider_proves_who_one_is_when_something_sensitive_comes(
    client: Client, provider: Provider
) -> None:
    User.objects.create(username="li.na", password="!")
    come_through(client, provider)
    session = client.session
    session["confirmed_at"] = 0
    session.save()
    ask = client.get(reverse("accounts:new_token"))
    page = client.get(ask["Location"]).content.decode()
    assert reverse("accounts:oidc_login") in page
    assert "prompt=login" in client.get(reverse("accounts:oidc_login"))["Location"]
    come_through(client, provider)
    assert client.get(reverse("accounts:new_token")).status_code == 200


def test_without_a_provider_there_is_no_such_page(client: Client) -> None:
    assert client.get(reverse("accounts:oidc_login")).status_code == 404
    assert client.get(reverse("accounts:oidc_callback"), {"code": "c", "state": "s"}).status_code == 404
    assert reverse("accounts:oidc_login") not in client.get(reverse("accounts:login")).content.decode()
