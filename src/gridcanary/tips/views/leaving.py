"""Away from here at once."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gridcanary.public.pages import public_page


@public_page(keep=False)
def leave(request: HttpRequest) -> HttpResponse:
    """Lead to a page that anybody may look at, and let the browser forget what it kept of ours.

    303, so that a form on the way is not sent on. Over HTTPS browsers empty their cache for this site; nobody is
    signed out by it, because it names no cookies.
    """
    response = HttpResponse(status=303)
    response.headers["Location"] = settings.GRIDCANARY_LEAVE_URL
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
