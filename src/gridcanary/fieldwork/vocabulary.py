"""Words for codes that pages show."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gridcanary.fieldwork.checklist import ABSENT, OPEN, PROVED, SEEN

LIGHT_NAMES = {
    "device": _("Mining device"),
    "software": _("Mining software"),
    "pool_record": _("Record of a mining pool"),
    "power": _("Electricity"),
    "safety": _("Safety"),
    "people": _("People"),
}
"""What the questions of the checklist are about; the first three are the lights of a case."""

LIGHT_STATES = {
    OPEN: _("not checked yet"),
    SEEN: _("seen, no evidence yet"),
    PROVED: _("seen and secured"),
    ABSENT: _("not there"),
}
