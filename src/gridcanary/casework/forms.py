"""Forms of casework. They check shape; the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridcanary import packs
from gridcanary.accounts.models import Unit, User
from gridcanary.accounts.queries import members_of
from gridcanary.casework import law
from gridcanary.casework.actions.cases import OPENERS
from gridcanary.casework.case_queries import campaigns_of
from gridcanary.casework.clock_words import reportable
from gridcanary.casework.models import Campaign, Case, CaseShare, Origin, ShareLevel, SiteKind
from gridcanary.packs import Pack


def _long(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SiteForm(forms.Form):
    """A place: at least one of the four that tell which it is."""

    premises_id = forms.CharField(label=_("Premises or customer number"), max_length=64, required=False)
    meter_id = forms.CharField(label=_("Meter"), max_length=64, required=False)
    transformer_id = forms.CharField(label=_("Transformer"), max_length=64, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("Kind of place"), choices=SiteKind.choices, initial=SiteKind.OTHER)
    admin_code = forms.RegexField(r"^(\d{2}){0,3}$", label=_("Area code"), max_length=6, required=False)
    lat = forms.FloatField(label=_("Latitude (WGS-84)"), min_value=-90, max_value=90, required=False)
    lon = forms.FloatField(label=_("Longitude (WGS-84)"), min_value=-180, max_value=180, required=False)

    def clean(self) -> dict[str, Any]:
        """Something must say which place it is."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in ("premises_id", "meter_id", "transformer_id", "address")):
            raise forms.ValidationError(_("Give the premises, the meter, the transformer or the address."))
        return cleaned


class OpenCaseForm(SiteForm):
    """A new case with its first place and what pointed to it."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Leading department"))
    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(label=_("What is known"), widget=_long(4), required=False)
    campaign = forms.ModelChoiceField(queryset=Campaign.objects.none(), label=_("Campaign"), required=False)
    field_order = ("unit", "title", "summary", "campaign")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [post.unit_id for post in user.memberships_now() if post.role in OPENERS]
        choices = Unit.objects.filter(pk__in=units)
        self.fields["unit"].queryset = choices  # type: ignore[attr-defined]
        self.fields["unit"].initial = choices.first()
        self.fields["campaign"].queryset = campaigns_of(user)  # type: ignore[attr-defined]


class DescribeForm(forms.Form):
    """What is said of a case as a whole."""

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(label=_("What is known"), widget=_long(6), required=False)
    origin = forms.ChoiceField(label=_("Existing or new project"), choices=Origin.choices)


class OutcomeForm(forms.Form):
    """What the case turned out to be."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("What it rests on"), widget=_long(4))

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack, lang = law.pack_of(case), law.language()
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (code, f"{one.name.of(lang)} – {one.meaning.of(lang)}") for code, one in pack.outcomes.items()
        ]


class StatementForm(forms.Form):
    """What a statement that a condition holds rests on."""

    basis = forms.CharField(
        label=_("What this rests on"),
        widget=_long(4),
        help_text=_("The paper's number, what was done, and when."),
    )


class ShareForm(forms.Form):
    """A department to bring in."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Department"))
    level = forms.ChoiceField(
        label=_("What it may do"),
        choices=[(ShareLevel.WORK, ShareLevel.WORK.label), (ShareLevel.READ, ShareLevel.READ.label)],
    )
    purpose = forms.CharField(label=_("What for"), max_length=300)

    def __init__(self, units: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class HandoverForm(forms.Form):
    """A department to take the lead."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("New leading department"))
    note = forms.CharField(label=_("What is handed over, and where things stand"), widget=_long(3))

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(active=True).exclude(pk=case.owner_unit_id).order_by("path")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """Something to do."""

    title = forms.CharField(label=_("What to do"), max_length=200)
    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Department"))
    person = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Person"), required=False)
    due_on = forms.DateField(label=_("By"), widget=_day(), required=False)
    details = forms.CharField(label=_("Details"), widget=_long(2), required=False)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shares = CaseShare.objects.filter(case=case, ended_at__isnull=True).exclude(level=ShareLevel.READ)
        units = Unit.objects.filter(pk__in=shares.values("unit_id"))
        people = {post.user_id for unit in units for post in members_of(unit)}
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].initial = case.owner_unit
        self.fields["person"].queryset = User.objects.filter(pk__in=people)  # type: ignore[attr-defined]


class PackForm(forms.Form):
    """Another version of the law, and why."""

    pack = forms.ChoiceField(label=_("Version"))
    reason = forms.CharField(label=_("Why"), widget=_long(2))

    def __init__(self, now: Pack, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [
            (str(one), str(one)) for one in packs.available() if packs.load(str(one)).digest != now.digest
        ]
        self.fields["pack"].choices = others  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """Something that happened outside the system."""

    event = forms.ChoiceField(label=_("What happened"))
    at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    remark = forms.CharField(label=_("What shows it"), max_length=300)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = reportable(law.pack_of(case))  # type: ignore[attr-defined]


class CampaignForm(forms.Form):
    """A campaign to begin."""

    name = forms.CharField(label=_("Name"), max_length=120)
    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Leading department"))
    begins_on = forms.DateField(label=_("Begins on"), widget=_day())
    ends_on = forms.DateField(label=_("Ends on"), widget=_day(), required=False)
    target_premises = forms.IntegerField(label=_("Premises to check"), min_value=1, required=False)
    purpose = forms.CharField(label=_("Purpose"), widget=_long(3), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [post.unit_id for post in user.memberships_now()]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=own)  # type: ignore[attr-defined]
