"""Settings of signing in, of limits and of the identity provider, read from the environment.

GRIDCANARY_SESSION_HOURS     a session ends this long after signing in; default 12
GRIDCANARY_IDLE_MINUTES      and this long after the last request; default 60
GRIDCANARY_TOTP_ROLES        roles that need a second factor, comma-separated; default none
GRIDCANARY_PROXIES           how many trusted proxies stand in front and write X-Forwarded-For; default 0
GRIDCANARY_RATE_FACTOR       multiplies every rate limit; default 1, 0 switches them off
GRIDCANARY_OIDC_AUTHORIZE    address of the identity provider's sign-in page; empty for none
GRIDCANARY_OIDC_TOKEN        where codes are changed for tokens
GRIDCANARY_OIDC_USERINFO     where the person's claims are
GRIDCANARY_OIDC_JWKS         where its keys are
GRIDCANARY_OIDC_CLIENT       our name there
GRIDCANARY_OIDC_SECRET       our secret there
GRIDCANARY_OIDC_ALGORITHM    of the token's signature; default RS256
GRIDCANARY_OIDC_NAME_CLAIM   claim with the name to sign in with; default preferred_username
GRIDCANARY_OIDC_UNIT_CLAIM   claim with one or more unit codes; default unit
GRIDCANARY_OIDC_ROLE_CLAIM   claim with one or more roles; default role
GRIDCANARY_OIDC_CREATE       1 to make accounts for people who have none
"""

from __future__ import annotations

import os

from gridcanary.accounts.rates import Rate

RATES = {
    "page": Rate(burst=240, per_minute=240),
    "change": Rate(burst=60, per_minute=60),
    "public_change": Rate(burst=10, per_minute=4),
    "tip": Rate(burst=60, per_minute=30),
    "tip_worked": Rate(burst=20, per_minute=10),
    "tip_plain": Rate(burst=4, per_minute=0.5),
    "tip_plain_all": Rate(burst=60, per_minute=30),
    "tip_receipt": Rate(burst=12, per_minute=2),
    "tip_receipt_all": Rate(burst=120, per_minute=120),
    "sign_in": Rate(burst=20, per_minute=12),
    "api": Rate(burst=300, per_minute=600),
}
"""Requests a visitor may make, by what they ask for."""

UPLOAD_MB = {
    "image": 20,
    "video": 500,
    "audio": 100,
    "document": 50,
    "table": 200,
    "capture": 500,
    "dossier": 500,
}
"""Largest file of each group, in units of 1,048,576 bytes."""


def _words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


GRIDCANARY_SESSION_HOURS = float(os.environ.get("GRIDCANARY_SESSION_HOURS", "12"))
GRIDCANARY_IDLE_MINUTES = float(os.environ.get("GRIDCANARY_IDLE_MINUTES", "60"))
GRIDCANARY_TOTP_ROLES = _words("GRIDCANARY_TOTP_ROLES")
GRIDCANARY_PROXIES = int(os.environ.get("GRIDCANARY_PROXIES", "0"))
GRIDCANARY_UPLOAD_MB = UPLOAD_MB
_FACTOR = float(os.environ.get("GRIDCANARY_RATE_FACTOR", "1"))
GRIDCANARY_RATES = {kind: rate.times(_FACTOR) for kind, rate in RATES.items()} if _FACTOR else {}

GRIDCANARY_OIDC = bool(os.environ.get("GRIDCANARY_OIDC_AUTHORIZE"))
GRIDCANARY_OIDC_NAME_CLAIM = os.environ.get("GRIDCANARY_OIDC_NAME_CLAIM", "preferred_username")
GRIDCANARY_OIDC_UNIT_CLAIM = os.environ.get("GRIDCANARY_OIDC_UNIT_CLAIM", "unit")
GRIDCANARY_OIDC_ROLE_CLAIM = os.environ.get("GRIDCANARY_OIDC_ROLE_CLAIM", "role")
GRIDCANARY_OIDC_CREATE = os.environ.get("GRIDCANARY_OIDC_CREATE", "0") in {"1", "true", "yes"}
OIDC_OP_AUTHORIZATION_ENDPOINT = os.environ.get("GRIDCANARY_OIDC_AUTHORIZE", "")
OIDC_OP_TOKEN_ENDPOINT = os.environ.get("GRIDCANARY_OIDC_TOKEN", "")
OIDC_OP_USER_ENDPOINT = os.environ.get("GRIDCANARY_OIDC_USERINFO", "")
OIDC_OP_JWKS_ENDPOINT = os.environ.get("GRIDCANARY_OIDC_JWKS", "")
OIDC_RP_CLIENT_ID = os.environ.get("GRIDCANARY_OIDC_CLIENT", "")
OIDC_RP_CLIENT_SECRET = os.environ.get("GRIDCANARY_OIDC_SECRET", "")
OIDC_RP_SIGN_ALGO = os.environ.get("GRIDCANARY_OIDC_ALGORITHM", "RS256")
OIDC_RP_SCOPES = "openid profile email"
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 10
OIDC_AUTHENTICATION_CALLBACK_URL = "accounts:oidc_callback"
LOGIN_REDIRECT_URL_FAILURE = "/accounts/login/?refused=1"

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
if GRIDCANARY_OIDC:
    AUTHENTICATION_BACKENDS += ["gridcanary.accounts.oidc.OidcBackend"]
