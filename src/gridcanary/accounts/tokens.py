"""Tokens for programs: made once, shown once, checked by their digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import ApiToken, TokenScope, User
from gridcanary.contracts.errors import GridcanaryError

START = "gck_"
"""Begins every token, so that scanners for leaked secrets can know it."""
LONGEST_DAYS = 366
TOKENS_EACH = 20
SEEN_EVERY = dt.timedelta(minutes=1)


class TokenRefused(GridcanaryError):
    """A token that cannot be made; the message is for the person who asked."""


@transaction.atomic
def create_token(user: User, name: str, scopes: Sequence[str], days: int) -> tuple[ApiToken, str]:
    """Make a token.

    Args:
        user: who it acts as.
        name: what it is for.
        scopes: values of TokenScope.
        days: how long it lasts, 1 to LONGEST_DAYS.

    Returns:
        The stored token and its clear form, which nobody can get again.

    Raises:
        TokenRefused: no name, no scope or an unknown one, too long a time, or too many tokens.
    """
    if not name.strip():
        raise TokenRefused(_("Say what the token is for."))
    if not scopes or not set(scopes) <= set(TokenScope.values):
        raise TokenRefused(_("Choose at least one thing that the token may do."))
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenRefused(_("A token lasts a year at most."))
    now = timezone.now()
    if ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=now).count() >= TOKENS_EACH:
        raise TokenRefused(_("You have too many tokens. Revoke one first."))
    clear = START + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:80],
        prefix=clear[: len(START) + 6],
        digest=_digest(clear),
        scopes=sorted(set(scopes)),
        expires_at=now + dt.timedelta(days=days),
    )
    return token, clear


def authenticate_token(clear: str) -> ApiToken | None:
    """The token that a program sent.

    Args:
        clear: what stood after ``Bearer``.

    Returns:
        The token with its user; None where it is unknown, revoked or over, or its user is locked.
    """
    if not clear.startswith(START) or len(clear) > 200:
        return None
    # The digest of 256 random bits needs neither salt nor slowness, and an index finds it.
    token = ApiToken.objects.select_related("user").filter(digest=_digest(clear)).first()
    now = timezone.now()
    if token is None or not token.is_valid(now):
        return None
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def revoke_token(token: ApiToken) -> None:
    """End a token now; the row stays, so that its use can be traced."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def _digest(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()
