"""Roles that need a second factor get nowhere without one."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.accounts.totp import has_second_factor, needs_second_factor

CHECKED = "second_factor_checked"
OPEN_PAGES = ("enrol", "confirm", "logout", "login")


class RequiredFactorMiddleware:
    """Leads people whose role needs an authenticator to the page that sets one up.

    People who came through the identity provider are not asked: the second factor is its business.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._open = {reverse(f"accounts:{name}") for name in OPEN_PAGES} | {reverse("set_language")}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the enrolment."""
        if not settings.GRIDCANARY_TOTP_ROLES or not isinstance(request.user, User) or self._is_done(request):
            return self.get_response(request)
        if request.path in self._open:
            return self.get_response(request)
        messages.warning(request, _("Your role needs a second factor. Set it up to go on."))
        return redirect("accounts:enrol")

    def _is_done(self, request: HttpRequest) -> bool:
        if request.session.get(CHECKED):
            return True
        assert isinstance(request.user, User)
        from_provider = "oidc" in str(request.session.get(BACKEND_SESSION_KEY, ""))
        done = from_provider or not needs_second_factor(request.user) or has_second_factor(request.user)
        if done:
            request.session[CHECKED] = True
        return done
