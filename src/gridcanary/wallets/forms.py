"""Forms of dossiers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridcanary.custody.actions import Handling

NEEDED = _("Choose a ZIP, or a dossier that lies on the server.")


class AttachForm(forms.Form):
    """A dossier to attach: a ZIP from the person's machine, or a folder on the server; and who brings it."""

    title = forms.CharField(label=_("What lists call it"), max_length=200)
    archive = forms.FileField(label=_("ZIP of the dossier's folder"), required=False)
    folder = forms.ChoiceField(label=_("or a dossier on the server"), required=False)
    officer = forms.CharField(label=_("First officer, with certificate number"), max_length=100)
    second_officer = forms.CharField(
        label=_("Second officer, with certificate number"), max_length=100, required=False
    )
    one_officer_reason = forms.CharField(
        label=_("or why there was only one"),
        max_length=300,
        required=False,
        initial=_("Computed from a public ledger; anybody can compute it again."),
    )
    witness = forms.CharField(label=_("Witness"), max_length=100, required=False)
    no_witness_reason = forms.CharField(
        label=_("or why there was none"),
        max_length=300,
        required=False,
        initial=_("Nothing was taken from anybody; the digests prove the content."),
    )

    def __init__(self, *args: Any, folders: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if folders:
            choices = [("", "–"), *((name, name) for name in folders)]
            self.fields["folder"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["folder"]

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two ways."""
        said = super().clean() or {}
        if bool(said.get("archive")) == bool(said.get("folder")):
            raise forms.ValidationError(NEEDED)
        return said

    def handling(self) -> Handling:
        """The facts as custody takes them."""
        names = ("officer", "second_officer", "one_officer_reason", "witness", "no_witness_reason")
        return Handling(**{name: self.cleaned_data[name] for name in names})
