"""How a webhook's receiver knows who sent it: HMAC-SHA256 over time and body."""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-Gridcanary-Signature"
TOLERANCE_S = 300
"""Receivers refuse what is older, so that a recorded request can't be played again for long."""


def sign(secret: str, body: bytes, at_s: int) -> str:
    """The value of the header.

    Args:
        secret: shared with the receiver when the webhook was made.
        body: as sent.
        at_s: seconds since 1970.

    >>> sign("secret", b"{}", 0)
    't=0,v1=4bbe8d39de1ffea42cffafb4727e02f761bef8ed2886b51575ce417d542e918f'
    """
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def is_genuine(secret: str, body: bytes, header: str, now_s: int) -> bool:
    """Whether a request was signed with the secret, and lately; what a receiver does, given here as a model."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    sent_s = int(parts["t"]) if parts.get("t", "").isdecimal() else -TOLERANCE_S - 1
    return abs(now_s - sent_s) <= TOLERANCE_S and hmac.compare_digest(sign(secret, body, sent_s), header)
