"""A unit's own templates and letterhead."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, Unit, User
from gridcanary.casework.sharing import CaseRefused
from gridcanary.custody.actions import record
from gridcanary.documents.models import Letterhead, UnitTemplate
from gridcanary.documents.paper import TemplateFault, UnsafeFile, check_template, fill
from gridcanary.documents.papers import keep
from gridcanary.documents.shape import sample_values, template_shape
from gridcanary.packs import Pack

KEEPERS = (Role.APPROVER, Role.ADMINISTRATOR)
"""Who may change what a unit's papers look like."""


def may_keep(user: User, unit: Unit) -> bool:
    """Whether the person may change the unit's templates and letterhead."""
    return any(post.unit_id == unit.pk and post.role in KEEPERS for post in user.memberships_now())


@transaction.atomic
def adopt(
    user: User, unit: Unit, pack: Pack, code: str, name: str, content: bytes, note: str = ""
) -> UnitTemplate:
    """Take a unit's own template for a kind of paper; earlier ones are kept.

    Args:
        user: an approver or administrator of the unit.
        unit: for which unit.
        pack: the pack whose paper it is for.
        code: kind of the paper.
        name: name of the file.
        content: the DOCX.
        note: what was changed.

    Returns:
        The stored template.

    Raises:
        CaseRefused: the person may not, the file holds what it must not, or it can't be filled.
    """
    if not may_keep(user, unit):
        raise CaseRefused(_("Only an approver or administrator of the unit changes its templates."))
    if code not in pack.documents:
        raise CaseRefused(_("The pack knows no such paper."))
    try:
        check_template(content, name, template_shape())
        fill(content, sample_values(), name)
    except (TemplateFault, UnsafeFile) as fault:
        raise CaseRefused(_("The template isn't taken: %(fault)s") % {"fault": fault}) from fault
    digests = keep(content)
    stored = _next(unit, pack.id, code, name=name[-120:], sha256=digests.sha256, size_bytes=digests.size_bytes,
                   note=note.strip()[:300], added_by=user)  # fmt: skip
    record("template.adopted", actor=user, unit_code=unit.code, body={
        "pack": pack.id, "code": code, "no": stored.no, "sha256": digests.sha256, "sm3": digests.sm3,
    })  # fmt: skip
    return stored


@transaction.atomic
def drop(user: User, unit: Unit, pack: Pack, code: str) -> UnitTemplate:
    """Go back to the pack's template.

    Raises:
        CaseRefused: the person may not.
    """
    if not may_keep(user, unit):
        raise CaseRefused(_("Only an approver or administrator of the unit changes its templates."))
    stored = _next(unit, pack.id, code, added_by=user)
    record("template.dropped", actor=user, unit_code=unit.code, body={"pack": pack.id, "code": code})
    return stored


def _next(unit: Unit, pack_id: str, code: str, **facts: object) -> UnitTemplate:
    Unit.objects.select_for_update().get(pk=unit.pk)
    last = UnitTemplate.objects.filter(unit=unit, pack_id=pack_id, code=code).order_by("-no").first()
    return UnitTemplate.objects.create(
        unit=unit, pack_id=pack_id, code=code, no=last.no + 1 if last else 1, **facts
    )


@transaction.atomic
def set_letterhead(
    user: User, unit: Unit, *, name: str, mark: str, address: str, telephone: str, contact: str
) -> Letterhead:
    """Say how a unit signs its papers. Numbers already given stay as they are.

    Raises:
        CaseRefused: the person may not, or name or mark is empty.
    """
    if not may_keep(user, unit):
        raise CaseRefused(_("Only an approver or administrator of the unit changes its letterhead."))
    if not name.strip() or not mark.strip():
        raise CaseRefused(_("Give the name and the mark of the unit."))
    facts = {"name": name.strip(), "mark": mark.strip(), "address": address.strip(),
             "telephone": telephone.strip(), "contact": contact.strip()}  # fmt: skip
    stored, _made = Letterhead.objects.update_or_create(unit=unit, defaults=facts)
    record(
        "letterhead.set", actor=user, unit_code=unit.code, body={"name": facts["name"], "mark": facts["mark"]}
    )
    return stored
