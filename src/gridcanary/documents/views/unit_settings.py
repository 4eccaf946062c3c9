"""What a unit's papers look like: its letterhead and its own templates."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gridcanary.accounts.models import Unit
from gridcanary.casework import law
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import person
from gridcanary.documents.actions import own_templates
from gridcanary.documents.forms import LetterheadForm, TemplateForm
from gridcanary.documents.papers import DOCX, template_for
from gridcanary.documents.queries import letterhead_of, unit_template, unit_templates
from gridcanary.documents.views.files import given
from gridcanary.packs import Pack
from gridcanary.packs.template_fields import FIELDS


def _own_units(request: HttpRequest) -> list[Unit]:
    return list(dict.fromkeys(post.unit for post in person(request).memberships_now()))


def _unit(request: HttpRequest, code: str) -> Unit:
    """One of the person's own units."""
    for unit in _own_units(request):
        if unit.code == code:
            return unit
    raise Http404


def _kind(pack: Pack, code: str) -> str:
    if code not in pack.documents:
        raise Http404
    return pack.document(code).title.of(law.language())


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Letterheads and templates of the person's units."""
    pack, lang = law.pack_for_new_cases(), law.language()
    units = []
    for unit in _own_units(request):
        own = {one.code: one for one in unit_templates(unit) if one.pack_id == pack.id}
        kinds = [
            {"code": code, "title": kind.title.of(lang), "own": own.get(code)}
            for code, kind in pack.documents.items()
            if unit.kind in kind.issuers
        ]
        may = own_templates.may_keep(person(request), unit)
        units.append({"unit": unit, "head": letterhead_of(unit), "kinds": kinds, "may": may})
    return render(request, "documents/unit_papers.html", {"units": units, "pack": pack})


def letterhead(request: HttpRequest, unit: str) -> HttpResponse:
    """Change a unit's letterhead."""
    own = _unit(request, unit)
    head = letterhead_of(own)
    first = {name: getattr(head, name) for name in ("name", "mark", "address", "telephone", "contact")}
    form = LetterheadForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            own_templates.set_letterhead(person(request), own, **form.cleaned_data)
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("documents:unit_papers")
    return render(
        request, "documents/unit_form.html", {"form": form, "unit": own, "heading": _("Letterhead")}
    )


def template(request: HttpRequest, unit: str, code: str) -> HttpResponse:
    """Take a unit's own template, or go back to the pack's."""
    own, pack = _unit(request, unit), law.pack_for_new_cases()
    title, user = _kind(pack, code), person(request)
    form = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            if "drop" in request.POST:
                own_templates.drop(user, own, pack, code)
                messages.success(request, _("The pack's template counts again."))
                return redirect("documents:unit_papers")
            if form.is_valid():
                upload = form.cleaned_data["template"]
                own_templates.adopt(
                    user, own, pack, code, upload.name, upload.read(), form.cleaned_data["note"]
                )
                messages.success(request, _("The template is taken."))
                return redirect("documents:unit_papers")
        except CaseRefused as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form,
        "unit": own,
        "heading": title,
        "code": code,
        "own": unit_template(own, pack.id, code),
        "names": FIELDS,
    }
    return render(request, "documents/unit_form.html", context)


@require_GET
def download(request: HttpRequest, unit: str, code: str) -> HttpResponse:
    """The template that counts, to be edited in an office program."""
    own, pack = _unit(request, unit), law.pack_for_new_cases()
    title = _kind(pack, code)
    return given(template_for(pack, code, own).content, DOCX, f"{title}.docx")
