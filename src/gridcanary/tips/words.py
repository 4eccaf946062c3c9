"""Reasons of tips in words, and the sentences for our events."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gridcanary.contracts.reasons import Reason
from gridcanary.tips.models.cues import Cue

SENTENCES = {
    "tip.taken_up": gettext_noop("Lead of tips taken up: %(tips)s"),
}

INNOCENT = {
    "cold_store": gettext_noop("Cold stores, workshops and grain dryers roar and have rows of fans too."),
    "drying": gettext_noop("Bakeries, dryers and boilers blow out hot air."),
    "building_site": gettext_noop("Building sites and irrigation have makeshift cables."),
    "store_room": gettext_noop("A store room is seldom visited."),
    "telecom": gettext_noop("A telecom room has blinking lights."),
    "computers": gettext_noop("A design office, a render farm or a data centre has many computers."),
    "rumour": gettext_noop("It was heard, not seen."),
}


def sentence(reason: Reason) -> str:
    """A reason or an innocent explanation in the language of the page."""
    kind, _dot, code = reason.code.removeprefix("tips.").partition(".")
    if kind == "cue":
        label = str(Cue(code).label) if code in Cue.values else code
        return _("%(cue)s (independent reporters: %(count)s)") % {
            "cue": label,
            "count": reason.params["reporters"],
        }
    if kind == "innocent":
        return _(INNOCENT[code])
    if kind == "files":
        return _("Tips with photographs or sound: %(count)s") % {"count": reason.params["tips"]}
    return _("%(tips)s tips, but they seem to come from %(reporters)s independent reporters only") % dict(
        reason.params
    )
