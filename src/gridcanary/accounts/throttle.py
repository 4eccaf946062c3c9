"""A brake on guessing passwords and codes: failures make an account and an address wait, longer each time.

Kept in the database, so that a restart forgets nothing. A browser that signed in to the account before is counted
apart, so that strangers who guess cannot lock its owner out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from gridcanary.accounts.addresses import client_address, network_of
from gridcanary.accounts.models import SignInBrake

FREE_FOR_ACCOUNT = 5
"""Failures before the first wait."""
FREE_FOR_ADDRESS = 30
"""More, because a whole office may share one address."""
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
FORGOTTEN_AFTER = dt.timedelta(hours=24)
KNOWN_BROWSER = "known-browser"
KNOWN_BROWSER_DAYS = 90


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who is tried, and from where.

    Args:
        account: the name that is tried.
        network: address of the visitor; empty where unknown.
        known: the browser signed in to this account before.
    """

    account: str
    network: str
    known: bool = False

    def _keys(self) -> Iterator[tuple[str, int]]:
        account = self.account.casefold()
        yield _key("account-known" if self.known else "account", account), FREE_FOR_ACCOUNT
        if self.network:
            yield _key("address", self.network), FREE_FOR_ADDRESS

    def wait(self, now: dt.datetime | None = None) -> dt.timedelta:
        """How long to wait before the next try; zero where it may be made now."""
        now = now or timezone.now()
        keys = [key for key, _free in self._keys()]
        locks = SignInBrake.objects.filter(key__in=keys, locked_until__gt=now)
        until: dt.datetime = max((lock.locked_until for lock in locks if lock.locked_until), default=now)
        return until - now

    @transaction.atomic
    def record_failure(self, now: dt.datetime | None = None) -> None:
        """Count a failure on both the account and the address."""
        now = now or timezone.now()
        for key, free in self._keys():
            brake, _made = SignInBrake.objects.select_for_update().get_or_create(
                key=key, defaults={"last_at": now}
            )
            if now - brake.last_at > FORGOTTEN_AFTER:
                brake.failures = 0
            brake.failures += 1
            brake.last_at = now
            if brake.failures >= free:
                brake.locked_until = now + wait_after(brake.failures - free)
            brake.save()

    def record_success(self) -> None:
        """Clear the account. The address stays: whoever guesses could clear it with an account of their own."""
        key, _free = next(self._keys())
        SignInBrake.objects.filter(key=key).delete()


def wait_after(extra_failures: int) -> dt.timedelta:
    """One minute, then twice as long each time, an hour at most."""
    doubled: dt.timedelta = FIRST_WAIT * 2 ** min(extra_failures, 20)
    return min(doubled, LONGEST_WAIT)


def attempt_of(request: HttpRequest | None, account: str) -> Attempt:
    """The attempt that a request makes on an account."""
    if request is None:
        return Attempt(account, "")
    mark = request.get_signed_cookie(KNOWN_BROWSER, "", max_age=KNOWN_BROWSER_DAYS * 24 * 3600)
    known = bool(mark) and mark == _key("browser", account.casefold())
    return Attempt(account, network_of(client_address(request)), known)


def remember_browser(response: HttpResponse, account: str, *, secure: bool) -> None:
    """Mark the browser as one that signed in to this account."""
    response.set_signed_cookie(
        KNOWN_BROWSER,
        _key("browser", account.casefold()),
        max_age=KNOWN_BROWSER_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def forget_old_failures(now: dt.datetime | None = None) -> int:
    """Remove what no longer counts; returns how many rows there were."""
    old = (now or timezone.now()) - FORGOTTEN_AFTER
    return SignInBrake.objects.filter(last_at__lt=old).delete()[0]


def _key(kind: str, text: str) -> str:
    # Keyed, so that the database shows neither names that were tried nor addresses.
    return salted_hmac(f"gridcanary.brake.{kind}", text, algorithm="sha256").hexdigest()
