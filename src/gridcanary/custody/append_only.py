"""Models whose rows are only ever added. The database itself refuses changes too, see ``triggers``."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from gridcanary.contracts.errors import GridcanaryError


class AppendOnly(GridcanaryError):
    """Somebody tried to change or delete a row that is only ever added."""

    def __init__(self, table: str) -> None:
        super().__init__(f"{table} is append-only; record a correction as a new row instead")


Row = TypeVar("Row", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Reads freely, adds, and refuses the rest."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly(self.model._meta.db_table)

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly(self.model._meta.db_table)


class AppendOnlyModel(models.Model):
    """Base of models whose rows are only ever added; each gives its manager from AppendOnlyQuerySet."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a stored row."""
        if not self._state.adding:
            raise AppendOnly(self._meta.db_table)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly(self._meta.db_table)
