"""The second factor: six digits that an authenticator shows (RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import hmac
import re
import secrets

import pyotp
import segno
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gridcanary.accounts.encryption import PersonalText, key_ring
from gridcanary.accounts.models import RecoveryCode, TotpDevice, User

STEP_SECONDS = 30
RECOVERY_CODES = 10
ISSUER = "gridcanary"
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without characters that are taken for each other."""


def begin_enrolment(user: User) -> TotpDevice:
    """A device that waits for its first code; the same one until then, so that a reload shows the same picture."""
    device, _made = TotpDevice.objects.get_or_create(user=user, defaults={"secret": pyotp.random_base32()})
    return device


def secret_of(device: TotpDevice) -> str:
    """The secret to type where no camera is at hand."""
    held = device.secret
    return held.in_clear() if isinstance(held, PersonalText) else str(held)


def picture(device: TotpDevice) -> str:
    """The secret as a QR code, an SVG that can stand in a page: no inline style, no script."""
    uri = pyotp.TOTP(secret_of(device)).provisioning_uri(name=device.user.get_username(), issuer_name=ISSUER)
    return segno.make(uri, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)


@transaction.atomic
def confirm_enrolment(user: User, code: str) -> list[str]:
    """Finish enrolling with a first code.

    Args:
        user: the person.
        code: what the authenticator shows.

    Returns:
        New recovery codes, to be shown once; none where the code was wrong.
    """
    device = begin_enrolment(user)
    if not check_code(device, code):
        return []
    device.confirmed_at = timezone.now()
    device.save(update_fields=["confirmed_at"])
    return renew_recovery_codes(user)


def has_second_factor(user: User) -> bool:
    """Whether the person's authenticator is in use."""
    return TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).exists()


def needs_second_factor(user: User) -> bool:
    """Whether one of the person's roles demands it (``GRIDCANARY_TOTP_ROLES``)."""
    return bool(settings.GRIDCANARY_TOTP_ROLES) and user.has_role(*settings.GRIDCANARY_TOTP_ROLES)


@transaction.atomic
def check_code(device: TotpDevice, code: str, now: float | None = None) -> bool:
    """Whether a code is right now, or half a minute to either side; each is good once.

    Args:
        device: the authenticator.
        code: six digits, spaces allowed.
        now: seconds since the epoch; the clock when left out.

    Returns:
        True once for each right code.
    """
    digits = "".join(code.split())
    if not re.fullmatch(r"[0-9]{6}", digits):
        return False
    device = TotpDevice.objects.select_for_update().get(pk=device.pk)
    step = int(timezone.now().timestamp() if now is None else now) // STEP_SECONDS
    totp = pyotp.TOTP(secret_of(device))
    for candidate in (step - 1, step, step + 1):
        if candidate > device.last_step and hmac.compare_digest(totp.generate_otp(candidate), digits):
            TotpDevice.objects.filter(pk=device.pk).update(last_step=candidate)
            return True
    return False


@transaction.atomic
def check_second_factor(user: User, answer: str) -> bool:
    """Whether a code of the authenticator or an unused recovery code is right; the latter is used up."""
    device = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).first()
    if device is not None and check_code(device, answer):
        return True
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(answer), used_at=None)
    return bool(unused.update(used_at=timezone.now()))


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """Ten new recovery codes in the place of all old ones; shown once, kept as keyed digests."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


@transaction.atomic
def remove_second_factor(user: User) -> None:
    """Forget the authenticator and its recovery codes."""
    TotpDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _new_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _digest(code: str) -> str:
    plain = re.sub(r"[\s-]", "", code).casefold()
    return key_ring().digest(plain, "accounts.recoverycode.digest")
