"""Forms of evidence."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.custody.actions import Handling
from gridcanary.custody.items import IN_THE_SYSTEM, Act, ItemKind

BY_HAND = [(act.value, act.label) for act in Act if act not in IN_THE_SYSTEM and act != Act.COLLECTED]


class HandlingForm(forms.Form):
    """Who did it, where, when, watched by whom."""

    officer = forms.CharField(label=_("First officer, with certificate number"), max_length=100)
    second_officer = forms.CharField(
        label=_("Second officer, with certificate number"), max_length=100, required=False
    )
    one_officer_reason = forms.CharField(label=_("or why there was only one"), max_length=300, required=False)
    witness = forms.CharField(label=_("Witness"), max_length=100, required=False)
    no_witness_reason = forms.CharField(
        label=_("or why there was none (a video record counts)"), max_length=300, required=False
    )
    happened_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        initial=timezone.localtime,
    )
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    from_holder = forms.CharField(label=_("Who had it before"), max_length=200, required=False)
    to_holder = forms.CharField(label=_("Who has it now"), max_length=200, required=False)
    seal_number = forms.CharField(label=_("Seal number"), max_length=64, required=False)
    note = forms.CharField(label=_("Remark"), widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def handling(self) -> Handling:
        """The facts as custody takes them."""
        names = Handling.__dataclass_fields__
        return Handling(**{name: self.cleaned_data[name] for name in names if name in self.cleaned_data})


class TakeForm(HandlingForm):
    """A piece of evidence to take."""

    kind = forms.ChoiceField(
        label=_("Kind of evidence"), choices=ItemKind.choices, initial=ItemKind.PHOTO_VIDEO
    )
    description = forms.CharField(label=_("What it is"), max_length=500)
    file = forms.FileField(label=_("File (none for a physical object)"), required=False)
    announced_sha256 = forms.RegexField(
        r"^[0-9a-fA-F]{64}$",
        label=_("SHA-256 computed on site"),
        required=False,
        help_text=_("It is compared with what the server computes; a difference refuses the file."),
    )
    field_order = ("kind", "description", "file", "announced_sha256")

    def clean_announced_sha256(self) -> str:
        """Lower case, as digests are stored."""
        return str(self.cleaned_data["announced_sha256"]).lower()


class ActForm(HandlingForm):
    """Something done with an item."""

    act = forms.ChoiceField(label=_("What was done"), choices=BY_HAND)
    field_order = ("act",)
