"""What stands on a county's poster and share card, out of the pack, the settings and the tip form."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gridcanary.casework import law
from gridcanary.contracts.errors import InputError
from gridcanary.packs import Pack
from gridcanary.places.addresses import full_name
from gridcanary.portal.poster_sheets import Sheet, Sign, TipLine
from gridcanary.public.pages import LANGUAGES
from gridcanary.tips.areas import own_counties
from gridcanary.tips.models import Cue
from gridcanary.tips.queries import lines

SIGNS = (Cue.FAN_ROAR, Cue.HOT_EXHAUST, Cue.MANY_FANS, Cue.CABLES, Cue.NOBODY, Cue.MASKED_NOISE)
"""What can be noticed from the street."""
LAW = "forbidden"
"""The pack's explainer that is printed."""
MOST_LINES = 2
INK = "#10243a"


def site_address(given: str = "") -> str:
    """Address of the public pages without a slash at its end; empty where none is set.

    Args:
        given: in place of the setting GRIDCANARY_PUBLIC_URL.

    Raises:
        InputError: it is no address of the web.
    """
    address = (given or settings.GRIDCANARY_PUBLIC_URL).strip().rstrip("/")
    parts = urlsplit(address)
    if address and not (parts.scheme in ("http", "https") and parts.hostname and not parts.query):
        raise InputError(
            "GRIDCANARY_PUBLIC_URL",
            f"{address} is no web address",
            remedy="such as https://report.example.org",
        )
    return address


def sheet_of(county: str, lang: str, site: str) -> Sheet:
    """What a county's poster says.

    Args:
        county: code.
        lang: ``zh`` or ``en``.
        site: address of the public pages; empty for no QR code.

    Raises:
        InputError: the county isn't of the pack's area, or there is neither a telephone line nor an
            address to report to.
    """
    if county not in own_counties():
        raise InputError(
            county, "no county of this pack's area", remedy="six digits of GB/T 2260, such as 370102"
        )
    with translation.override(LANGUAGES[lang]):
        pack, told = law.pack_for_new_cases(), _lines()
        if not told and not site:
            raise InputError(
                county,
                "there is neither a telephone line nor an address to report to",
                remedy="set GRIDCANARY_TIP_PHONE or GRIDCANARY_PUBLIC_URL, or write hotlines into the pack",
            )
        sentence, source = _law(pack, lang)
        return Sheet(
            language=lang,
            county=full_name(county),
            address=f"{site}/{lang}/report/?county={county}" if site else "",
            lines=told,
            signs=tuple(Sign(str(cue.label), _drawing(cue)) for cue in SIGNS),
            law=sentence,
            law_source=source,
            words=_words(),
            foot=f"{pack.id} {pack.version}",
        )


def _lines() -> tuple[TipLine, ...]:
    mark = _("(not verified)")
    return tuple(
        TipLine(one.name, one.number, one.hours, "" if one.verified else mark) for one in lines()[:MOST_LINES]
    )


def _drawing(cue: Cue) -> str:
    """The tip form's own drawing, which takes its colour and line from the page, as a picture that stands alone."""
    lines_ = f'stroke="{INK}" fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    drawn = render_to_string(f"tips/cues/{cue.value}.svg")
    return drawn.replace('<svg class="drawing"', f'<svg xmlns="http://www.w3.org/2000/svg" {lines_}', 1)


def _law(pack: Pack, lang: str) -> tuple[str, str]:
    """The sentence and where it stands; empty where the pack has none that holds today."""
    one = pack.content.explainers.get(LAW)
    if one is None or not one.in_force(timezone.localdate()):
        return "", ""
    since = _("Holds since %(day)s.") % {"day": one.valid_from.isoformat()}
    return pack.text(one.answer, lang), f"{pack.cite(one, lang)} · {since}"


def _words() -> dict[str, str]:
    return {
        "title": _("Hidden crypto mine nearby? Report it."),
        "signs": _("How to recognise a mine"),
        "signs_hint": _("One sign alone proves nothing. Several together are worth a report."),
        "scan": _("Scan to report"),
        "scan_hint": _("The county is filled in. Five questions, about three minutes."),
        "call": _("Or call"),
        "call_only": _("Report by telephone"),
        "safe": _("You stay anonymous if you wish"),
        "safe_hint": _(
            "You need not say who you are. The tip page keeps neither your address on the network nor anything "
            "about your device."
        ),
        "care": _("Don't go in, and don't put yourself at risk."),
        "law": _("What the law says"),
    }
