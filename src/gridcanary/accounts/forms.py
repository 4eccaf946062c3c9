"""Forms of signing in and of one's own account."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import TokenScope, User
from gridcanary.accounts.throttle import Attempt, attempt_of
from gridcanary.accounts.totp import check_second_factor, has_second_factor

CODE_ATTRS = {
    "autocomplete": "one-time-code",
    "autocapitalize": "none",
    "spellcheck": "false",
    "maxlength": "20",
}


def refuse_while_braked(attempt: Attempt) -> None:
    """Raise while the account or the address has to wait."""
    seconds = attempt.wait().total_seconds()
    if seconds > 0:
        raise ValidationError(
            _("Too many failed attempts. Try again in %(minutes)d minutes."),
            code="locked",
            params={"minutes": math.ceil(seconds / 60)},
        )


class SignInForm(AuthenticationForm):
    """Name and password; failures make the account and the address wait."""

    def clean(self) -> dict[str, Any]:
        """Check the password unless the account or the address has to wait."""
        attempt = attempt_of(self.request, self.cleaned_data.get("username") or "")
        refuse_while_braked(attempt)
        try:
            cleaned = super().clean()
        except ValidationError:
            attempt.record_failure()
            raise
        # With a second factor the attempt is over only when that was right too.
        user = self.get_user()
        if user is not None and not has_second_factor(user):
            attempt.record_success()
        return cleaned


class SecondFactorForm(forms.Form):
    """Six digits of the authenticator, or a recovery code."""

    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(attrs=CODE_ATTRS))

    def __init__(self, *args: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
        self.user = user
        self.attempt = attempt_of(request, user.get_username())
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """Check the code unless the account or the address has to wait."""
        refuse_while_braked(self.attempt)
        code: str = self.cleaned_data["code"]
        if not check_second_factor(self.user, code):
            self.attempt.record_failure()
            raise ValidationError(_("This code is not right, or was used already."))
        self.attempt.record_success()
        return code


class ConfirmForm(forms.Form):
    """The password once more, or a code."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code"), required=False, max_length=20, widget=forms.TextInput(attrs=CODE_ATTRS)
    )

    def __init__(self, *args: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
        self.user = user
        self.attempt = attempt_of(request, user.get_username())
        super().__init__(*args, **kwargs)
        if not has_second_factor(user):
            del self.fields["code"]
        if not user.has_usable_password():
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        """Take either, unless the account or the address has to wait."""
        refuse_while_braked(self.attempt)
        cleaned = super().clean() or {}
        password, code = cleaned.get("password"), cleaned.get("code")
        right = (password and self.user.check_password(password)) or (
            code and check_second_factor(self.user, code)
        )
        if not right:
            self.attempt.record_failure()
            raise ValidationError(_("That is not right."))
        self.attempt.record_success()
        return cleaned


class PhoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """One's own telephone number, shown masked."""

    class Meta:
        model = User
        fields = ("phone",)
        widgets = {"phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})}  # noqa: RUF012


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=TokenScope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("half a year")), (366, _("a year"))],
    )
