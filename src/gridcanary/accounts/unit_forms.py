"""Forms of units and of who belongs to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Role, Unit, User
from gridcanary.accounts.units import UNIT_KINDS


def _kinds() -> list[tuple[str, Any]]:
    others = Unit.objects.exclude(kind__in=UNIT_KINDS).values_list("kind", flat=True).distinct()
    return [*UNIT_KINDS.items(), *((kind, kind) for kind in sorted(set(others)))]


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units, set in by how deep they stand."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, after a wide space for each unit above it."""
        return "\u3000" * int(obj.depth) + str(obj.name)


class UnitForm(forms.Form):
    """A new unit below one of the administrator's."""

    parent = UnitChoice(label=_("Belongs to"), queryset=Unit.objects.none())
    code = forms.CharField(
        label=_("unit code"), max_length=64, help_text=_("Lower-case letters, digits and hyphens.")
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("kind of department"))
    admin_code = forms.CharField(label=_("area code"), max_length=6, required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]


class UnitChangeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a unit is called and what it is."""

    kind = forms.ChoiceField(label=_("kind of department"))

    class Meta:
        model = Unit
        fields = ("name_zh", "name_en", "kind", "admin_code", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """A post for a person: one who has an account, or a new one with a first password."""

    username = forms.CharField(label=_("Name to sign in with"), max_length=150)
    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    certificate_no = forms.CharField(label=_("law-enforcement certificate"), max_length=40, required=False)
    certified_until = forms.DateField(
        label=_("certificate valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    is_primary = forms.BooleanField(label=_("main post"), required=False)
    password = forms.CharField(
        label=_("First password, for a new account"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """A new account needs a password; a known one keeps its own."""
        cleaned = super().clean() or {}
        username, password = cleaned.get("username", ""), cleaned.get("password", "")
        self.person = User.objects.filter(username=username).first()
        if username and self.person is None:
            if not password:
                self.add_error("password", _("There is no such account yet; give it a first password."))
            else:
                validate_password(password, User(username=username))
        elif password:
            self.add_error("password", _("This account exists; its password cannot be set here."))
        return cleaned
