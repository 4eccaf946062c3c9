"""What the phone's page needs to work without a network."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET

from gridcanary.accounts.models import User

WORKER = "fieldwork/worker.js"


@require_GET
@login_not_required  # the same few lines for everybody; a browser fetches it without asking the page
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker. It must lie in the folder of the pages that it serves, so it is no static file."""
    place = finders.find(WORKER)
    if not isinstance(place, str):
        raise Http404
    response = HttpResponse(Path(place).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
@login_not_required
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and the token for sending: both may have changed since the page was kept."""
    user = request.user
    response = JsonResponse(
        {"user": user.pk if isinstance(user, User) else None, "token": get_token(request)}
    )
    response["Cache-Control"] = "no-store"
    return response
