"""How a view becomes a page for everybody: no sign-in, no cookie, the language in its address."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

LANGUAGES = {"zh": "zh-hans", "en": "en"}
"""First part of a public address, and the language that it stands for."""

View = Callable[..., HttpResponse]


def public_page(*, keep: bool = True) -> Callable[[View], View]:
    """A decorator for views whose address begins with the language, as ``<str:lang>/``.

    Nobody is signed in on such a page, whoever looks at it: it reads no session, so a forged request can do no more
    than anybody can, and the token that guards forms elsewhere, which needs a cookie, isn't needed.

    Args:
        keep: whether browsers may keep the page; false for pages with what somebody wrote or with a receipt.
    """

    def decorated(view: View) -> View:
        @functools.wraps(view)
        def answered(request: HttpRequest, *, lang: str, **kwargs: Any) -> HttpResponse:
            language = LANGUAGES.get(lang)
            if language is None:
                raise Http404
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = view(request, **kwargs)
                render = getattr(response, "render", None)
                if callable(render):
                    render()
            return guarded(response, keep=keep)

        answered.is_public_page = True  # type: ignore[attr-defined]
        return login_not_required(csrf_exempt(answered))

    return decorated


def guarded(response: HttpResponse, *, keep: bool) -> HttpResponse:
    """An answer that carries no cookie and tells other sites nothing."""
    response.cookies.clear()
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "public, max-age=300" if keep else "no-store"
    return response


@login_not_required
def in_own_language(request: HttpRequest) -> HttpResponse:
    """Lead from an address without a language to the one in the language that the browser asks for."""
    asked = translation.get_language_from_request(request) if _accepts(request) else settings.LANGUAGE_CODE
    short = next((short for short, code in LANGUAGES.items() if code == asked), "zh")
    response = guarded(HttpResponseRedirect(f"/{short}{request.path}"), keep=False)
    patch_vary_headers(response, ["Accept-Language"])
    return response


in_own_language.is_public_page = True  # type: ignore[attr-defined]


class NobodyIsSignedInMiddleware:
    """Takes the cookies off requests for public pages before anything looks at them.

    Officers' browsers send their session to every page; what an officer reports must not show in their session's
    record, nor their key in a statement to the database.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as to a stranger."""
        if _is_public_address(request.path_info):
            request.META.pop("HTTP_COOKIE", None)
            request.COOKIES = {}
        return self.get_response(request)


def _is_public_address(path: str) -> bool:
    if path.strip("/").partition("/")[0] in LANGUAGES:
        return True
    try:
        return getattr(resolve(path).func, "is_public_page", False)
    except Resolver404:
        return False


def _accepts(request: HttpRequest) -> bool:
    return bool(request.headers.get("Accept-Language"))


def is_public(request: HttpRequest) -> bool:
    """Whether a request asks for a page for everybody."""
    found = request.resolver_match or resolve(request.path_info)
    return getattr(found.func, "is_public_page", False)
