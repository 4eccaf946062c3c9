"""Forms of the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Membership, Unit
from gridcanary.accounts.uploads import UploadRefused, check_upload
from gridcanary.casework.models import Case
from gridcanary.endpoints.actions.lines import LineFacts
from gridcanary.endpoints.models import LineState

AREA = RegexValidator(r"^(\d{2}){0,3}$", _("Two, four or six digits of a GB/T 2260 code."))


class UtcDateTimeField(forms.DateTimeField):
    """A moment written and shown in UTC, as sensors and carriers log it, whatever the console's time zone."""

    def prepare_value(self, value: Any) -> Any:
        """As UTC."""
        with timezone.override(dt.UTC):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        """Read as UTC."""
        with timezone.override(dt.UTC):
            return super().to_python(value)


class ImportForm(forms.Form):
    """A findings file, for which department and which area."""

    findings = forms.FileField(
        label=_("Findings file"),
        help_text=_("A .parquet that gridcanary network scan wrote. Files with plain addresses are refused."),
        widget=forms.ClearableFileInput(attrs={"accept": ".parquet"}),
    )
    unit = forms.ModelChoiceField(label=_("Department"), queryset=Unit.objects.none(), empty_label=None)
    admin_code = forms.CharField(
        label=_("Area that the sensor looks at"),
        required=False,
        max_length=6,
        validators=[AREA],
        help_text=_("GB/T 2260 code; that of the department when left empty."),
    )

    def __init__(self, *args: Any, posts: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Unit.objects.filter(pk__in=[post.unit_id for post in posts])

    def clean_findings(self) -> Any:
        """Only Parquet, by its bytes."""
        return _checked(self.cleaned_data["findings"])


class TakeUpForm(forms.Form):
    """Which case takes an endpoint up."""

    case = forms.ModelChoiceField(label=_("Case"), queryset=Case.objects.none(), to_field_name="number")

    def __init__(self, *args: Any, cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["case"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Case.objects.filter(pk__in=[case.pk for case in cases])


class LineForm(forms.Form):
    """One answer of the carrier."""

    seen_at = UtcDateTimeField(
        label=_("Moment that was asked about (UTC)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
    )
    state = forms.ChoiceField(label=_("Answer"), choices=LineState.choices)
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("Which records: RADIUS, address translation, contract.")
    )
    candidates = forms.IntegerField(label=_("Lines that fit"), min_value=0, initial=1)
    confidence = forms.FloatField(
        label=_("Confidence"),
        min_value=0,
        max_value=1,
        help_text=_("As the carrier's records give it, 0 to 1."),
    )
    premises_id = forms.CharField(
        label=_("Premises"),
        required=False,
        max_length=64,
        help_text=_("Premises, meter and holder are named only where the answer is resolved."),
    )
    meter_id = forms.CharField(label=_("Meter"), required=False, max_length=64)
    admin_code = forms.CharField(label=_("Area code"), required=False, max_length=6, validators=[AREA])
    holder = forms.CharField(label=_("Holder of the line"), required=False, max_length=120)
    line_account = forms.CharField(label=_("Account of the line"), required=False, max_length=120)
    address = forms.CharField(
        label=_("Installed at"),
        required=False,
        max_length=300,
        help_text=_("Holder, account and address are stored encrypted; they open for two people."),
    )

    def facts(self) -> LineFacts:
        """What was said, for the action."""
        return LineFacts(**self.cleaned_data)


class AnswersForm(forms.Form):
    """A file of answers."""

    answers = forms.FileField(
        label=_("Answers of the carrier"),
        help_text=_("The .parquet that gridcanary network resolve wrote with the key of the findings."),
        widget=forms.ClearableFileInput(attrs={"accept": ".parquet"}),
    )

    def clean_answers(self) -> Any:
        """Only a table, by its bytes."""
        return _checked(self.cleaned_data["answers"])


def _checked(file: Any) -> Any:
    try:
        check_upload(file.name, file, file.size, allowed=("table",))
    except UploadRefused as refused:
        raise forms.ValidationError(str(refused)) from refused
    return file
