"""Names of modes, classes and data faults in the language of the page."""

from __future__ import annotations

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridcanary.console.findings import ListedFinding
from gridcanary.console.spoken import spoken_count, spoken_date, spoken_kw

Label = str | Promise

MODE_NAMES: dict[str, Label] = {
    "A": gettext_lazy("Metered, but under the wrong class"),
    "B": gettext_lazy("Meter tampered with or by-passed"),
    "C": gettext_lazy("Tap without a meter"),
    "D": gettext_lazy("Inside a large lawful load"),
}

CLASS_NAMES: dict[str, Label] = {
    "residential": gettext_lazy("Residential"),
    "agricultural": gettext_lazy("Agricultural"),
    "clean_heating": gettext_lazy("Clean heating"),
    "ev_charging": gettext_lazy("Vehicle charging"),
    "commercial": gettext_lazy("Commercial"),
    "general_industrial": gettext_lazy("General industrial"),
    "large_industrial": gettext_lazy("Large industrial"),
    "public_service": gettext_lazy("Public service"),
    "data_centre": gettext_lazy("Data centre"),
    "other": gettext_lazy("Other"),
    "transformer": gettext_lazy("Transformer area"),
}

STATE_NAMES: dict[str, Label] = {
    "open": gettext_lazy("Undecided"),
    "marked": gettext_lazy("To inspect"),
    "dismissed": gettext_lazy("Dismissed"),
}

QUALITY_NAMES: dict[str, Label] = {
    "stuck": gettext_lazy("The meter repeated the same value for hours: some flat stretches may be a fault."),
    "gaps": gettext_lazy("Readings are missing on some days."),
    "clock_shift": gettext_lazy("The meter's clock was off for a time."),
    "ct_error": gettext_lazy("The level jumps by a transformer ratio: the CT factor may be wrong."),
    "zeros": gettext_lazy("The meter read zero for whole days."),
    "feed_in": gettext_lazy("The customer feeds solar power into the grid, which hides part of the load."),
    "short_history": gettext_lazy("There are few days of readings."),
}

_STRENGTHS = (
    (0.8, gettext_lazy("Very likely a hidden mine")),
    (0.5, gettext_lazy("Likely a hidden mine")),
    (0.2, gettext_lazy("Possibly a hidden mine")),
    (0.0, gettext_lazy("Weak signs of a hidden mine")),
)


def strength(score: float) -> str:
    """A calibrated probability in words."""
    return str(next(words for floor, words in _STRENGTHS if score >= floor))


def since(onset: dt.date | None, now: dt.date) -> str:
    """Since when the load is thought to run."""
    if onset is None:
        return _("since before the data begin")
    return _("since %(date)s") % {"date": spoken_date(onset, now=now)}


def headline(finding: ListedFinding | None) -> str:
    """The verdict in one plain sentence.

    Args:
        finding: None, or one that is not listed, reads as "no sign".

    Returns:
        For instance: Likely a hidden mine since 12 March, about 85 kW (≈ 24–28 machines).
    """
    if finding is None or not finding.listed:
        return _("No sign of a hidden mine")
    words = {"strength": strength(finding.score), "since": since(finding.onset, finding.as_of)}
    if finding.kw_mid is None:
        return _("%(strength)s %(since)s") % words
    words["kw"] = spoken_kw(finding.kw_mid)
    count = spoken_count(finding.machines_low, finding.machines_high)
    if not count:
        return _("%(strength)s %(since)s, about %(kw)s kW") % words
    return _("%(strength)s %(since)s, about %(kw)s kW (≈ %(count)s machines)") % {**words, "count": count}


def quality_sentence(code: str) -> str:
    """A data fault in words; the code itself where it has none."""
    return str(QUALITY_NAMES.get(code, code))
