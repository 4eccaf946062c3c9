"""Changes the key of the personal data: every stored value is encrypted anew."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from gridcanary.accounts.encryption import EncryptedTextField, forget_key_ring, key_ring
from gridcanary.accounts.key_ring import write_ring
from gridcanary.contracts.errors import GridcanaryError

ROWS_AT_ONCE = 500


class RotationRefused(GridcanaryError):
    """Keys that come from the environment cannot be changed from here."""

    def __init__(self) -> None:
        super().__init__(
            "the keys come from GRIDCANARY_KEYS; add the new key there, then run: gridcanary keys renew"
        )


def encrypted_columns() -> list[tuple[type[models.Model], list[EncryptedTextField]]]:
    """Every model with encrypted fields, and these fields."""
    found = []
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if fields:
            found.append((model, fields))
    return found


def rotate_keys(*, forget_old: bool = False) -> int:
    """Make a new key current and encrypt everything with it.

    Killed half-way it loses nothing, and running it again finishes.

    Args:
        forget_old: take the old keys out of the file at the end. Older backups then need the older key file, and
            nothing else may be writing meanwhile, because it would still use the old key.

    Returns:
        How many values were encrypted anew.

    Raises:
        RotationRefused: the keys come from the environment.
    """
    if settings.GRIDCANARY_KEYS:
        raise RotationRefused
    write_ring(key_ring().with_new_key(), settings.GRIDCANARY_KEY_FILE)
    forget_key_ring()
    count = renew_values()
    if forget_old:
        write_ring(key_ring().without_old_keys(), settings.GRIDCANARY_KEY_FILE)
        forget_key_ring()
    return count


def renew_values() -> int:
    """Encrypt every value that carries an old key with the current one; returns how many there were."""
    return sum(_renew(model, field) for model, fields in encrypted_columns() for field in fields)


def _renew(model: type[models.Model], field: EncryptedTextField) -> int:
    current, count, after = f":{key_ring().current}:", 0, None
    while True:
        with transaction.atomic():
            rows = model._base_manager.order_by("pk").select_for_update()
            batch = list((rows.filter(pk__gt=after) if after is not None else rows)[:ROWS_AT_ONCE])
            for row in batch:
                held = getattr(row, field.attname)
                if held and current not in held.stored:
                    # A new wrapping of the clear text is encrypted with the current key.
                    model._base_manager.filter(pk=row.pk).update(**{field.attname: held.in_clear()})
                    count += 1
        if len(batch) < ROWS_AT_ONCE:
            return count
        after = batch[-1].pk
