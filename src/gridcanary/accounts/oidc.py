"""Signing in through the identity provider of the departments (OpenID Connect); off unless settings name one.

People are known by the provider's subject, never by a name that they may choose there. An account that an
administrator made without a password is taken over by the first sign-in under its name. With
``GRIDCANARY_OIDC_CREATE=1`` others get an account too. A claim with unit codes puts the person into these units.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models import QuerySet
from mozilla_django_oidc.auth import OIDCAuthenticationBackend, jwt

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.accounts.unit_actions import add_membership, end_membership

BY_PROVIDER = "oidc"
"""Mark of the posts that the provider gave, and may take away."""


class OidcBackend(OIDCAuthenticationBackend):  # type: ignore[misc]
    """The account of whom the provider vouches for."""

    def verify_token(self, token: str, **more: Any) -> dict[str, Any]:
        """Signature, time and nonce as the library checks them; and that the token was made for us."""
        try:
            payload: dict[str, Any] = super().verify_token(token, **more)
        except jwt.PyJWTError as error:  # run out, not yet valid, malformed: a refusal, no fault of ours
            raise SuspiciousOperation("the identity token is not valid") from error
        if settings.OIDC_RP_CLIENT_ID not in _texts(payload.get("aud", [])):
            raise SuspiciousOperation("the identity token was made for somebody else")
        return payload

    def get_userinfo(self, access_token: str, id_token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The claims, which must be of whom the token speaks."""
        claims: dict[str, Any] = super().get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != payload.get("sub"):
            raise SuspiciousOperation("the claims are of somebody else")
        return claims

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        """A subject and a name are what an account needs."""
        return bool(claims.get("sub")) and bool(self._username(claims))

    def filter_users_by_claims(self, claims: dict[str, Any]) -> QuerySet[User]:
        """The account of this subject; else one without a password that waits for its owner under this name."""
        known = User.objects.filter(oidc_subject=claims["sub"])
        if known.exists():
            return known
        waiting = User.objects.filter(username=self._username(claims), oidc_subject=None)
        return waiting.filter(password__startswith="!", is_active=True)  # noqa: S106 Django marks "none" so

    def create_user(self, claims: dict[str, Any]) -> User | None:
        """A new account, where settings allow it and the name is free."""
        username = self._username(claims)
        if not settings.GRIDCANARY_OIDC_CREATE or User.objects.filter(username=username).exists():
            return None
        user = User(username=username)
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save()
        return self.update_user(user, claims)

    @transaction.atomic
    def update_user(self, user: User, claims: dict[str, Any]) -> User:
        """Bind the account to the subject and bring its posts up to date with the claims."""
        user.oidc_subject = claims["sub"]
        user.email = str(claims.get("email") or user.email)[:254]
        user.save(update_fields=["oidc_subject", "email"])
        if settings.GRIDCANARY_OIDC_UNIT_CLAIM in claims:
            self._set_posts(user, claims)
        return user

    def get_user(self, user_id: int) -> User | None:
        """The account, unless it is locked."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def _username(self, claims: dict[str, Any]) -> str:
        return str(claims.get(settings.GRIDCANARY_OIDC_NAME_CLAIM) or "")

    def _set_posts(self, user: User, claims: dict[str, Any]) -> None:
        """One post for each unit and role that the claims name; those that they gave before and no longer name end."""
        codes = _texts(claims[settings.GRIDCANARY_OIDC_UNIT_CLAIM])
        named = _texts(claims.get(settings.GRIDCANARY_OIDC_ROLE_CLAIM, []))
        # A provider never makes administrators: whoever can change a claim would own everything.
        roles = [role for role in named if role in Role.values and role != Role.ADMINISTRATOR] or [Role.CLERK]
        wanted = {(unit, role) for unit in Unit.objects.filter(code__in=codes, active=True) for role in roles}
        given = Membership.objects.filter(user=user, until=None, given_by=BY_PROVIDER).select_related("unit")
        held = {(post.unit, post.role): post for post in given}
        for place, post in held.items():
            if place not in wanted:
                end_membership(post)
        for unit, role in sorted(wanted, key=lambda pair: (pair[0].path, pair[1])):
            if not Membership.objects.filter(user=user, unit=unit, role=role, until=None).exists():
                add_membership(user, unit, role, given_by=BY_PROVIDER)


def _texts(claim: Any) -> list[str]:
    """A claim as a list: providers send one value bare, several as a list."""
    return [str(value) for value in claim] if isinstance(claim, list) else [str(claim)]
