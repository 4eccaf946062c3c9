"""The evidence commands, end to end: two departments, a case exported, a bag spoiled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from gridcanary.evidence.note import VerifierKey

pytestmark = pytest.mark.slow

FILL = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
import io
from gridcanary.custody.actions import Handling, Upload, record, take_evidence
record("case.opened", actor=None, case_ref="A-1", body={})
handling = Handling(officer="a", second_officer="b", witness="c")
take_evidence(Upload(io.BytesIO(b"curve"), "curve.csv"), actor=None, case_ref="A-1", kind="digital",
              description="curve", handling=handling)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a case."""
    folder = tmp_path_factory.mktemp("cli") / "home"
    folder.mkdir()
    done = run(folder, [sys.executable, "-c", FILL])
    assert done.returncode == 0, done.stderr
    return folder


def run(home: Path, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "GRIDCANARY_HOME": str(home),
        "GRIDCANARY_DATABASE_URL": "",
        "GRIDCANARY_LOG_NAME": "energy.jining.example/log",
        "DJANGO_SETTINGS_MODULE": "gridcanary.console.settings",
        "LANG": "en_US.UTF-8",
        "LC_ALL": "en_US.UTF-8",
        **more,
    }
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def call(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A gridcanary command in a process of its own, because it points Django at a workspace."""
    return run(
        home, [sys.executable, "-c", "from gridcanary.cli.main import app; app()", "evidence", *words], **more
    )


def test_two_departments_and_an_export(home: Path, tmp_path: Path) -> None:
    key = call(home, "keys").stdout.splitlines()[0]
    assert VerifierKey.parse(key).name == "energy.jining.example/log"

    signed = call(home, "checkpoint", "--request", "police.example/w")
    assert signed.stdout.startswith("old 0\n\nenergy.jining.example/log\n3\n")
    assert "not independent" in signed.stderr
    request, answer = tmp_path / "request", tmp_path / "answer"
    request.write_text(signed.stdout)
    witness = [
        "witness",
        str(request),
        "--state",
        str(tmp_path / "w"),
        "--log",
        key,
        "--name",
        "police.example/w",
    ]
    said = call(tmp_path, *witness)
    answer.write_text(said.stdout)

    refused = call(home, "cosign", str(answer))
    assert refused.returncode == 2
    assert "no cosignature of a known witness" in refused.stderr
    (home / "keys" / "witnesses.txt").write_text(said.stderr)
    kept = call(home, "cosign", str(answer))
    assert "kept the signature of police.example/w (3 events)" in kept.stdout, kept.stderr
    assert "police.example/w" in call(home, "checkpoint").stdout
    again = call(tmp_path, *witness)
    assert (again.returncode, again.stdout) == (2, "")
    assert "has 3 entries" in again.stderr

    bag = tmp_path / "bag"
    exported = call(home, "export", "A-1", str(bag), "--reason", "court")
    assert exported.returncode == 0, exported.stderr
    checked = call(tmp_path, "verify", str(bag), "--key", key)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.endswith("intact\n")
    assert "NOT" not in checked.stdout
    root = str(home / "keys" / "own-tsa.pem")
    assert call(
        tmp_path, "verify", str(bag), "--authority", root, LC_ALL="zh_CN.UTF-8", LANG="zh_CN.UTF-8"
    ).stdout.endswith("校验通过\n")
    (bag / "data" / "case.json").write_text("{}")
    spoiled = call(tmp_path, "verify", str(bag))
    assert spoiled.returncode == 1
    assert "data/case.json: was changed\nNOT INTACT: 1 faults\n" in spoiled.stdout

    whole = call(home, "verify")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "1 files (5 bytes)" in whole.stdout
    assert call(home, "verify", "--log-only").returncode == 0


def test_a_case_without_events_is_not_exported(home: Path, tmp_path: Path) -> None:
    done = call(home, "export", "nobody", str(tmp_path / "bag"))
    assert done.returncode == 2
    assert "no events of a case nobody" in done.stderr


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    runner = CliRunner()
    for words in (["verify", str(tmp_path / "x")], ["verify", "--home", str(tmp_path / "x")]):
        done = runner.invoke(app, ["evidence", *words])
        assert done.exit_code == 2
    done = runner.invoke(
        app, ["evidence", "witness", str(tmp_path / "x"), "--state", str(tmp_path), "--log", "k"]
    )
    assert done.exit_code == 2


def test_an_encryption_key_is_added(tmp_path: Path) -> None:
    runner = CliRunner()
    for name in ("k1", "k2"):
        done = runner.invoke(
            app, ["evidence", "encryption-key", str(tmp_path / "keys")], env={"LC_ALL": "en_US.UTF-8"}
        )
        assert done.exit_code == 0
        assert f"added key {name}" in done.stdout
