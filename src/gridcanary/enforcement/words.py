"""What pages say of measures, in the language of the page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.enforcement.models import Measure, SubjectKind

TRACKS: dict[str, tuple[Promise, Promise]] = {
    "administrative": (
        _("Administrative"),
        _("What an authority with legal powers orders or takes; decisions can be appealed."),
    ),
    "civil": (
        _("Civil (supply contract)"),
        _("Between the power company and its customer; the company holds no public authority."),
    ),
    "price": (_("Price policy"), _("The surcharge on electricity for mining; no punishment.")),
    "criminal": (_("Criminal"), _("For the police and the judiciary alone.")),
    "personnel": (_("Accountability"), _("Concerns officials and bodies, not the miners.")),
}
"""Tracks of the packs with their names and what belongs to them. They never stand in for each other."""


def measure_words(case: Case, measure: Measure) -> dict[str, object]:
    """Name, cited basis, whether that is verified, and what the measure is directed at."""
    pack, lang = law.pack_of(case), law.language()
    basis = pack.basis(measure.basis)
    return {
        "name": pack.measure(measure.code).name.of(lang),
        "track_name": TRACKS[measure.track][0],
        "basis_title": basis.title.of(lang),
        "basis_cited": pack.cite(basis, lang),
        "basis_verified": basis.verified,
        "basis_note": basis.note.of(lang) if basis.note else "",
        "subject": _subject(measure),
    }


def _subject(measure: Measure) -> str:
    if measure.subject_kind == SubjectKind.SITE:
        return str(measure.site)
    if measure.subject_kind == SubjectKind.PARTY and measure.party is not None:
        return f"{measure.party.number} · {measure.party.shown_name}"
    return measure.subject_text
