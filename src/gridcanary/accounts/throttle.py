"""A brake on guessing passwords: a few failures lock a name from one address for a while."""

from __future__ import annotations

import hashlib

from django.core.cache import cache

MAX_FAILURES = 5
LOCK_SECONDS = 15 * 60


def _key(username: str, address: str) -> str:
    # Hashed, so that neither names nor addresses lie in the cache.
    digest = hashlib.sha256(f"{username.casefold()}\0{address}".encode()).hexdigest()
    return f"login-failures:{digest}"


def is_locked(username: str, address: str) -> bool:
    """Whether this name may not try from this address now."""
    return int(cache.get(_key(username, address), 0)) >= MAX_FAILURES


def record_failure(username: str, address: str) -> None:
    """Count one wrong password; the count ends LOCK_SECONDS after the first."""
    key = _key(username, address)
    if not cache.add(key, 1, LOCK_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # it expired between the two calls
            cache.add(key, 1, LOCK_SECONDS)


def forget_failures(username: str, address: str) -> None:
    """Clear the count after a right password."""
    cache.delete(_key(username, address))
