"""Money in the database: whole cents, so that sums are exact on every database."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
LARGEST = Decimal("9999999999999.99")
"""Far above any case, far below what 64 bits of cents hold, even when a million such amounts are added up."""


class AmountField(models.BigIntegerField):  # type: ignore[type-arg]
    """An amount of money: Decimal with two places in Python, an integer of cents in the database.

    SQLite has no decimal numbers and adds them up as floats; integers it adds exactly.
    """

    if TYPE_CHECKING:
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Decimal | None:
        """Cents to Decimal; PostgreSQL gives sums of integers as Decimal already."""
        return None if value is None else Decimal(value).scaleb(-2).quantize(CENT)

    def to_python(self, value: Any) -> Decimal | None:
        """A Decimal with two places.

        Raises:
            ValidationError: no number, too many places, or out of range.
        """
        if value is None or value == "":
            return None
        if isinstance(value, float):
            raise ValidationError(_("Amounts are never floating-point numbers."))
        try:
            amount = Decimal(value)
        except (ArithmeticError, TypeError, ValueError) as error:
            raise ValidationError(_("Enter an amount such as 1234.56.")) from error
        if not amount.is_finite() or abs(amount) > LARGEST:
            raise ValidationError(_("This amount is out of range."))
        if amount != amount.quantize(CENT):
            raise ValidationError(_("An amount has at most two decimal places."))
        return amount.quantize(CENT)

    def get_prep_value(self, value: Any) -> int | None:
        """Cents."""
        amount = self.to_python(value)
        return None if amount is None else int(amount.scaleb(2))

    def value_to_string(self, obj: models.Model) -> str:
        """Dumps carry the amount as people write it."""
        return str(self.value_from_object(obj))

    @property
    def validators(self) -> list[Any]:
        """None of the integer's: the range is checked when the value is read."""
        return []
