"""How often reports may come: counted for a network under a name that lasts an hour, and for everybody together."""

from __future__ import annotations

import math

from django.conf import settings
from django.http import HttpRequest

from gridcanary.accounts.rate_limits import Buckets, network_mark
from gridcanary.contracts.errors import GridcanaryError

BUCKETS = Buckets()
EVERYBODY = "everybody"

MOST_FILES = 6
MOST_FILE_BYTES = 15 << 20
MOST_REQUEST_BYTES = 60 << 20
MOST_DRAFT_BYTES = 4 << 30
"""What the files of all drafts together may take; past it texts are still taken."""
MOST_TEXT = 4000
MOST_LINE = 300


class TooOften(GridcanaryError):
    """Somebody must wait.

    Args:
        seconds: how long.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        super().__init__(f"wait {self.seconds} s")


def take(request: HttpRequest, *kinds: str) -> None:
    """Take a token of the request's network for each kind; those that end in ``_all`` are everybody's together.

    Args:
        request: where it comes from.
        kinds: of ``GRIDCANARY_RATES``.

    Raises:
        TooOften: one of them is empty.
    """
    if not settings.GRIDCANARY_RATES:
        return
    for kind in kinds:
        who = EVERYBODY if kind.endswith("_all") else network_mark(request)
        wait = BUCKETS.take(f"{kind} {who}", settings.GRIDCANARY_RATES[kind])
        if wait:
            raise TooOften(wait)
