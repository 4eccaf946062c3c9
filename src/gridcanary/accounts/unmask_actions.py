"""Seeing personal data in clear: asked for with a reason, agreed by a second person, recorded when read."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.encryption import PersonalText, encrypted_field
from gridcanary.accounts.models import PersonalDataRead, Role, UnmaskRequest, UnmaskState, User
from gridcanary.contracts.errors import GridcanaryError

LEAST_REASON = 5
"""Characters of a reason; five Chinese ones can say something ("核实户主身份")."""
REASON_LIMIT = 1000


class UnmaskRefused(GridcanaryError):
    """Personal data that may not be shown; the message is for the person who asked."""


def request_unmask(user: User, obj: models.Model, field: str, reason: str) -> UnmaskRequest:
    """Ask to see one field of one record in clear.

    Args:
        user: who asks.
        obj: the record; it must be among those that the person may see.
        field: name of an encrypted field.
        reason: what for.

    Returns:
        The request; one that waits or is open already is returned instead of a second one.

    Raises:
        UnmaskRefused: no unit, no proper reason, or a record the person may not see.
        FieldError: the field is not encrypted.
    """
    encrypted_field(type(obj), field)
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise UnmaskRefused(_("Say in a few words what you need it for."))
    unit = user.unit
    if unit is None:
        raise UnmaskRefused(_("You belong to no unit, so nobody could approve it. Ask your administrator."))
    _check_visible(user, obj)
    with transaction.atomic():
        standing = _standing(user, obj, field)
        return standing or UnmaskRequest.objects.create(
            model=obj._meta.label_lower,
            object_id=str(obj.pk),
            field=field,
            about=str(obj)[:200],
            reason=reason[:REASON_LIMIT],
            unit=unit,
            asked_by=user,
        )


def may_decide(user: User, request: UnmaskRequest) -> bool:
    """Whether the person is somebody else who approves or supervises in the unit that asks, or above it."""
    return user.pk != request.asked_by_id and user.has_role(Role.APPROVER, Role.SUPERVISOR, unit=request.unit)


def requests_to_decide(user: User) -> list[UnmaskRequest]:
    """Requests that wait for this person, among others who may decide them."""
    waiting = UnmaskRequest.objects.visible_to(user).filter(state=UnmaskState.ASKED).exclude(asked_by=user)
    return list(waiting.select_related("asked_by", "unit"))


def approve_unmask(user: User, request: UnmaskRequest, note: str = "") -> UnmaskRequest:
    """Agree; the field can be read for ``GRIDCANARY_UNMASK_MINUTES`` from now.

    Args:
        user: the second person.
        request: what to agree to.
        note: a word to it.

    Returns:
        The approved request.

    Raises:
        UnmaskRefused: the same person, no approver of the unit, or decided already.
    """
    return _decide(user, request, UnmaskState.APPROVED, note)


def refuse_unmask(user: User, request: UnmaskRequest, note: str = "") -> UnmaskRequest:
    """Say no; arguments and errors as for ``approve_unmask``."""
    return _decide(user, request, UnmaskState.REFUSED, note)


@transaction.atomic
def withdraw_unmask(user: User, request: UnmaskRequest) -> UnmaskRequest:
    """Take one's own request back, also after it was approved.

    Raises:
        UnmaskRefused: it is somebody else's, or over already.
    """
    request = UnmaskRequest.objects.select_for_update().get(pk=request.pk)
    if request.asked_by_id != user.pk or request.state not in (UnmaskState.ASKED, UnmaskState.APPROVED):
        raise UnmaskRefused(_("This request cannot be withdrawn."))
    request.state = UnmaskState.WITHDRAWN
    request.save(update_fields=["state"])
    return request


@transaction.atomic
def reveal(user: User, obj: models.Model, field: str) -> str:
    """The clear text of a field, on an approved request that has not run out. The reading is recorded.

    Args:
        user: who reads; the same who asked.
        obj: the record.
        field: name of an encrypted field.

    Returns:
        The clear text.

    Raises:
        UnmaskRefused: there is no open approval, or the person may not see the record any more.
    """
    _check_visible(user, obj)
    request = open_request(user, obj, field)
    if request is None:
        raise UnmaskRefused(_("Nobody has approved that you see this, or the approval has run out."))
    return _read(user, obj, field, request.reason, request)


@transaction.atomic
def open_for_document(user: User, obj: models.Model, field: str, reason: str) -> str:
    """The clear text for an official document, for which a law requires it. The reading is recorded.

    The caller decides whether the person may draw the document up; there is no second person here.

    Args:
        user: who draws it up.
        obj: the record.
        field: name of an encrypted field.
        reason: the document, as the supervisors will read it.

    Returns:
        The clear text; an empty field is not recorded.
    """
    _check_visible(user, obj)
    return _read(user, obj, field, reason, None)


def open_request(user: User, obj: models.Model, field: str) -> UnmaskRequest | None:
    """The person's approved request for a field that has not run out; None without one."""
    standing = _standing(user, obj, field)
    return standing if standing is not None and standing.is_open() else None


def _standing(user: User, obj: models.Model, field: str) -> UnmaskRequest | None:
    """A request that waits, or whose approval has not run out."""
    waits = models.Q(state=UnmaskState.ASKED)
    runs = models.Q(state=UnmaskState.APPROVED, expires_at__gt=timezone.now())
    return UnmaskRequest.objects.filter(
        waits | runs, asked_by=user, model=obj._meta.label_lower, object_id=str(obj.pk), field=field
    ).first()


@transaction.atomic
def _decide(user: User, request: UnmaskRequest, state: UnmaskState, note: str) -> UnmaskRequest:
    request = UnmaskRequest.objects.select_for_update().select_related("unit").get(pk=request.pk)
    if request.asked_by_id == user.pk:
        raise UnmaskRefused(_("Somebody else must decide about your request."))
    if not may_decide(user, request):
        raise UnmaskRefused(_("Only an approver or supervisor of the unit that asks can decide this."))
    if request.state != UnmaskState.ASKED:
        raise UnmaskRefused(_("This request has been decided already."))
    now = timezone.now()
    request.state, request.decided_by, request.decided_at = state, user, now
    request.note = note.strip()[:REASON_LIMIT]
    if state == UnmaskState.APPROVED:
        request.expires_at = now + dt.timedelta(minutes=settings.GRIDCANARY_UNMASK_MINUTES)
    request.save()
    return request


def _read(user: User, obj: models.Model, field: str, reason: str, request: UnmaskRequest | None) -> str:
    encrypted_field(type(obj), field)
    held = getattr(obj, field)
    plain = held.in_clear() if isinstance(held, PersonalText) else ""
    if plain:
        unit = user.unit
        PersonalDataRead.objects.create(
            user=user,
            unit_path=unit.path if unit else "",
            model=obj._meta.label_lower,
            object_id=str(obj.pk),
            field=field,
            about=str(obj)[:200],
            reason=reason[:REASON_LIMIT],
            request=request,
        )
    return plain


def may_see(user: User, obj: models.Model) -> bool:
    """Whether a record is among those a person may see, by ``visible_to`` of its manager or model.

    What has neither is shown to nobody: keys of second factors and of webhooks are encrypted fields too.
    """
    model = type(obj)
    visible_to = getattr(model._default_manager, "visible_to", None) or getattr(model, "visible_to", None)
    return user.is_active and visible_to is not None and visible_to(user).filter(pk=obj.pk).exists()


def _check_visible(user: User, obj: models.Model) -> None:
    if not may_see(user, obj):
        raise UnmaskRefused(_("This record is not among those you may see."))
