"""Forms of the watch."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.watch.models import WatchResult


class VisitForm(forms.Form):
    """What a visit found."""

    result = forms.ChoiceField(
        label=_("What was found"), choices=WatchResult.choices, widget=forms.RadioSelect
    )
    basis = forms.CharField(
        label=_("What was looked at"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The load curve of which days, the rooms, who was there."),
    )
    done_on = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
