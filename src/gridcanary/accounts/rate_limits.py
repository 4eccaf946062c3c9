"""How many requests one visitor may make: a bucket of tokens for each, by what the address asks for.

The buckets lie in the memory of the process. The console is one process; with several each grants the whole rate.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from gridcanary.accounts.addresses import client_address, network_of
from gridcanary.accounts.rates import Rate
from gridcanary.accounts.tokens import authenticate_token

SALT_SECONDS = 3600


class RotatingSalt:
    """A salt that lives in memory alone and is forgotten after an hour, so that the names of buckets can't be turned
    back into addresses, and nobody can be followed from one hour to the next.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._salt, self._since = secrets.token_hex(16), clock()

    def current(self) -> str:
        """The salt of this hour."""
        with self._lock:
            now = self._clock()
            if now - self._since >= SALT_SECONDS:
                self._salt, self._since = secrets.token_hex(16), now
            return self._salt


SALT = RotatingSalt()


def network_mark(request: HttpRequest) -> str:
    """The network that a request comes from, as buckets name it for this hour."""
    network = network_of(client_address(request))
    return salted_hmac(SALT.current(), network, algorithm="sha256").hexdigest()


class Buckets:
    """Token buckets of many visitors in a bounded space.

    Args:
        most: how many visitors are remembered; the one that was quiet longest is forgotten first.
        clock: seconds that only grow.
    """

    def __init__(self, most: int = 100_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, visitor: str, rate: Rate) -> float:
        """Take one token.

        Args:
            visitor: whose bucket.
            rate: its size and flow.

        Returns:
            0 where there was one, else the seconds until there is one.
        """
        now = self._clock()
        with self._lock:
            level, at = self._held.pop(visitor, (rate.burst, now))
            level = min(rate.burst, level + (now - at) * rate.per_minute / 60)
            wait = 0.0 if level >= 1 else (1 - level) * 60 / rate.per_minute
            self._held[visitor] = (level if wait else level - 1, now)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return wait

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._held.clear()


BUCKETS = Buckets()
SIGN_IN_PATHS = ("/accounts/login/", "/accounts/second-factor/", "/accounts/confirm/")
TIP_PATHS = ("/zh/report/", "/en/report/")
"""Several steps make one report, and a whole town may share one address; the tip line counts the sending itself."""


class RateLimitMiddleware:
    """Answers 429 to whoever asks too often; stands after authentication, so that people count as themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say how long to wait."""
        if not settings.GRIDCANARY_RATES:
            return self.get_response(request)
        kind = path_class(request)
        wait = BUCKETS.take(f"{kind} {visitor_of(request)}", settings.GRIDCANARY_RATES[kind])
        return too_many(request, wait) if wait else self.get_response(request)


def path_class(request: HttpRequest) -> str:
    """Which of ``GRIDCANARY_RATES`` holds for a request."""
    changes = request.method not in ("GET", "HEAD", "OPTIONS")
    if request.path.startswith("/api/"):
        return "api"
    if changes and request.path.startswith(SIGN_IN_PATHS):
        return "sign_in"
    if changes and request.path.startswith(TIP_PATHS):
        return "tip"
    if changes and not request.user.is_authenticated:
        return "public_change"
    return "change" if changes else "page"


def visitor_of(request: HttpRequest) -> str:
    """The person who is signed in, the token that a program shows, else the address; never in clear.

    A token counts only where it is one of ours and for the API: whoever makes tokens up stays one visitor.
    """
    if request.user.is_authenticated and not request.path.startswith(TIP_PATHS):
        return f"user {request.user.pk}"
    scheme, _space, clear = request.headers.get("Authorization", "").partition(" ")
    if request.path.startswith("/api/") and scheme.lower() == "bearer":
        token = authenticate_token(clear.strip())
        if token is not None:
            return f"token {token.pk}"
    return network_mark(request)


def too_many(request: HttpRequest, wait_seconds: float) -> HttpResponse:
    """429, with the time to wait."""
    seconds = max(1, math.ceil(wait_seconds))
    if request.path.startswith("/api/"):
        response = HttpResponse(
            '{"detail": "too many requests"}', content_type="application/json", status=429
        )
    else:
        response = render(request, "accounts/too_many.html", {"seconds": seconds}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
