"""Rows that are only ever added."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from gridcanary.contracts.errors import GridcanaryError

RowT = TypeVar("RowT", bound=models.Model)


class AppendOnly(GridcanaryError):
    """Somebody tried to change or delete a row that is only ever added."""

    def __init__(self) -> None:
        super().__init__("this record is append-only; add a correction instead")


class AppendOnlyQuerySet(models.QuerySet[RowT]):
    """Reads freely, adds, and refuses the rest."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class AppendOnlyModel(models.Model):
    """Base of models whose rows are only ever added; each gives its manager from AppendOnlyQuerySet."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a stored row."""
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly
