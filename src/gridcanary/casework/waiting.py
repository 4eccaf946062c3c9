"""The number beside "What waits" on every page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gridcanary.accounts.models import User
from gridcanary.casework.case_queries import waiting_count


def waiting(request: HttpRequest) -> dict[str, object]:
    """Adds ``waiting`` to every template; counted only where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"waiting": SimpleLazyObject(lambda: waiting_count(user))}
