"""Photographs: the original goes sealed into custody, pages show the copy without hidden data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.accounts.uploads import UploadRefused, check_upload
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.custody.actions import CustodyRefused, Handling, Upload, take_evidence
from gridcanary.custody.models import ItemKind
from gridcanary.evidence.errors import EvidenceError
from gridcanary.fieldwork import access
from gridcanary.fieldwork.models import Visit, VisitPhoto

ACCEPTED = ("image", "video")


def add_visit_photos(
    user: User, visit: Visit, files: Sequence[UploadedFile[Any]], caption: str, *, at: dt.datetime
) -> list[str]:
    """Take photographs of a visit into custody.

    Args:
        user: who took them.
        visit: where.
        files: images or videos.
        caption: what they show.
        at: when they were taken.

    Returns:
        Their references in custody.

    Raises:
        CaseRefused: another kind of file, one that is too large, or a person who doesn't take part.
    """
    if not files:
        return []
    access.require_taking_part(user, visit)
    officers = [
        f"{row.membership.user} ({row.certificate_no})"
        for row in visit.plan.officers.select_related("membership__user")
    ]
    handling = Handling(
        officer=officers[0],
        second_officer=officers[1] if len(officers) > 1 else "",
        one_officer_reason="" if len(officers) > 1 else _("One officer is enough here."),
        witness=_("see the record of visit %(visit)d") % {"visit": visit.pk} if visit.witness_present else "",
        no_witness_reason=visit.no_witness_reason
        or _("as the record of visit %(visit)d says") % {"visit": visit.pk},
        happened_at=at,
        place=str(visit.site)[:200],
    )
    return _taken(user, visit.case, visit, files, caption, handling)


def add_case_photos(
    user: User, case: Case, files: Sequence[UploadedFile[Any]], caption: str, *, at: dt.datetime, place: str
) -> list[str]:
    """Take photographs that belong to no visit into custody, such as that of a meter after its supply was cut.

    Raises:
        CaseRefused: as add_visit_photos.
    """
    if not files:
        return []
    post = require_acting(user, case, *access.RECORDING)
    handling = Handling(
        officer=f"{user} ({post.certificate_no or post.unit.name})",
        one_officer_reason=_("Taken by the department that carried it out."),
        no_witness_reason=_("Taken by the department that carried it out."),
        happened_at=at,
        place=place[:200],
    )
    return _taken(user, case, None, files, caption, handling)


@transaction.atomic
def _taken(
    user: User,
    case: Case,
    visit: Visit | None,
    files: Sequence[UploadedFile[Any]],
    caption: str,
    handling: Handling,
) -> list[str]:
    post = require_acting(user, case, *access.RECORDING)
    refs = []
    for file in files:
        content = cast(BinaryIO, file.file)
        try:
            # By its bytes: what the sender calls it says nothing.
            found = check_upload(file.name or "", content, file.size or 0, ACCEPTED)
            upload = Upload(content, file.name or "", found.media_type)
            item = take_evidence(
                upload,
                actor=user,
                case_ref=case.number,
                kind=ItemKind.PHOTO_VIDEO,
                description=caption.strip()[:500] or _("Photograph"),
                handling=handling,
                unit_code=post.unit.code,
            )
        except UploadRefused as refused:
            said = _("%(name)s is neither a photograph nor a video.") % {"name": file.name}
            raise CaseRefused(f"{said} {refused}") from refused
        except (CustodyRefused, EvidenceError) as refused:
            raise CaseRefused(str(refused)) from refused
        copy = item.derivatives.order_by("id").first()
        VisitPhoto.objects.create(
            case=case,
            visit=visit,
            evidence_ref=item.ref,
            copy_ref=copy.ref if copy else "",
            caption=caption.strip()[:200],
            taken_by=user,
        )
        refs.append(item.ref)
    note(
        case,
        "visit.photographed",
        user=user,
        unit=post.unit,
        visit=visit.pk if visit else None,
        evidence=refs,
    )
    return refs
