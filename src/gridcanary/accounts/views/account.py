"""My account: password, telephone, second factor, sessions, tokens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gridcanary.accounts import totp
from gridcanary.accounts.forms import PhoneForm, SecondFactorForm, TokenForm
from gridcanary.accounts.models import ApiToken, Role, User, UserSession
from gridcanary.accounts.sessions import (
    RECORD,
    confirm,
    end_other_sessions,
    end_sessions,
    running_sessions,
    step_up_required,
)
from gridcanary.accounts.tokens import TokenRefused, create_token, revoke_token
from gridcanary.accounts.unmask_actions import requests_to_decide


def person(request: HttpRequest) -> User:
    """The signed-in person; every page here stands behind the sign-in."""
    assert isinstance(request.user, User)
    return request.user


@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account on one page."""
    user = person(request)
    posts = user.memberships_now()
    roles = {post.role for post in posts}
    context = {
        "posts": posts,
        "is_supervisor": Role.SUPERVISOR in roles,
        "is_administrator": Role.ADMINISTRATOR in roles,
        "to_decide": len(requests_to_decide(user)),
        "has_totp": totp.has_second_factor(user),
        "needs_totp": totp.needs_second_factor(user),
        "codes_left": totp.codes_left(user),
        "sessions": running_sessions(user),
        "this_session": request.session.session_key,
        "tokens": ApiToken.objects.visible_to(user).filter(revoked_at=None),
        "phone_form": PhoneForm(instance=user),
    }
    return render(request, "accounts/account.html", context)


@require_POST
def change_phone(request: HttpRequest) -> HttpResponse:
    """Store the telephone number; the mask that the form showed changes nothing."""
    form = PhoneForm(request.POST, instance=person(request))
    if form.is_valid():
        form.save()
        messages.success(request, _("Telephone number saved."))
    return redirect("accounts:account")


@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password; every other session ends."""
    user = person(request)
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        end_other_sessions(request, user)
        update_session_auth_hash(request, user)
        request.session.pop(RECORD, None)  # its key is new
        confirm(request)
        messages.success(request, _("Your password is changed. All other sessions have ended."))
        return redirect("accounts:account")
    return render(request, "accounts/password.html", {"form": form})


@never_cache
@step_up_required
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: picture, first code, recovery codes."""
    user = person(request)
    if totp.has_second_factor(user):
        return redirect("accounts:account")
    device = totp.begin_enrolment(user)
    wrong = False
    if request.method == "POST":
        codes = totp.confirm_enrolment(user, request.POST.get("code", ""))
        if codes:
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        wrong = True
    context = {
        "picture": mark_safe(totp.picture(device)),  # noqa: S308 drawn by segno from our own text
        "secret": totp.secret_of(device),
        "wrong": wrong,
    }
    return render(request, "accounts/enrol.html", context)


@require_POST
@never_cache
@step_up_required
def new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes; the old ones end."""
    user = person(request)
    if not totp.has_second_factor(user):
        return redirect("accounts:account")
    return render(request, "accounts/recovery_codes.html", {"codes": totp.renew_recovery_codes(user)})


@never_cache
@step_up_required
def remove_totp(request: HttpRequest) -> HttpResponse:
    """Give the authenticator up, against one of its codes."""
    user = person(request)
    form = SecondFactorForm(request.POST or None, user=user, request=request)
    if request.method == "POST" and form.is_valid():
        totp.remove_second_factor(user)
        messages.success(request, _("The second factor is removed."))
        return redirect("accounts:account")
    return render(request, "accounts/remove_totp.html", {"form": form})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's sessions."""
    record = get_object_or_404(UserSession, pk=pk, user=person(request))
    end_sessions([record])
    messages.success(request, _("The session has ended."))
    return redirect("accounts:account")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all one's sessions but this one."""
    end_other_sessions(request, person(request))
    messages.success(request, _("All other sessions have ended."))
    return redirect("accounts:account")


@never_cache
@step_up_required
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show it once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, clear = create_token(person(request), **form.cleaned_data)
        except TokenRefused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "accounts/token_made.html", {"token": token, "clear": clear})
    return render(request, "accounts/token.html", {"form": form})


@require_POST
def end_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of one's tokens."""
    revoke_token(get_object_or_404(ApiToken.objects.visible_to(person(request)), pk=pk))
    messages.success(request, _("The token is revoked."))
    return redirect("accounts:account")
