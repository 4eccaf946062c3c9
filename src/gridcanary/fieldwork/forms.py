"""Forms of the inspections. They check shape; the actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Membership
from gridcanary.casework.models import Case, CaseSite
from gridcanary.fieldwork.models import Answer, DeviceKind, MetAs, UserProof

PHOTO_TYPES = "image/*,video/*"


def long_text(rows: int = 2) -> forms.Textarea:
    """A text of several lines."""
    return forms.Textarea(attrs={"rows": rows})


def moment() -> forms.DateTimeInput:
    """Day and time."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def number(step: str = "any") -> forms.NumberInput:
    """A number, with the digits of a phone's keyboard."""
    return forms.NumberInput(attrs={"inputmode": "decimal", "step": step})


class ManyFiles(forms.ClearableFileInput):
    """Several photographs at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Photographs or videos; a list, empty without any."""

    def __init__(self, **kwargs: Any) -> None:
        widget = ManyFiles(attrs={"accept": PHOTO_TYPES, "multiple": True})
        super().__init__(**{"widget": widget, "required": False, "label": _("Photographs"), **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file by itself."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        cleaned = [super(PhotosField, self).clean(one, initial) for one in files]
        if self.required and not cleaned:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return cleaned


class PlanForm(forms.Form):
    """A round of visits."""

    title = forms.CharField(label=_("What the round is called"), max_length=160)
    sites = forms.ModelMultipleChoiceField(
        queryset=CaseSite.objects.none(), label=_("Places"), widget=forms.CheckboxSelectMultiple
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    meeting_time = forms.TimeField(
        label=_("Meeting time"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    meeting_point = forms.CharField(label=_("Meeting point"), max_length=200, required=False)
    officers = forms.MultipleChoiceField(
        label=_("Officers with a valid certificate; the first one leads"), widget=forms.CheckboxSelectMultiple
    )
    equipment = forms.CharField(label=_("What to take"), widget=long_text(3), required=False)

    def __init__(
        self, sites: Sequence[CaseSite], officers: Sequence[Membership], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["sites"]
        chosen.queryset = CaseSite.objects.filter(pk__in=[site.pk for site in sites]).select_related("case")  # type: ignore[attr-defined]
        chosen.label_from_instance = lambda site: f"{site} · {site.case.number}"  # type: ignore[attr-defined]
        self.posts = {str(post.pk): post for post in officers}
        self.fields["officers"].choices = [  # type: ignore[attr-defined]
            (key, f"{post.user} · {post.unit.name} · {post.certificate_no}")
            for key, post in self.posts.items()
        ]

    def clean_officers(self) -> list[Membership]:
        """The posts that were ticked."""
        return [self.posts[key] for key in self.cleaned_data["officers"]]


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), widget=long_text(2), max_length=300)


class EntryForm(forms.Form):
    """What every entry of a visit carries besides its content."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput)
    written_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    force = forms.BooleanField(widget=forms.HiddenInput, required=False)


class AtForm(EntryForm):
    """An entry that may be about another moment than now."""

    at = forms.DateTimeField(label=_("Time, when it is not now"), required=False, widget=moment())


class ArriveForm(AtForm):
    """Arriving."""

    certificates_shown = forms.BooleanField(
        label=_("Two officers showed their certificates and said why they come"), required=False
    )


class CircumstancesForm(EntryForm):
    """Whom the officers met, the witness, what is confirmed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    certificates_shown = forms.BooleanField(
        label=_("Two officers showed their certificates and said why they come"), required=False
    )
    met_as = forms.ChoiceField(
        label=_("Whom did you meet?"), choices=[("", "–"), *MetAs.choices], required=False
    )
    met_name = forms.CharField(
        label=_("Name of the person met (stored encrypted)"), max_length=80, required=False
    )
    witness_present = forms.BooleanField(label=_("A witness was present"), required=False)
    witness_name = forms.CharField(
        label=_("Name of the witness (stored encrypted)"), max_length=80, required=False
    )
    no_witness_reason = forms.CharField(label=_("If not: why not"), max_length=300, required=False)
    site_confirmed = forms.BooleanField(label=_("Address and meter are those of the case"), required=False)
    user_proof = forms.ChoiceField(
        label=_("How the actual user is confirmed"), choices=UserProof.choices, required=False
    )


class AnswerForm(EntryForm):
    """The answer to one question."""

    item = forms.CharField(widget=forms.HiddenInput, max_length=60)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    answer = forms.ChoiceField(label=_("Answer"), choices=Answer.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("What you saw"), widget=long_text(2), required=False)
    photos = PhotosField()


class LoadForm(AtForm):
    """A load measured on site."""

    kw_total = forms.DecimalField(
        label=_("Total load [kW]"), max_digits=10, decimal_places=3, min_value=0, widget=number("0.001")
    )
    kw_a = forms.DecimalField(
        label=_("Phase A [kW]"), max_digits=10, decimal_places=3, required=False, widget=number("0.001")
    )
    kw_b = forms.DecimalField(
        label=_("Phase B [kW]"), max_digits=10, decimal_places=3, required=False, widget=number("0.001")
    )
    kw_c = forms.DecimalField(
        label=_("Phase C [kW]"), max_digits=10, decimal_places=3, required=False, widget=number("0.001")
    )
    instrument = forms.CharField(label=_("Instrument and its number"), max_length=120)
    note = forms.CharField(label=_("Where it was measured"), max_length=300, required=False)
    photos = PhotosField()


class MeterForm(AtForm):
    """A register that was read."""

    meter_id = forms.CharField(label=_("Meter number"), max_length=64)
    register_kwh = forms.DecimalField(
        label=_("Register [kWh]"), max_digits=14, decimal_places=3, min_value=0, widget=number("0.001")
    )
    seal_intact = forms.ChoiceField(
        label=_("Seal and wiring intact?"), choices=[("", "–"), *Answer.choices], required=False
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    photos = PhotosField()


class DeviceFields(forms.Form):
    """What is known of a device."""

    kind = forms.ChoiceField(label=_("Kind of device"), choices=DeviceKind.choices)
    model = forms.CharField(label=_("Maker and model"), max_length=120, required=False)
    serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    mac = forms.CharField(label=_("Network address (MAC)"), max_length=40, required=False)
    hash_rate_th = forms.DecimalField(
        label=_("Hash rate [TH/s]"),
        max_digits=12,
        decimal_places=4,
        min_value=0,
        required=False,
        widget=number(),
    )
    rated_w = forms.IntegerField(
        label=_("Rated power [W]"), min_value=0, max_value=10_000_000, required=False, widget=number("1")
    )
    count = forms.IntegerField(
        label=_("How many of them (1 with a serial number)"),
        min_value=1,
        max_value=100_000,
        initial=1,
        widget=number("1"),
    )
    where_found = forms.CharField(label=_("Where found (room, rack, shelf)"), max_length=200, required=False)
    running = forms.BooleanField(label=_("It was running"), required=False)


class DeviceEntryForm(EntryForm, DeviceFields):
    """A device listed on site."""

    photos = PhotosField()


class DeviceForm(DeviceFields):
    """A device listed at the desk."""

    site = forms.ModelChoiceField(queryset=CaseSite.objects.none(), label=_("Place"), required=False)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = case.sites.all()  # type: ignore[attr-defined]
        self.fields["site"].initial = case.sites.first()


class CorrectForm(DeviceFields):
    """A corrected entry."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=300)


class ImportForm(forms.Form):
    """A list of devices in a file."""

    site = forms.ModelChoiceField(queryset=CaseSite.objects.none(), label=_("Place"), required=False)
    file = forms.FileField(
        label=_("Device list (CSV or XLSX)"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"})
    )

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = case.sites.all()  # type: ignore[attr-defined]
        self.fields["site"].initial = case.sites.first()


class PhotoForm(EntryForm):
    """Photographs of the place."""

    caption = forms.CharField(label=_("What it shows"), max_length=200)
    photos = PhotosField(required=True)


class FinishForm(AtForm):
    """Leaving."""

    result = forms.CharField(label=_("Result in a few words"), widget=long_text(3))


class GiveUpForm(EntryForm):
    """A visit that was not possible."""

    reason = forms.CharField(label=_("Why the place can't be inspected"), max_length=300)


class StepForm(forms.Form):
    """Sealing, taking, moving or releasing devices."""

    at = forms.DateTimeField(label=_("When"), widget=moment())
    measure = forms.ChoiceField(label=_("Measure"), required=False)
    seal_number = forms.CharField(label=_("Seal number"), max_length=64, required=False)
    holder = forms.CharField(label=_("Where they are afterwards"), max_length=200, required=False)
    document = forms.CharField(label=_("Number of the paper"), max_length=120, required=False)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, measures: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [("", "–"), *measures]  # type: ignore[attr-defined]


class DisposalForm(forms.Form):
    """What became of devices."""

    disposal = forms.ChoiceField(label=_("What became of them"), widget=forms.RadioSelect)
    at = forms.DateTimeField(label=_("When"), widget=moment())
    document = forms.CharField(label=_("Number of the paper"), max_length=120, required=False)
    holder = forms.CharField(label=_("Who has them now"), max_length=200, required=False)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, disposals: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disposal"].choices = disposals  # type: ignore[attr-defined]


class OrderForm(forms.Form):
    """The supply is to go off."""

    site = forms.ModelChoiceField(queryset=CaseSite.objects.none(), label=_("Place"))
    meter_id = forms.CharField(
        label=_("Meter number"), max_length=64, required=False, help_text=_("Empty: the meter of the place.")
    )
    measure = forms.ChoiceField(label=_("Measure and legal basis"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), widget=long_text(2), required=False)

    def __init__(self, case: Case, measures: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = case.sites.all()  # type: ignore[attr-defined]
        self.fields["site"].initial = case.sites.first()
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]


class CutForm(forms.Form):
    """The supply went off."""

    at = forms.DateTimeField(label=_("When it was switched off"), widget=moment())
    where_cut = forms.CharField(label=_("Where it was cut"), max_length=200)
    register_kwh = forms.DecimalField(
        label=_("What the register showed [kWh]"),
        max_digits=14,
        decimal_places=3,
        min_value=0,
        required=False,
        widget=number("0.001"),
    )
    photos = PhotosField()


class OnSiteProofForm(forms.Form):
    """The register, read again."""

    at = forms.DateTimeField(label=_("When it was read"), widget=moment())
    register_kwh = forms.DecimalField(
        label=_("What the register shows [kWh]"),
        max_digits=14,
        decimal_places=3,
        min_value=0,
        widget=number("0.001"),
    )
    photos = PhotosField(required=True, label=_("Photograph of the register"))
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)


class ReconnectForm(forms.Form):
    """The supply came back."""

    at = forms.DateTimeField(label=_("When it was switched on again"), widget=moment())
    reason = forms.CharField(label=_("Reason"), widget=long_text(2))
