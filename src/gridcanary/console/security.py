"""What every answer tells the browser: only this server's own files, no script or style inside a page, no keeping
of pages that need a sign-in, nothing lent to other sites."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

PLOTLY_STYLE_ATTRIBUTES = (
    "",  # plotly empties the style of the parts of a colour bar
    # and asks for sharp cells in a heat map; without it the browser blurs quarter hours into each other
    "".join(
        f"image-rendering: {value}; "
        for value in (
            "optimizeSpeed",
            "-moz-crisp-edges",
            "-o-crisp-edges",
            "-webkit-optimize-contrast",
            "optimize-contrast",
            "crisp-edges",
            "pixelated",
        )
    ),
)
"""The only style attributes that are allowed, by hash of their text.

Plotly also tries to add a style element for maps, which the policy refuses: there are no maps here."""


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-hashes' " + " ".join(_hash_source(text) for text in PLOTLY_STYLE_ATTRIBUTES),
        # data: because plotly draws a heat map into a canvas and shows it as an image
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)


HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "autoplay",
            "display-capture",
            "geolocation",
            "gyroscope",
            "hid",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "serial",
            "usb",
        )
    )
    + ", camera=(self)",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""On every answer. The camera stays for photographs on site; a view may set its own value before."""


class SecurityHeadersMiddleware:
    """Adds the headers to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers; an address with a zero byte, which no database takes, is refused."""
        has_zero = "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")
        response = HttpResponseBadRequest() if has_zero else self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
