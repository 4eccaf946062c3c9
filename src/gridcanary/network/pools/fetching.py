"""Fetching a list: over TLS only, from the address named and no other, with an end to time and size."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from gridcanary.contracts.errors import InputError
from gridcanary.network.pools.reading import MOST_BYTES

TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list as it was found.

    Args:
        name: file or address, as the user named it.
        content: its bytes.
        day: when it was last changed (UTC), as far as its place tells; else the day of fetching.
    """

    name: str
    content: bytes
    day: date


def list_at(place: str, context: ssl.SSLContext | None = None) -> ListFile:
    """A list from a file or an ``https://`` address.

    Args:
        place: path or address.
        context: whom to trust; the system's authorities unless given.

    Raises:
        InputError: it can't be had.
    """
    if "://" in place:
        return _fetched(place, context or ssl.create_default_context())
    path = Path(place)
    try:
        content, changed = path.read_bytes(), path.stat().st_mtime
    except OSError as fault:
        raise InputError(place, f"can't be read: {fault.strerror}") from fault
    return ListFile(place, content, datetime.fromtimestamp(changed, UTC).date())


def _fetched(url: str, context: ssl.SSLContext) -> ListFile:
    """Redirects are not followed: a list comes from where the user said, or not at all."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise InputError(
            url, "is no plain https:// address", remedy="others could change the list on its way"
        )
    path = parts.path or "/"
    try:
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=TIMEOUT_S, context=context
        )
        try:
            connection.request("GET", f"{path}?{parts.query}" if parts.query else path)
            answer = connection.getresponse()
            content = answer.read(MOST_BYTES + 1)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise InputError(
            url, f"can't be fetched: {fault}", remedy="fetch it by other means, name the file"
        ) from fault
    if answer.status != http.client.OK:
        remedy = f"it says {answer.headers['Location']}" if answer.headers["Location"] else None
        raise InputError(url, f"answers {answer.status} {answer.reason}", remedy=remedy)
    return ListFile(url, content, _changed(answer.headers["Last-Modified"]))


def _changed(header: str | None) -> date:
    try:
        return parsedate_to_datetime(header or "").astimezone(UTC).date()
    except ValueError:
        return datetime.now(UTC).date()
