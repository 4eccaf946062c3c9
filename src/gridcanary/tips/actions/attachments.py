"""Files of tips as evidence: sealed as they came, without a name, a time of day or a hand that touched them."""

from __future__ import annotations

import datetime as dt
import io

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Unit, User
from gridcanary.custody.actions import Handling, Stored, Upload, derive, store_content, take_evidence
from gridcanary.custody.items import Derivation, EvidenceItem, ItemKind
from gridcanary.evidence.pictures import PlainPicture
from gridcanary.tips.files import ENDINGS, NewFile
from gridcanary.tips.models import Attachment, AttachmentKind, Tip


def start_of_day() -> dt.datetime:
    """The first moment of the local day: all that the log says of when a tip came."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def attach(tip: Tip, file: NewFile, stored: Stored, *, unit: Unit, actor: User | None = None) -> Attachment:
    """Make a file of a tip evidence; within the caller's transaction.

    Args:
        tip: whose file it is.
        file: what is known of it.
        stored: its content in the store.
        unit: who receives it.
        actor: the officer who typed the tip in.
    """
    photo = file.kind == AttachmentKind.PHOTO
    item = take_evidence(
        stored,
        actor=actor,
        case_ref=tip.reference,
        kind=ItemKind.PHOTO_VIDEO if photo else ItemKind.DIGITAL,
        description=(_("Photograph of tip %(tip)s") if photo else _("Sound of tip %(tip)s"))
        % {"tip": tip.reference},
        handling=_by_nobody(),
        unit_code=unit.code,
        at=start_of_day(),
    )
    copy = item.derivatives.first() if photo else _sound_copy(item, file, unit, actor)
    return Attachment.objects.create(
        tip=tip,
        kind=file.kind,
        item=item,
        copy=copy,
        picture_hash=file.picture_hash,
        is_stripped=file.is_stripped,
        lat=file.lat,
        lon=file.lon,
    )


def put_file(file: NewFile) -> Stored:
    """Write a file into the store, outside any transaction; ``attach`` makes it evidence."""
    upload = Upload(io.BytesIO(file.content), f"original{ENDINGS[file.media_type]}", file.media_type)
    if file.kind == AttachmentKind.PHOTO:
        return store_content(upload, ItemKind.PHOTO_VIDEO, picture=PlainPicture(file.copy, file.copy_type))
    return store_content(upload, ItemKind.DIGITAL)


def _sound_copy(item: EvidenceItem, file: NewFile, unit: Unit, actor: User | None) -> EvidenceItem | None:
    if not file.copy:
        return None
    upload = Upload(io.BytesIO(file.copy), f"{item.ref}{ENDINGS[file.copy_type]}", file.copy_type)
    return derive(
        item,
        upload,
        actor=actor,
        derivation=Derivation.METADATA_REMOVED,
        unit_code=unit.code,
        at=start_of_day(),
    )


def _by_nobody() -> Handling:
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("It came over the tip page and was sealed by the system; no officer handled it.")
        return Handling(
            officer=_("Tip page"),
            one_officer_reason=reason,
            no_witness_reason=reason,
            happened_at=start_of_day(),
        )
