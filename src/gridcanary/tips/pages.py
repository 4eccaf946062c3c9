"""What the templates of the report show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from gridcanary.public.context import TAGS
from gridcanary.public.pages import LANGUAGES
from gridcanary.tips.areas import asked_county
from gridcanary.tips.files import ACCEPT
from gridcanary.tips.forms import QUESTION_OF, ReportForm
from gridcanary.tips.limits import MOST_FILE_BYTES, MOST_FILES, MOST_LINE, MOST_TEXT
from gridcanary.tips.models import AttachmentKind, Cue, TimeOfDay
from gridcanary.tips.pins import read_pin
from gridcanary.tips.queries import lines


@dataclass(frozen=True, slots=True)
class Choice:
    """A box to tick."""

    value: str
    label: str
    is_chosen: bool

    @property
    def drawing(self) -> str:
        """The template with its drawing."""
        return f"tips/cues/{self.value}.svg"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question on the check page: its code, its words, and the lines of the answer."""

    code: str
    title: str
    lines: list[str]


def own_frame(context: Mapping[str, Any]) -> dict[str, Any]:
    """A page that came of a form: it has no address of its own, so it offers no other language."""
    return {"here": "report", "languages_here": [], "leave_url": settings.GRIDCANARY_LEAVE_URL, **context}


def form_context(
    form: ReportForm,
    files: Sequence[tuple[int, dict[str, Any]]],
    token: str,
    *,
    refusals: Sequence[str] = (),
    show_errors: bool = True,
    county: str = "",
) -> dict[str, Any]:
    """The page with the questions.

    Args:
        form: empty, or with answers.
        files: what is known of the files that came before, by number.
        token: of the draft; empty for a new report.
        refusals: why files were not taken.
        show_errors: false where nothing was sent just now.
        county: code that the address asks to fill in; one that isn't of this installation's area is left out.
    """
    errors = _errors(form, refusals) if form.is_bound and show_errors else {}
    context = {
        "token": token,
        "values": {name: form.data.get(name, "") for name in form.fields} if form.is_bound else {},
        "cues": _choices(form, "cues", Cue),
        "hours": _choices(form, "hours", TimeOfDay),
        "files": files_shown(files),
        "errors": errors,
        "summary": [(_anchor(name), text) for name, texts in errors.items() for text in texts],
        "wrong": {QUESTION_OF[name] for name in errors},
        "accept": ACCEPT,
        "most_files": MOST_FILES,
        "most_mb": MOST_FILE_BYTES >> 20,
        "most_text": MOST_TEXT,
        "most_line": MOST_LINE,
        "lines": lines(),
    }
    framed = own_frame(context)
    if not form.is_bound:
        del framed["languages_here"]
        town = asked_county(county)
        if town:
            framed["values"] = {"town": town}
            framed["languages_here"] = [
                (short, TAGS[short], f"/{short}/report/?county={county}") for short in LANGUAGES
            ]
    return framed


def answers_shown(form: ReportForm) -> list[Answered]:
    """What was answered, question by question, for checking."""
    given = form.cleaned_data
    pin = read_pin(given["pin"]) if given["pin"] else None
    where = [given["town"], given["place"], given["pin"]]
    if pin:
        where.append(_("Point: %(lat).5f, %(lon).5f") % {"lat": pin.lat, "lon": pin.lon})
    elif given["pin"]:
        where.append(_("No point can be read from this link; staff will look at it as it is."))
    when = []
    if given["seen_first"]:
        when.append(_("Since %(day)s") % {"day": given["seen_first"].isoformat()})
    if given["seen_last"]:
        when.append(_("Last on %(day)s") % {"day": given["seen_last"].isoformat()})
    when += [str(TimeOfDay(code).label) for code in given["hours"]]
    who = [given["name"], given["phone"], given["contact"]]
    return [
        Answered(
            "what",
            _("What did you notice?"),
            [*(str(Cue(code).label) for code in given["cues"]), given["told"]],
        ),
        Answered("where", _("Where is it?"), where),
        Answered("when", _("When did you notice it?"), when),
        Answered("who", _("How can we reach you?"), who),
    ]


def files_shown(files: Sequence[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Files as pages list them: number in the list, key, kind, and where a picture says that it was taken."""
    return [
        {
            "number": number,
            "key": key,
            "kind": str(AttachmentKind(facts["kind"]).label),
            "place": f"{facts['lat']:.5f}, {facts['lon']:.5f}" if facts["lat"] is not None else "",
            "is_photo": facts["kind"] == AttachmentKind.PHOTO,
            "can_be_stripped": bool(facts["copy_type"]),
        }
        for number, (key, facts) in enumerate(files, start=1)
    ]


def _choices(form: ReportForm, name: str, kinds: Any) -> list[Choice]:
    chosen = set(_values(form, name))
    return [Choice(str(value), str(label), str(value) in chosen) for value, label in kinds.choices]


def _values(form: ReportForm, name: str) -> list[str]:
    """What a field was filled in with; a bound form of ours holds several values a name."""
    return form.data.getlist(name) if isinstance(form.data, MultiValueDict) else []


def _errors(form: ReportForm, refusals: Sequence[str]) -> dict[str, list[str]]:
    found = {name: [str(text) for text in form.errors.get(name, [])] for name in form.fields}
    return {name: texts for name, texts in {**found, "files": list(refusals)}.items() if texts}


def _anchor(name: str) -> str:
    """Where the link of the summary leads: the field, or the first box of several."""
    first = {"cues": f"cue-{Cue.values[0]}", "hours": f"hour-{TimeOfDay.values[0]}"}
    return first.get(name, name)
