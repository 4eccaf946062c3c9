"""Who a program acts as: the owner of the token that it sends."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from gridcanary.accounts.models import ApiToken, User
from gridcanary.accounts.tokens import authenticate_token


class Bearer(HttpBearer):
    """``Authorization: Bearer gck_…``. Cookies don't count, so that no page can call the API for somebody.

    Args:
        scope: value of TokenScope that the token must have.
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token, if it opens this; 401 for none, 403 for one without the scope."""
        found = authenticate_token(token)
        if found is not None and not found.allows(self.scope):
            raise HttpError(403, f"the token lacks the scope {self.scope}")
        return found


def owner(request: HttpRequest) -> User:
    """The person whose token was sent."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return token.user
