"""A server that is killed while it takes a tip: afterwards the tip stands whole, or the draft does."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from gridcanary.accounts.models import Unit
from gridcanary.custody.models import Event, EvidenceItem
from gridcanary.tips.actions.drafts import Draft, begin_draft, open_draft, write_draft
from gridcanary.tips.actions.sending import TipFacts, send_tip
from gridcanary.tips.files import examined
from gridcanary.tips.models import Attachment, Tip, TipDraft
from tests.casework.conftest import unit
from tests.tips.conftest import photograph

SERVER = Path(__file__).with_name("killed_server.py")
WORDS = TipFacts(cues=("fan_roar",), told="整夜轰鸣", place="兖州区")


@pytest.fixture
def draft(transactional_db: None) -> Draft:
    begun = begin_draft()
    contents = [photograph(shade=shade) for shade in (60, 90)]
    write_draft(begun, {"told": ["整夜轰鸣"]}, add=[examined(io.BytesIO(one), len(one)) for one in contents])
    return begun


def killed_at(where: str, draft: Draft, bureau: Unit, home: Path) -> int:
    """Send a draft in a process that is killed at a place; returns how it ended."""
    database = str(connection.settings_dict["NAME"])
    command = [sys.executable, str(SERVER), database, str(home), where, draft.seal.token, bureau.code]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode


@pytest.mark.slow
@pytest.mark.parametrize(
    "where", ["in the store", "first file", "second file", "the log", "before the commit"]
)
def test_killed_before_the_end_the_draft_stands(draft: Draft, home: Path, where: str) -> None:
    bureau = unit("jn-energy", "energy")
    assert killed_at(where, draft, bureau, home) == -signal.SIGKILL
    counts = [model.objects.count() for model in (Tip, Attachment, EvidenceItem, Event)]
    assert counts == [0, 0, 0, 0]
    again = open_draft(draft.seal.token)
    assert again is not None
    files = [file for _number, file in again.files()]
    tip = send_tip(WORDS, files, unit=bureau, draft=again.row).tip
    assert tip.attachments.count() == 2


@pytest.mark.slow
def test_killed_after_the_end_the_tip_stands(draft: Draft, home: Path) -> None:
    bureau = unit("jn-energy", "energy")
    assert killed_at("after the commit", draft, bureau, home) == -signal.SIGKILL
    assert Tip.objects.get().attachments.count() == 2
    assert not TipDraft.objects.exists()
