"""Imported findings files, and importing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gridcanary.accounts.models import User
from gridcanary.endpoints.actions.importing import ImportRefused, import_findings, importing_posts
from gridcanary.endpoints.forms import ImportForm
from gridcanary.endpoints.models import FindingsFile
from gridcanary.endpoints.queries import files_of
from gridcanary.endpoints.uploaded import as_file
from gridcanary.endpoints.views.asked import person

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """The list, and the form for the next one."""
    user = person(request)
    posts = importing_posts(user)
    form = ImportForm(request.POST or None, request.FILES or None, posts=posts) if posts else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            made = _imported(user, form)
        except ImportRefused as refused:
            form.add_error("findings", str(refused))
        else:
            messages.success(
                request,
                _("%(name)s: %(new)s new of %(listed)s listed sessions.")
                % {"name": made.name, "new": made.new_count, "listed": made.listed_count},
            )
            return redirect("endpoints:desk")
    context = {"files": files_of(user)[:SHOWN], "form": form, "tab": "files"}
    return render(request, "endpoints/files.html", context)


def _imported(user: User, form: ImportForm) -> FindingsFile:
    said = form.cleaned_data
    with as_file(said["findings"]) as path:
        return import_findings(
            path, said["unit"], user=user, name=said["findings"].name, admin_code=said["admin_code"]
        )
