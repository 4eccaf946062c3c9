"""The only writers of users."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from gridcanary.accounts.demo import build_people
from gridcanary.accounts.models import ApiToken, User, UserSession
from gridcanary.accounts.sessions import end_sessions
from gridcanary.accounts.tokens import revoke_token

DEMO_USERNAME = "demo"


@transaction.atomic
def add_user(username: str, password: str, *, area_prefix: str = "") -> User:
    """Create a person who can sign in.

    Args:
        username: the name to sign in with.
        password: checked by the configured validators; empty for somebody who signs in through the identity
            provider alone.
        area_prefix: GB/T 2260 digits that limit what the person sees; empty for no limit.

    Returns:
        The saved user.

    Raises:
        ValidationError: the name is taken, or the name, area or password is not acceptable.
    """
    user = User(username=username, area_prefix=area_prefix)
    if password:
        validate_password(password, user)
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.full_clean()
    user.save()
    return user


@transaction.atomic
def lock_user(user: User, *, locked: bool) -> User:
    """Lock a person out, which ends their sessions and tokens at once, or let them in again."""
    user.is_active = not locked
    user.save(update_fields=["is_active"])
    if locked:
        end_sessions(list(UserSession.objects.filter(user=user)))
        for token in ApiToken.objects.filter(user=user, revoked_at=None):
            revoke_token(token)
    return user


@transaction.atomic
def renew_demo_user() -> tuple[str, str]:
    """Create the demonstration user, or give it a new password.

    It comes with the demonstration's departments and their people. The password is new each time and never
    stored in clear, so a demo left running has no well-known login.

    Returns:
        The name and the password to print.
    """
    password = secrets.token_urlsafe(9)
    user, _created = User.objects.get_or_create(username=DEMO_USERNAME)
    user.is_active = True
    user.set_password(password)
    user.save()
    build_people(user)
    return DEMO_USERNAME, password
