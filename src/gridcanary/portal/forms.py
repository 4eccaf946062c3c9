"""Forms of the portal's desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class TellingForm(forms.Form):
    """A case as everybody is to read it."""

    title_zh = forms.CharField(label=_("Title, Chinese"), max_length=80)
    title_en = forms.CharField(label=_("Title, English"), max_length=120)
    text_zh = forms.CharField(
        label=_("What happened, Chinese"), max_length=3000, widget=forms.Textarea(attrs={"rows": 8})
    )
    text_en = forms.CharField(
        label=_("What happened, English"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "How it was noticed, what was found, which rule applied, what followed. No names, numbers or addresses: "
            "they are looked for before it is released."
        ),
    )
    area = forms.RegexField(label=_("Code of the city or county"), regex=r"^\d{6}$")
