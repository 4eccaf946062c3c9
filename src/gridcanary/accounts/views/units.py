"""Units and their people, for administrators of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gridcanary.accounts.actions import add_user, lock_user
from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.accounts.queries import units_administered
from gridcanary.accounts.sessions import ask_to_confirm, is_confirmed, step_up_required
from gridcanary.accounts.unit_actions import add_membership, add_unit, change_unit, end_membership
from gridcanary.accounts.unit_forms import MemberForm, UnitChangeForm, UnitForm
from gridcanary.accounts.views.account import person


def administered(request: HttpRequest) -> QuerySet[Unit]:
    """Units that the person administers; others may not be here."""
    if not person(request).has_role(Role.ADMINISTRATOR):
        raise PermissionDenied
    return units_administered(person(request))


@never_cache
def units(request: HttpRequest) -> HttpResponse:
    """The tree, with how many people each unit has."""
    today = timezone.localdate()
    holds = Q(memberships__since__lte=today) & (
        Q(memberships__until__isnull=True) | Q(memberships__until__gte=today)
    )
    listed = administered(request).annotate(
        people=Count("memberships__user", filter=holds & Q(memberships__user__is_active=True), distinct=True)
    )
    return render(request, "accounts/units.html", {"units": listed})


@never_cache
@step_up_required
def new_unit(request: HttpRequest) -> HttpResponse:
    """A unit below one of those that the person administers."""
    parents = administered(request)
    form = UnitForm(request.POST or None, units=parents, initial={"parent": request.GET.get("below")})
    if request.method == "POST" and form.is_valid():
        try:
            unit = add_unit(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The unit is added."))
            return redirect("accounts:unit", code=unit.code)
    return render(request, "accounts/unit_new.html", {"form": form})


@never_cache
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: its people and what it is called."""
    shown = get_object_or_404(administered(request), code=code)
    today = timezone.localdate()
    posts = Membership.objects.filter(unit=shown).select_related("user")
    running = posts.filter(Q(until__isnull=True) | Q(until__gte=today)).order_by("user__username", "role")
    context = {
        "unit": shown,
        "posts": running,
        "ended": posts.exclude(pk__in=running.values("pk")).order_by("-until")[:20],
        "form": UnitChangeForm(instance=shown),
        "above": Unit.objects.filter(pk=shown.parent_id).first() if shown.parent_id else None,
        "children": administered(request).filter(parent=shown),
    }
    return render(request, "accounts/unit.html", context)


@require_POST
@step_up_required
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Store what a unit is called and what it is."""
    shown = get_object_or_404(administered(request), code=code)
    form = UnitChangeForm(request.POST, instance=shown)
    if form.is_valid():
        change_unit(shown, **form.cleaned_data)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    return redirect("accounts:unit", code=code)


@never_cache
@step_up_required
def new_member(request: HttpRequest, code: str) -> HttpResponse:
    """Give a person a post in a unit; make the account where there is none."""
    shown = get_object_or_404(administered(request), code=code)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        username, password, role = given.pop("username"), given.pop("password"), given.pop("role")
        try:
            with transaction.atomic():
                member = form.person or add_user(username, password, area_prefix=shown.admin_code)
                add_membership(member, shown, role, **given)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The person is added."))
            return redirect("accounts:unit", code=code)
    return render(request, "accounts/member_new.html", {"form": form, "unit": shown})


@require_POST
@step_up_required
def end_post(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a post."""
    shown = get_object_or_404(administered(request), code=code)
    end_membership(get_object_or_404(Membership, pk=pk, unit=shown, until__isnull=True))
    messages.success(request, _("The post has ended."))
    return redirect("accounts:unit", code=code)


@require_POST
def set_locked(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Lock a person out, or let them in again."""
    if not is_confirmed(request):
        return ask_to_confirm(request)
    shown = get_object_or_404(administered(request), code=code)
    posts = Membership.objects.filter(unit=shown, until__isnull=True)
    member = get_object_or_404(User, pk=pk, pk__in=posts.values("user"))
    # Whoever also holds a post elsewhere belongs to other administrators too.
    elsewhere = Membership.objects.filter(user=member, until__isnull=True).exclude(
        unit__in=administered(request)
    )
    if member == request.user or elsewhere.exists():
        messages.error(request, _("This account cannot be locked from here."))
    else:
        lock_user(member, locked=request.POST.get("locked") == "1")
        messages.success(request, _("Saved."))
    return redirect("accounts:unit", code=code)
