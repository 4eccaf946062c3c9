"""The law that a case runs by, and moving it to another version on purpose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gridcanary import packs
from gridcanary.casework import law
from gridcanary.casework.actions import cases
from gridcanary.casework.forms import PackForm
from gridcanary.casework.views.asked import answer, case_context, person, seen_case


def law_page(request: HttpRequest, number: str) -> HttpResponse:
    """Version and digest of the pack, what in it is unverified, and a form for an approver of the leading unit."""
    case = seen_case(request, number)
    pack, lang = law.pack_of(case), law.language()
    form = PackForm(pack, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return answer(
            request,
            lambda: cases.move_to_pack(person(request), case, packs.load(said["pack"]), said["reason"]),
            _("The case now runs by this version."),
            "casework:law",
            number=number,
        )
    unverified = [
        (entry.title.of(lang), pack.cite(entry, lang))
        for section in (pack.clocks, pack.prices, pack.theft, pack.penalties, pack.bases)
        for entry in section.values()
        if not entry.verified
    ]
    context = case_context(request, case, "history") | {
        "law": pack,
        "title": pack.switches.title.of(lang),
        "offence": pack.switches.offence.of(lang),
        "unverified": unverified,
        "form": form,
    }
    return render(request, "casework/law.html", context)
