"""Reports that wait between their questions and their sending."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from gridcanary.tips.draft_seal import DraftSeal
from gridcanary.tips.files import FACTS, NewFile
from gridcanary.tips.limits import MOST_DRAFT_BYTES
from gridcanary.tips.models import DraftFile, TipDraft

LIFETIME = dt.timedelta(hours=2)
"""Counted from the full hour in which a draft was begun: between one hour and two."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft and the token that opens it."""

    row: TipDraft
    seal: DraftSeal

    def answers(self) -> dict[str, list[str]]:
        """What the form was filled in with: values by field."""
        if not self.row.answers:
            return {}
        plain = self.seal.opened(base64.b64decode(self.row.answers), f"{self.row.pk}.answers")
        found: dict[str, list[str]] = json.loads(plain)
        return found

    def files(self) -> list[tuple[int, NewFile]]:
        """Its files with the numbers that the form names them by."""
        return [(row.pk, self._file(row)) for row in self.row.files.all()]

    def file_facts(self) -> list[tuple[int, dict[str, Any]]]:
        """What is known of its files, without opening them."""
        rows = self.row.files.only("pk", "facts", "draft_id")
        return [(row.pk, self._facts(row)) for row in rows]

    def _file(self, row: DraftFile) -> NewFile:
        content, copy = (
            self.seal.opened(bytes(part), f"{self.row.pk}.file") for part in (row.sealed, row.copy)
        )
        facts = {name: value for name, value in self._facts(row).items() if name in FACTS}
        return NewFile(content=content, copy=copy, **facts)

    def _facts(self, row: DraftFile) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.seal.opened(bytes(row.facts), f"{self.row.pk}.facts"))
        return found


def open_draft(token: str) -> Draft | None:
    """The draft that a form's token opens; None where there is none, or it is too old."""
    seal = DraftSeal.of(token)
    if seal is None:
        return None
    row = TipDraft.objects.filter(token_digest=seal.digest, began_at__gt=timezone.now() - LIFETIME).first()
    return Draft(row, seal) if row else None


@transaction.atomic
def begin_draft() -> Draft:
    """A new empty draft."""
    seal = DraftSeal.fresh()
    return Draft(TipDraft.objects.create(token_digest=seal.digest, began_at=_full_hour()), seal)


@transaction.atomic
def write_draft(
    draft: Draft,
    answers: Mapping[str, Sequence[str]],
    *,
    add: Sequence[NewFile] = (),
    drop: Collection[int] = (),
) -> None:
    """Keep answers and files of a draft.

    Args:
        draft: the draft.
        answers: values by field.
        add: files that came.
        drop: numbers of files that the reporter took back.
    """
    text = json.dumps({name: list(values) for name, values in answers.items()}).encode()
    draft.row.answers = base64.b64encode(draft.seal.sealed(text, f"{draft.row.pk}.answers")).decode()
    draft.row.save(update_fields=["answers"])
    draft.row.files.filter(pk__in=list(drop)).delete()
    for file in add:
        DraftFile.objects.create(
            draft=draft.row,
            kind=file.kind,
            facts=draft.seal.sealed(json.dumps(file.facts()).encode(), f"{draft.row.pk}.facts"),
            sealed=draft.seal.sealed(file.content, f"{draft.row.pk}.file"),
            copy=draft.seal.sealed(file.copy, f"{draft.row.pk}.file"),
            size_bytes=len(file.content) + len(file.copy),
        )


def forget_old_drafts() -> int:
    """Delete drafts that are too old; returns how many there were."""
    old = TipDraft.objects.filter(began_at__lte=timezone.now() - LIFETIME)
    count = old.count()
    old.delete()
    return count


def is_room_for_files() -> bool:
    """Whether the files of all drafts together leave room for more."""
    used = DraftFile.objects.aggregate(total=Sum("size_bytes"))["total"] or 0
    return bool(used < MOST_DRAFT_BYTES)


def _full_hour() -> dt.datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)
