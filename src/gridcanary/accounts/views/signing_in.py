"""Signing in: password, then a code where the person has an authenticator; and proving it again later."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from gridcanary.accounts.forms import ConfirmForm, SecondFactorForm, SignInForm
from gridcanary.accounts.models import User
from gridcanary.accounts.sessions import confirm
from gridcanary.accounts.throttle import remember_browser
from gridcanary.accounts.totp import has_second_factor

PENDING = "waits_for_code"
PENDING_SECONDS = 5 * 60


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go on to: an address of this site that the request names, else the other one."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_safe else otherwise


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Name and password."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """With the way through the identity provider, where there is one."""
        refused = settings.GRIDCANARY_OIDC and "refused" in self.request.GET
        return super().get_context_data(with_oidc=settings.GRIDCANARY_OIDC, refused=refused, **more)

    def form_valid(self, form: Form) -> HttpResponse:
        """Sign in, or go on to the code."""
        assert isinstance(form, SignInForm)
        user = form.get_user()
        if not has_second_factor(user):
            response = super().form_valid(form)
            remember_browser(response, user.get_username(), secure=settings.SESSION_COOKIE_SECURE)
            return response
        self.request.session.cycle_key()
        self.request.session[PENDING] = {"user": user.pk, "backend": user.backend, "at": time.time()}
        address = reverse("accounts:second_factor")
        onward = safe_next(self.request, "")
        return redirect(f"{address}?next={onward}" if onward else address)


@login_not_required
@never_cache
@sensitive_post_parameters()
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code, after the password was right."""
    waiting: dict[str, Any] = request.session.get(PENDING) or {}
    is_fresh = time.time() - float(waiting.get("at", 0)) <= PENDING_SECONDS
    user = User.objects.filter(pk=waiting["user"], is_active=True).first() if is_fresh else None
    if user is None:
        request.session.pop(PENDING, None)
        return redirect("accounts:login")
    form = SecondFactorForm(request.POST or None, user=user, request=request)
    if request.method == "POST" and form.is_valid():
        del request.session[PENDING]
        login(request, user, backend=waiting["backend"])
        response = redirect(safe_next(request, resolve_url(settings.LOGIN_REDIRECT_URL)))
        remember_browser(response, user.get_username(), secure=settings.SESSION_COOKIE_SECURE)
        return response
    return render(request, "accounts/second_factor.html", {"form": form, "next": safe_next(request, "")})


@never_cache
@sensitive_post_parameters()
def confirm_again(request: HttpRequest) -> HttpResponse:
    """The password or a code once more, before something sensitive."""
    assert isinstance(request.user, User)
    form = ConfirmForm(request.POST or None, user=request.user, request=request)
    onward = safe_next(request, reverse("accounts:account"))
    if request.method == "POST" and form.is_valid():
        confirm(request)
        return redirect(onward)
    context = {"form": form, "next": onward, "with_oidc": settings.GRIDCANARY_OIDC}
    return render(request, "accounts/confirm.html", context)


@method_decorator(login_not_required, name="dispatch")
class OidcSignIn(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """To the identity provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only where settings name a provider."""
        if not settings.GRIDCANARY_OIDC:
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """Whoever is signed in already wants to prove who they are: the provider shall ask."""
        return {"prompt": "login"} if request.user.is_authenticated else {}


@method_decorator(login_not_required, name="dispatch")
class OidcCallback(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """Back from the identity provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only where settings name a provider."""
        if not settings.GRIDCANARY_OIDC:
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def login_success(self) -> HttpResponse:
        """Signed in, and proved just now who they are."""
        response: HttpResponse = super().login_success()
        confirm(self.request)
        return response
