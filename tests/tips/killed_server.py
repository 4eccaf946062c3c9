"""Sends one draft and kills itself, with SIGKILL, at the place that it is told; run by test_killed.py."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import django


def main(database: str, home: str, where: str, token: str, unit_code: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridcanary.console.settings")
    os.makedirs(home, exist_ok=True)
    os.environ["GRIDCANARY_HOME"] = home
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from gridcanary.accounts.models import Unit
    from gridcanary.tips.actions import attachments, sending
    from gridcanary.tips.actions.drafts import open_draft

    def die(*_args: Any, **_kwargs: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def die_at_call(number: int, real: Callable[..., Any]) -> Callable[..., Any]:
        calls = iter(range(1, 100))
        return lambda *args, **kwargs: die() if next(calls) == number else real(*args, **kwargs)

    places: dict[str, Any] = {
        "in the store": (sending, "put_file", die_at_call(2, sending.put_file)),
        "first file": (attachments, "take_evidence", die_at_call(1, attachments.take_evidence)),
        "second file": (attachments, "take_evidence", die_at_call(2, attachments.take_evidence)),
        "the log": (sending, "record", die),
        "before the commit": (sending.Tip, "save", die_at_call(2, sending.Tip.save)),
        "after the commit": (sending, "Sent", die),
    }
    draft = open_draft(token)
    assert draft is not None
    files = [file for _number, file in draft.files()]
    owner, name, replacement = places[where]
    with mock.patch.object(owner, name, replacement):
        sending.send_tip(
            sending.TipFacts(cues=("fan_roar",), told="整夜轰鸣", place="兖州区"),
            files,
            unit=Unit.objects.get(code=unit_code),
            draft=draft.row,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
