"""Asking to see personal data, deciding about it, reading it, and who read what."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, FieldError, PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gridcanary.accounts.encryption import encrypted_field
from gridcanary.accounts.models import PersonalDataRead, Role, UnmaskRequest
from gridcanary.accounts.sessions import step_up_required
from gridcanary.accounts.unmask_actions import (
    UnmaskRefused,
    approve_unmask,
    may_see,
    refuse_unmask,
    request_unmask,
    requests_to_decide,
    reveal,
    withdraw_unmask,
)
from gridcanary.accounts.views.account import person

PAGE_ROWS = 50


def _record(request: HttpRequest, label: str, pk: str, field: str) -> tuple[models.Model, str]:
    """The record and the name of its field; 404 for what is no personal data or not for this person."""
    try:
        model = apps.get_model(label)
        name = encrypted_field(model, field).verbose_name
        record = model._default_manager.filter(pk=pk).first()
    except (LookupError, ValueError, FieldError, FieldDoesNotExist) as error:
        raise Http404 from error
    if record is None or not may_see(person(request), record):
        raise Http404
    return record, str(name)


@never_cache
def ask(request: HttpRequest, label: str, pk: str, field: str) -> HttpResponse:
    """Ask to see one field of one record."""
    record, field_name = _record(request, label, pk, field)
    refused = ""
    if request.method == "POST":
        try:
            request_unmask(person(request), record, field, request.POST.get("reason", ""))
        except UnmaskRefused as error:
            refused = str(error)
        else:
            messages.success(request, _("Asked. A second person of your unit has to agree."))
            return redirect("accounts:unmask_requests")
    context = {
        "record": record,
        "field_name": field_name,
        "shown": getattr(record, field),
        "refused": refused,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "accounts/unmask_ask.html", context)


@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """One's own requests, and those that one can decide about."""
    user = person(request)
    visible = UnmaskRequest.objects.visible_to(user).select_related("asked_by", "decided_by", "unit")
    context = {
        "to_decide": [_named(asked) for asked in requests_to_decide(user)],
        "own": [_named(asked) for asked in visible.filter(asked_by=user)[:PAGE_ROWS]],
        "decided": [
            _named(asked) for asked in visible.exclude(asked_by=user).exclude(state="asked")[:PAGE_ROWS]
        ],
    }
    return render(request, "accounts/unmask_requests.html", context)


@require_POST
@step_up_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree or refuse."""
    asked = get_object_or_404(UnmaskRequest.objects.visible_to(person(request)), pk=pk)
    act = approve_unmask if request.POST.get("decision") == "approve" else refuse_unmask
    try:
        act(person(request), asked, request.POST.get("note", ""))
    except UnmaskRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your decision is recorded."))
    return redirect("accounts:unmask_requests")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    asked = get_object_or_404(UnmaskRequest, pk=pk, asked_by=person(request))
    try:
        withdraw_unmask(person(request), asked)
    except UnmaskRefused as error:
        messages.error(request, str(error))
    return redirect("accounts:unmask_requests")


@require_POST
@never_cache
@step_up_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The clear text, once; the reading is recorded. A form, so that no link or prefetch can cause it."""
    asked = get_object_or_404(UnmaskRequest, pk=pk, asked_by=person(request))
    record, field_name = _record(request, asked.model, asked.object_id, asked.field)
    try:
        plain = reveal(person(request), record, asked.field)
    except UnmaskRefused as error:
        messages.error(request, str(error))
        return redirect("accounts:unmask_requests")
    context = {"plain": plain, "asked": asked, "field_name": field_name}
    return render(request, "accounts/unmask_shown.html", context)


@never_cache
def reads(request: HttpRequest) -> HttpResponse:
    """Who read which personal data, for supervisors."""
    user = person(request)
    if not user.has_role(Role.SUPERVISOR):
        raise PermissionDenied
    listed = PersonalDataRead.objects.visible_to(user).select_related("user", "request__decided_by")
    wanted = request.GET.get("person", "").strip()
    if wanted:
        listed = listed.filter(user__username__icontains=wanted)
    page = Paginator(listed, PAGE_ROWS).get_page(request.GET.get("page"))
    rows = [(read, _field_name(read.model, read.field)) for read in page.object_list]
    return render(request, "accounts/reads.html", {"page": page, "rows": rows, "wanted": wanted})


def unmask_address(record: models.Model, field: str) -> str:
    """Where a page links to, to ask for a field of a record."""
    kwargs: dict[str, Any] = {"label": record._meta.label_lower, "pk": record.pk, "field": field}
    return reverse("accounts:unmask_ask", kwargs=kwargs)


def _named(asked: UnmaskRequest) -> dict[str, Any]:
    return {"asked": asked, "field_name": _field_name(asked.model, asked.field), "is_open": asked.is_open()}


def _field_name(label: str, field: str) -> str:
    """What the field is called; its name in the program where the model is gone."""
    try:
        return str(apps.get_model(label)._meta.get_field(field).verbose_name)
    except (LookupError, FieldDoesNotExist):
        return field
