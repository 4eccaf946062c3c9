"""Forms of the tip desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.tips.forms import ReportForm
from gridcanary.tips.models import ENDS, Channel, Cue, TimeOfDay, TipState


class TelephoneForm(ReportForm):
    """A tip that somebody tells on the telephone, in a letter or in person; the same questions."""

    channel = forms.ChoiceField(
        label=_("How it came"), choices=[one for one in Channel.choices if one[0] != Channel.WEB]
    )
    cues = forms.MultipleChoiceField(
        label=_("What was noticed"), choices=Cue.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    told = forms.CharField(
        label=_("In their words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    place = forms.CharField(label=_("Address or description of the place"), required=False, max_length=1000)
    pin = forms.CharField(label=_("Coordinates or link of a map"), required=False, max_length=1000)
    town = forms.CharField(label=_("Only the town"), required=False, max_length=200)
    hours = forms.MultipleChoiceField(
        label=_("Time of day"), choices=TimeOfDay.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    field_order = ("channel", "cues", "told", "place", "pin", "town", "seen_first", "seen_last", "hours")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        del self.fields["strip"]
        for name, label in LABELS.items():
            self.fields[name].label = label


LABELS = {
    "seen_first": _("Seen since"),
    "seen_last": _("Last seen"),
    "name": _("Name of the reporter (stored encrypted)"),
    "phone": _("Telephone of the reporter (stored encrypted)"),
    "contact": _("Other contact (stored encrypted)"),
}


class PlaceForm(forms.Form):
    """Which county and which premises."""

    admin_code = forms.RegexField(label=_("Area code"), regex=r"^\d{6}$", required=False)
    premises_id = forms.CharField(label=_("Premises"), required=False, max_length=64)


class DecisionForm(forms.Form):
    """How far a tip is, with the words to the reporter."""

    state = forms.ChoiceField(
        label=_("How far it is"),
        choices=[(one.value, one.label) for one in (TipState.CHECKED, *ENDS)],
    )
    answer = forms.CharField(
        label=_("To the reporter"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They read it with their receipt. Write nothing that tells others who reported."),
    )
    passed_to = forms.CharField(
        label=_("Passed on to"),
        required=False,
        max_length=120,
        help_text=_(
            "The office that is responsible, where the tip isn't for us. The reporter reads its name; it gets nothing "
            "that tells who reported."
        ),
    )


class CaseForm(forms.Form):
    """A new case from a lead, or an open one that it belongs to."""

    title = forms.CharField(label=_("Title of a new case"), required=False, max_length=160)
    case = forms.ModelChoiceField(label=_("Or an open case"), queryset=Case.objects.none(), required=False)

    def __init__(self, data: object, user: User) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["case"].queryset = Case.objects.visible_to(user).open()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """One of the two."""
        given = super().clean() or {}
        if bool(given.get("title")) == bool(given.get("case")):
            raise forms.ValidationError(_("Give the new case a title, or choose an open case."))
        return given
