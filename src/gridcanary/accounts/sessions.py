"""Sessions that end by themselves and can be ended by their owner; and how lately a person proved who they are."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from gridcanary.accounts.addresses import client_address
from gridcanary.accounts.models import User, UserSession

STARTED, SEEN, CONFIRMED, RECORD = "started_at", "seen_at", "confirmed_at", "record"
SEEN_EVERY_SECONDS = 60
STEP_UP_SECONDS = 5 * 60

View = Callable[..., HttpResponse]


def begin(sender: Any, request: HttpRequest, user: User, **_more: Any) -> None:
    """Note when a session began; signing in proves who one is, too."""
    now = time.time()
    request.session[STARTED] = request.session[SEEN] = request.session[CONFIRMED] = now
    request.session.pop(RECORD, None)


def end(sender: Any, request: HttpRequest, user: User | None, **_more: Any) -> None:
    """Take the session off its owner's list."""
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()


def connect() -> None:
    """Listen to people who sign in and out."""
    user_logged_in.connect(begin, dispatch_uid="gridcanary.sessions.begin")
    user_logged_out.connect(end, dispatch_uid="gridcanary.sessions.end")


class SessionClockMiddleware:
    """Ends sessions that are too old or were left alone, and keeps the owner's list up to date."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as a stranger where the session is over."""
        if request.user.is_authenticated:
            if _is_over(request):
                logout(request)
            else:
                _keep(request)
        return self.get_response(request)


def _is_over(request: HttpRequest) -> bool:
    now = time.time()
    started = float(request.session.get(STARTED, 0))
    seen = float(request.session.get(SEEN, 0))
    return (
        now - started > settings.GRIDCANARY_SESSION_HOURS * 3600
        or now - seen > settings.GRIDCANARY_IDLE_MINUTES * 60
    )


def _keep(request: HttpRequest) -> None:
    now = time.time()
    if RECORD in request.session and now - request.session[SEEN] < SEEN_EVERY_SECONDS:
        return
    request.session[SEEN] = now
    key = request.session.session_key
    if not key:
        return
    assert isinstance(request.user, User)
    agent = request.headers.get("User-Agent", "")[:200]
    record, _made = UserSession.objects.update_or_create(
        session_key=key,
        defaults={
            "user": request.user,
            "last_seen_at": timezone.now(),
            "address": client_address(request)[:45],
            "browser": agent,
        },
    )
    request.session[RECORD] = record.pk


def running_sessions(user: User) -> list[UserSession]:
    """The person's sessions that have not ended, the last used one first. Those that ran out are forgotten."""
    listed = list(UserSession.objects.filter(user=user))
    idle = dt.timedelta(minutes=settings.GRIDCANARY_IDLE_MINUTES)
    oldest = dt.timedelta(hours=settings.GRIDCANARY_SESSION_HOURS)
    now = timezone.now()
    kept = set(
        Session.objects.filter(
            session_key__in=[record.session_key for record in listed], expire_date__gt=now
        ).values_list("session_key", flat=True)
    )
    running = [
        record
        for record in listed
        if record.session_key in kept
        and now - record.last_seen_at <= idle
        and now - record.started_at <= oldest
    ]
    end_sessions([record for record in listed if record not in running])
    return running


def end_sessions(records: list[UserSession]) -> None:
    """End sessions at once, wherever they run."""
    keys = [record.session_key for record in records]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """End every session of the person but this one."""
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key or "")
    end_sessions(list(others))


def confirm(request: HttpRequest) -> None:
    """Note that the person proved just now who they are."""
    request.session[CONFIRMED] = time.time()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person proved within STEP_UP_SECONDS who they are."""
    return time.time() - float(request.session.get(CONFIRMED, 0)) <= STEP_UP_SECONDS


def step_up_required(view: View) -> View:
    """Lets a view run only for somebody who proved lately who they are; others are asked for it first.

    A form that was sent is not repeated by itself: the person comes back to the page it was on.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_confirmed(request) else ask_to_confirm(request)

    return checked


class StepUpMixin:
    """The same for views that are classes; stands before the view class."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Run the view or ask first."""
        if not is_confirmed(request):
            return ask_to_confirm(request)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


def ask_to_confirm(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the password again, and back."""
    back = request.get_full_path()
    if request.method != "GET":
        came_from = urlsplit(request.headers.get("Referer", ""))
        same_site = came_from.netloc == request.get_host()
        back = came_from.path + (f"?{came_from.query}" if came_from.query else "") if same_site else "/"
    address = f"{reverse('accounts:confirm')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
