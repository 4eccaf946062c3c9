"""Entries that come with a key: each is recorded once, however often it is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.casework.sharing import CaseRefused
from gridcanary.fieldwork.access import ChangedMeanwhile
from gridcanary.fieldwork.models import SentEntry, Visit

CLOCK_AHEAD = dt.timedelta(minutes=10)
OLDEST = dt.timedelta(days=30)
"""Times of a phone's clock that are believed: up to ten minutes ahead, and no older than a month."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a form sent.

    Args:
        key: made by the form, one for each entry.
        kind: which form.
        digest: hexadecimal SHA-256 of the content.
        written_at: when it was written by the phone's clock; None for now.
    """

    key: uuid.UUID
    kind: str
    digest: str
    written_at: dt.datetime | None


def digest_of(fields: Mapping[str, list[str]], files: Mapping[str, list[str]]) -> str:
    """Digest of a form's content.

    Args:
        fields: values by field.
        files: hexadecimal digests of files by field.
    """
    content = hashlib.sha256()
    for name in sorted({*fields, *files}):
        for value in [*fields.get(name, []), *files.get(name, [])]:
            for part in (name, value):
                content.update(f"{len(part)}:{part}".encode())
    return content.hexdigest()


def believed(written_at: dt.datetime | None) -> dt.datetime:
    """The time of an entry: the phone's, or now where its clock can't be right."""
    now = timezone.now()
    if written_at is None or not now - OLDEST <= written_at <= now + CLOCK_AHEAD:
        return now
    return written_at


def once(user: User, visit: Visit, entry: Entry, write: Callable[[dt.datetime], object]) -> bool:
    """Record an entry unless it is recorded already.

    Args:
        user: who sends it.
        visit: where it belongs.
        entry: what was sent.
        write: records it; gets the time that it counts for.

    Returns:
        True when it was recorded now, False when it had been before.

    Raises:
        ChangedMeanwhile: the key belongs to another entry; the phone must make a new one.
        CaseRefused: whatever ``write`` refuses; then the key stays free.
    """
    try:
        with transaction.atomic():
            # First the key, then the content: a second copy that arrives at the same time waits here.
            SentEntry.objects.create(
                key=entry.key,
                visit=visit,
                kind=entry.kind,
                digest=entry.digest,
                written_at=entry.written_at,
                sent_by=user,
            )
            write(believed(entry.written_at))
    except IntegrityError as error:
        before = SentEntry.objects.filter(key=entry.key).first()
        if before is None:
            raise CaseRefused(_("This could not be stored. Check the entry and send it again.")) from error
        if before.digest != entry.digest or before.sent_by_id != user.pk or before.visit_id != visit.pk:
            raise ChangedMeanwhile(
                _("Another entry was sent under this key. Send it as a new one.")
            ) from error
        return False
    return True
