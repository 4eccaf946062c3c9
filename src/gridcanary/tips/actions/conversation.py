"""What a reporter does with a receipt: prove that it was noted, ask, add."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.contracts.errors import GridcanaryError
from gridcanary.custody.actions import record
from gridcanary.tips.actions.attachments import attach, put_file, start_of_day
from gridcanary.tips.commitments import commitment
from gridcanary.tips.files import NewFile
from gridcanary.tips.limits import MOST_TEXT
from gridcanary.tips.models import Tip, TipMessage
from gridcanary.tips.queries import is_open_to_reporter

MOST_FILES_OF_A_TIP = 24
MOST_MESSAGES = 60


class MessageRefused(GridcanaryError):
    """A message that isn't taken; the text is for the reporter."""


@transaction.atomic
def note_receipt(tip: Tip) -> None:
    """Keep that the reporter typed the receipt back, so that it is known to have been noted."""
    Tip.objects.filter(pk=tip.pk).update(receipt_repeated=True)


def add_message(tip: Tip, text: str, files: Sequence[NewFile] = ()) -> TipMessage:
    """Add what the reporter tells later; kept by day, with its files as evidence.

    Args:
        tip: theirs.
        text: up to ``MOST_TEXT`` letters; may be empty where there are files.
        files: photographs and sounds.

    Returns:
        The stored message.

    Raises:
        MessageRefused: nothing in it, too long, too much, or the 90 days are over.
    """
    text = text.strip()
    if not text and not files:
        raise MessageRefused(_("Write something, or choose a file."))
    if len(text) > MOST_TEXT:
        raise MessageRefused(_("Write at most %(limit)s characters.") % {"limit": MOST_TEXT})
    stored = [(file, put_file(file)) for file in files]
    with transaction.atomic():
        tip = Tip.objects.select_for_update().select_related("unit").get(pk=tip.pk)
        _check_room(tip, len(files))
        message = TipMessage.objects.create(tip=tip, text=text or _("(files only)"))
        items = [attach(tip, file, content, unit=tip.unit).item for file, content in stored]
        record(
            "tip.added",
            actor=None,
            unit_code=tip.unit.code,
            case_ref=tip.reference,
            body={
                "tip": tip.reference,
                "told_sha256": commitment(tip.reference, {"message": message.pk, "text": text}),
                "files_sha256": [commitment(tip.reference, {"file": item.sha256}) for item in items],
            },
            at=start_of_day(),
        )
    return message


@transaction.atomic
def mark_read_by_reporter(tip: Tip) -> None:
    """Note the day on which the reporter saw the messages of staff."""
    tip.messages.filter(written_by__isnull=False, read_on=None).update(read_on=timezone.localdate())


def _check_room(tip: Tip, more_files: int) -> None:
    if not is_open_to_reporter(tip):
        raise MessageRefused(_("Nothing can be added to this report any more. Send a new one."))
    too_many = tip.attachments.count() + more_files > MOST_FILES_OF_A_TIP
    if too_many or tip.messages.filter(written_by=None).count() >= MOST_MESSAGES:
        raise MessageRefused(_("No more can be added to this report. Call us if there is more."))
