"""This room's events in words."""

from __future__ import annotations

from django.utils.translation import gettext_noop

SENTENCES = {
    "dossier.attached": gettext_noop("Chain dossier verified and attached: %(title)s"),
    "dossier.verified": gettext_noop("Chain dossier verified again: %(title)s"),
    "dossier.exported": gettext_noop("List exported from a chain dossier: %(title)s (%(table)s)"),
}
