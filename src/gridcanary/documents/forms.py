"""Forms of documents. They check shape; the actions decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.custody.queries import items_of
from gridcanary.documents.actions.drafting import ENTRY_LIMIT
from gridcanary.documents.context import CITED
from gridcanary.documents.fields import Field, Kind
from gridcanary.documents.models import Document, Referral, ServiceWay
from gridcanary.documents.scans import MOST_BYTES
from gridcanary.packs.schema.documents import Referral as ReferralKind

MOMENT_FORMAT = "%Y-%m-%dT%H:%M"


def _long(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT_FORMAT)


def _field(field: Field) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "required": False}
    if field.kind == Kind.TEXT:
        return forms.CharField(widget=_long(4), max_length=ENTRY_LIMIT, **common)
    if field.kind == Kind.DAY:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(widget=widget, **common)
    if field.kind == Kind.MOMENT:
        return forms.DateTimeField(
            widget=_moment(), input_formats=[MOMENT_FORMAT, "%Y-%m-%dT%H:%M:%S"], **common
        )
    if field.kind == Kind.NUMBER:
        return forms.DecimalField(max_digits=20, decimal_places=4, **common)
    return forms.CharField(max_length=500, **common)


class PaperForm(forms.Form):
    """What an officer writes into a paper. Nothing is required: a draft may have gaps, an issued paper may not."""

    def __init__(
        self,
        fields: Iterable[Field],
        *args: Any,
        bases: Mapping[str, str] | None = None,
        ask_reason: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if bases:
            self.fields[CITED] = forms.MultipleChoiceField(
                label=_("Legal basis that the paper cites"),
                choices=list(bases.items()),
                initial=list(bases),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.optional_names = {field.name for field in fields if field.optional}
        for field in fields:
            self.fields[field.name] = _field(field)
        if ask_reason:
            self.fields["reason_of_change"] = forms.CharField(label=_("Why it is changed"), max_length=300)
            self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)

    def entries(self) -> dict[str, str]:
        """What was written, as text; days and times in ISO form."""
        said = {}
        for name, value in self.cleaned_data.items():
            if name in ("reason_of_change", "seen") or value in (None, "", []):
                continue
            if name == CITED:
                said[name] = ",".join(value)
            elif hasattr(value, "isoformat"):
                said[name] = value.isoformat()
            else:
                said[name] = f"{value:f}" if hasattr(value, "as_tuple") else str(value).strip()
        return said


def initial_of(fields: Iterable[Field], entries: dict[str, str]) -> dict[str, Any]:
    """Entries as a form shows them: times in the zone of the page."""
    shown: dict[str, Any] = {}
    for field in fields:
        value = entries.get(field.name, "")
        if value and field.kind == Kind.MOMENT:
            moment = dt.datetime.fromisoformat(value)
            shown[field.name] = timezone.localtime(moment) if moment.tzinfo else moment
        else:
            shown[field.name] = value
    if entries.get(CITED):
        shown[CITED] = entries[CITED].split(",")
    return shown


class ScanForm(forms.Form):
    """A scan to upload."""

    scan = forms.FileField(
        label=_("Signed and sealed scan (PDF, JPEG, PNG)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        max_length=200,
    )

    def clean_scan(self) -> Any:
        """Not larger than is taken."""
        return _small_enough(self.cleaned_data["scan"])


class ServeForm(forms.Form):
    """How a paper was served."""

    way = forms.ChoiceField(label=_("Way of service"), choices=ServiceWay.choices)
    served_to = forms.CharField(label=_("Served on (person who took it)"), max_length=100)
    served_at = forms.DateTimeField(label=_("Served at"), widget=_moment(), input_formats=[MOMENT_FORMAT])
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    receipt = forms.FileField(
        label=_("Signed receipt (PDF, JPEG, PNG)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    remark = forms.CharField(
        label=_("Remark"), widget=_long(), required=False, help_text=_("Needed where there is no receipt.")
    )

    def clean_receipt(self) -> Any:
        """Not larger than is taken."""
        return _small_enough(self.cleaned_data.get("receipt"))


def _small_enough(upload: Any) -> Any:
    if upload is not None and upload and upload.size > MOST_BYTES:
        megabytes = MOST_BYTES // 1024 // 1024
        raise forms.ValidationError(_("The file is larger than %(size)d MB.") % {"size": megabytes})
    return upload


class TemplateForm(forms.Form):
    """A unit's own template."""

    template = forms.FileField(
        label=_("Template (.docx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        max_length=120,
    )
    note = forms.CharField(label=_("What was changed"), max_length=300, required=False)


class LetterheadForm(forms.Form):
    """How a unit signs its papers."""

    name = forms.CharField(label=_("Full name on papers"), max_length=120)
    mark = forms.CharField(
        label=_("Mark in numbers"), max_length=40, help_text=_("As in 济能源〔2026〕7号: 济能源")
    )
    address = forms.CharField(label=_("Office address"), max_length=200, required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    contact = forms.CharField(label=_("Contact person"), max_length=60, required=False)


class ReferralForm(forms.Form):
    """A referral to another department."""

    to_unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Receiving department"))
    summary = forms.CharField(label=_("What is referred and why"), widget=_long(5), max_length=ENTRY_LIMIT)
    documents = forms.ModelMultipleChoiceField(
        queryset=Document.objects.none(),
        label=_("Papers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those that the law demands go along in any case."),
    )
    evidence = forms.MultipleChoiceField(
        label=_("Evidence"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, case: Case, kind: ReferralKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(kind=kind.to, active=True)
        self.fields["to_unit"].queryset = units  # type: ignore[attr-defined]
        near = units.filter(path__startswith=case.owner_unit.path.split("/")[0] + "/")
        self.fields["to_unit"].initial = near.first() or units.first()
        self.fields["documents"].queryset = Document.objects.filter(case=case).in_force()  # type: ignore[attr-defined]
        items = items_of(case.number).filter(parent__isnull=True)
        self.fields["evidence"].choices = [  # type: ignore[attr-defined]
            (item.ref, f"{item.ref[:8]} {item.description}") for item in items
        ]


class AnswerForm(forms.Form):
    """The answer to a referral."""

    answer = forms.ChoiceField(label=_("Answer to the referral"), widget=forms.RadioSelect)
    document = forms.ModelChoiceField(
        queryset=Document.objects.none(), label=_("Paper that answers"), required=False
    )
    remark = forms.CharField(label=_("What was found and decided"), widget=_long(), required=False)

    def __init__(self, one: Referral, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = law.pack_of(one.case).referral(one.code).answers
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            (str(number), text.of(law.language())) for number, text in enumerate(answers)
        ]
        mine = Document.objects.filter(case=one.case, unit=one.to_unit).in_force()
        self.fields["document"].queryset = mine  # type: ignore[attr-defined]


class RerouteForm(forms.Form):
    """To whom a referral is passed on."""

    to_unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Pass on to"))
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, one: Referral, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Unit.objects.filter(kind=one.to_unit.kind, active=True).exclude(pk=one.to_unit_id)
        self.fields["to_unit"].queryset = others  # type: ignore[attr-defined]
