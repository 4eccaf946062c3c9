"""What people can notice of a mine without going in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cue(models.TextChoices):
    """Boxes of the first question, each with a drawing. What a cue is worth stands in ``weighing``."""

    FAN_ROAR = "fan_roar", _("Fans that roar day and night")
    HOT_EXHAUST = "hot_exhaust", _("Hot air blown out, even in winter")
    MANY_FANS = "many_fans", _("Rows of fans or vents in a wall")
    CABLES = "cables", _("Thick or makeshift cables, a meter passed by")
    NOBODY = "nobody", _("A workshop where nobody is ever seen")
    LIGHTS = "lights", _("Small lights blinking behind covered windows")
    MACHINES = "machines", _("Mining machines, or boxes of them")
    MASKED_NOISE = "masked_noise", _("Loud music or bird song that hides a hum")
    TALK = "talk", _("Somebody said that they mine, or offered to")
    SUPPLIER = "supplier", _("Somebody lends a site, power or a line for it")
    OTHER = "other", _("Something else")
