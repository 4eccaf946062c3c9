"""Forms of parties, measures and money. What the pack forbids is refused here with the pack's own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Membership, Role, Unit
from gridcanary.accounts.queries import members_of
from gridcanary.casework.models import Case, CaseSite
from gridcanary.enforcement import authority
from gridcanary.enforcement.actions.measures import OnSite, Target
from gridcanary.enforcement.actions.money import Movement
from gridcanary.enforcement.actions.parties import PartyFacts
from gridcanary.enforcement.models import (
    EntryKind,
    Measure,
    MeasureState,
    Part,
    Party,
    PartyKind,
    SubjectKind,
)

MOMENT = "%Y-%m-%dT%H:%M"


def _moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[MOMENT, f"{MOMENT}:%S"], **kwargs)


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def _long(label: Any, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class PartyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Parties by number and the name as pages show it."""

    def label_from_instance(self, obj: Any) -> str:
        """Such as ``2 · 王**``."""
        return f"{obj.number} · {obj.shown_name}"


class PostChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Officers with their certificate."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and certificate number, or that there is none."""
        name = obj.user.get_full_name() or obj.user.get_username()
        return f"{name} · {obj.certificate_no if obj.is_certified() else _now('no valid certificate')}"


class PartyForm(forms.Form):
    """What is known of a party. On a stored one an empty personal field changes nothing."""

    kind = forms.ChoiceField(
        label=_("Person or company"), choices=PartyKind.choices, initial=PartyKind.PERSON
    )
    name = forms.CharField(label=_("Name of the party"), max_length=200)
    id_number = forms.CharField(
        label=_("Identity number, or unified social credit code"), max_length=40, required=False
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    address = forms.CharField(label=_("Home or registered address"), max_length=300, required=False)
    parts = forms.MultipleChoiceField(
        label=_("Part in the case"), choices=Part.choices, widget=forms.CheckboxSelectMultiple
    )
    site = forms.ModelChoiceField(
        label=_("At which premises"), queryset=CaseSite.objects.none(), required=False
    )
    note = _long(_("Note (no personal data)"), 2, required=False)

    def __init__(self, *args: Any, case: Case, stored: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = case.sites.all()  # type: ignore[attr-defined]
        if stored:
            del self.fields["parts"], self.fields["site"]
            self.fields["name"].required = False

    def facts(self) -> PartyFacts:
        """What was typed, for the action."""
        names = ("kind", "name", "id_number", "phone", "address", "note")
        return PartyFacts(**{name: self.cleaned_data[name] for name in names})


class ReasonForm(forms.Form):
    """Why personal data must be seen."""

    field = forms.ChoiceField(
        label=_("Which field"),
        choices=[
            ("name", _("Name of the party")),
            ("id_number", _("Identity number, or unified social credit code")),
            ("phone", _("Telephone")),
            ("address", _("Home or registered address")),
        ],
    )
    reason = forms.CharField(label=_("What you need it for"), max_length=1000)


class MeasureForm(forms.Form):
    """Measure, then legal basis, then department; then what it is directed at, and why.

    The three lists depend on each other. Each entry that can't be chosen stays in sight with its reason.
    """

    measure = forms.CharField(max_length=64)
    basis = forms.CharField(max_length=64)
    unit = forms.CharField(max_length=20)
    subject_kind = forms.ChoiceField(label=_("Directed at"), choices=SubjectKind.choices)
    site = forms.ModelChoiceField(
        label=_("Premises of the case"), queryset=CaseSite.objects.none(), required=False
    )
    party = PartyChoice(label=_("Party"), queryset=Party.objects.none(), required=False)
    subject_text = _long(_("What exactly (machines by number, supply by account)"), 2, required=False)
    grounds = _long(_("Facts that it rests on"), 3)
    follows = forms.ModelChoiceField(
        label=_("In place of"), queryset=Measure.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["site"].queryset = case.sites.all()  # type: ignore[attr-defined]
        self.fields["site"].initial = case.sites.first()
        self.fields["party"].queryset = case.parties.all()  # type: ignore[attr-defined]
        self.fields["follows"].queryset = case.measures.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask the pack about the combination."""
        cleaned = super().clean() or {}
        code, basis, unit_id = (cleaned.get(name, "") for name in ("measure", "basis", "unit"))
        if not (code and basis and unit_id):
            raise forms.ValidationError(_("Choose the measure, its legal basis and the department."))
        unit = next((one for one in authority.acting_units(self.case) if str(one.pk) == unit_id), None)
        if unit is None:
            raise forms.ValidationError(_("This department doesn't work on the case. Bring it in first."))
        refusal = authority.refusal(self.case, code, basis, unit)
        if refusal:
            raise forms.ValidationError(refusal)
        cleaned["unit"] = unit
        return cleaned

    def target(self) -> Target:
        """What the measure is directed at."""
        held = self.cleaned_data
        return Target(held["subject_kind"], held["site"], held["party"], held["subject_text"])


class TakeForm(forms.Form):
    """How a measure was taken."""

    at = _moment(_("Began at"))
    officers = PostChoice(
        label=_("Officers"), queryset=Membership.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    witness = forms.CharField(label=_("Witness"), max_length=120, required=False)
    no_witness_reason = forms.CharField(label=_("Or why there was none"), max_length=300, required=False)
    warrant_no = forms.CharField(label=_("Number of the court's warrant"), max_length=80, required=False)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = members_of(measure.unit, Role.OFFICER, Role.APPROVER)
        self.fields["officers"].queryset = posts  # type: ignore[attr-defined]
        self.fields["warrant_no"].required = False

    def on_site(self) -> OnSite:
        """What was typed, for the action."""
        held = self.cleaned_data
        return OnSite(
            tuple(held["officers"]),
            held["at"],
            held["witness"],
            held["no_witness_reason"],
            held["warrant_no"],
        )


class FinishForm(forms.Form):
    """How a measure ended."""

    state = forms.ChoiceField(
        label=_("How"),
        choices=[
            (one, one.label) for one in (MeasureState.ENDED, MeasureState.LIFTED, MeasureState.CONVERTED)
        ],
    )
    at = _moment(_("When"))
    result = _long(_("Result, with the number of the paper"), 2)


class ItemForm(forms.Form):
    """Something that is owed, beside how much."""

    unit = forms.ModelChoiceField(label=_("Collected by"), queryset=Unit.objects.none())
    party = PartyChoice(label=_("Owed by"), queryset=Party.objects.none(), required=False)
    document = forms.CharField(label=_("Number of the paper that claims it"), max_length=120, required=False)
    reason = _long(_("Note on the assessment"), 2, required=False)

    def __init__(self, *args: Any, case: Case, collector: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = authority.acting_units(case)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]
        self.fields["unit"].initial = next((unit for unit in units if unit.kind == collector), None)
        self.fields["party"].queryset = case.parties.all()  # type: ignore[attr-defined]


class AmountForm(forms.Form):
    """An amount that was decided, not reckoned here."""

    amount = forms.DecimalField(label=_("Amount due"), max_digits=15, decimal_places=2, min_value=0)


class EntryForm(forms.Form):
    """A movement of money."""

    kind = forms.ChoiceField(
        label=_("Movement"),
        choices=[(one, one.label) for one in EntryKind if one != EntryKind.ASSESSED],
        initial=EntryKind.COLLECTED,
    )
    amount = forms.DecimalField(label=_("Amount"), max_digits=15, decimal_places=2)
    on = _day(_("On"))
    document = forms.CharField(label=_("Document or receipt"), max_length=120, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def movement(self) -> Movement:
        """What was typed, for the action."""
        return Movement(
            **{name: self.cleaned_data[name] for name in ("kind", "amount", "on", "reason", "document")}
        )


class ClaimForm(forms.Form):
    """When the claim was served."""

    at = _moment(_("Claim served at"))
