"""Backups that are really made and really brought back, on SQLite and on PostgreSQL; and what is refused."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gridcanary.console.backup_archive import BackupFault
from gridcanary.console.backups import restore
from gridcanary.contracts.errors import GridcanaryError

PROGRAM = "from gridcanary.cli.main import app; app()"
FILL = """
from gridcanary.accounts.models import User
from gridcanary.accounts.demo import build_people
user = User.objects.get(username="li.na")
user.phone = "13812341234"
user.save()
build_people(user)
"""
LOOK = """
from gridcanary.accounts.models import User, Membership
from django.db import DatabaseError, connection
user = User.objects.get(username="li.na")
try:
    print(user.phone.in_clear(), user.unit.code, Membership.objects.count())
except Exception as error:
    print(type(error).__name__)
"""
SETUP = "import os, django; django.setup()\n"


@dataclass(frozen=True)
class Installation:
    """A workspace and the database that belongs to it."""

    home: Path
    database_url: str = ""

    def environment(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
        return {
            **kept,
            "GRIDCANARY_HOME": str(self.home),
            "GRIDCANARY_DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "gridcanary.console.settings",
            "PYTHONWARNINGS": "error",
        }

    def run(self, *arguments: str, code: str = PROGRAM) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def look(self) -> str:
        ran = self.run(code=SETUP + LOOK)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()


def fill(place: Installation) -> Installation:
    """A workspace with a person, departments, evidence, a list, keys, and what need not be kept."""
    added = place.run("user", "add", "li.na", "--generate")
    assert added.returncode == 0, added.stderr
    filled = place.run(code=SETUP + FILL)
    assert filled.returncode == 0, filled.stderr
    for name in ("evidence/ab/abcd", "findings.parquet", "cache/curve", "lake/lake.json", "keys/log.key"):
        (place.home / name).parent.mkdir(parents=True, exist_ok=True)
        (place.home / name).write_text(f"content of {name}")
    return place


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return fill(Installation(tmp_path_factory.mktemp("filled") / "var"))


@pytest.fixture(scope="module")
def saved(filled: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("saved")
    ran = filled.run("backup", str(folder / "b.tar"), "--keys", str(folder / "k.tar"))
    assert ran.returncode == 0, ran.stderr
    assert "different places" in ran.stderr
    return folder / "b.tar", folder / "k.tar"


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def names_in(archive: Path) -> set[str]:
    with tarfile.open(archive) as opened:
        return set(opened.getnames())


def altered(source: Path, target: Path, name: str, content: bytes | None) -> Path:
    """A copy of an archive with one member changed, left out (None) or added."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        members = {member.name: old.extractfile(member).read() for member in old}  # type: ignore[union-attr]
        manifest = members.pop("manifest.json")
        members[name] = content if content is not None else b""
        if content is None:
            del members[name]
        for member, body in [*members.items(), ("manifest.json", manifest)]:
            info = tarfile.TarInfo(member)
            info.size = len(body)
            new.addfile(info, io.BytesIO(body))
    return target


def test_a_workspace_comes_back_with_its_keys(saved: tuple[Path, Path], tmp_path: Path) -> None:
    place = Installation(tmp_path / "again")
    ran = place.run("restore", str(saved[0]), "--keys", str(saved[1]))
    assert ran.returncode == 0, ran.stderr
    assert place.look() == "13812341234 demo-county-energy 40"
    assert (place.home / "evidence/ab/abcd").read_text() == "content of evidence/ab/abcd"
    assert files_below(place.home) - {"gridcanary.sqlite3-wal", "gridcanary.sqlite3-shm"} == {
        "gridcanary.sqlite3",
        "secret.key",
        "personal-data.keys",
        "evidence/ab/abcd",
        "findings.parquet",
        "keys/log.key",
    }
    assert stat.S_IMODE(place.home.stat().st_mode) == 0o700
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again"]


def test_the_backup_holds_no_key_and_is_for_its_owner_alone(saved: tuple[Path, Path]) -> None:
    data, keys = map(names_in, saved)
    assert not {name for name in data if "key" in name}
    assert keys == {"secret.key", "personal-data.keys", "keys/log.key", "manifest.json"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in saved} == {0o600}


def test_without_the_keys_what_is_encrypted_stays_closed(saved: tuple[Path, Path], tmp_path: Path) -> None:
    place = Installation(tmp_path / "again")
    assert place.run("restore", str(saved[0])).returncode == 0
    assert place.look() in ("Tampered", "UnknownKey")


def test_people_may_go_on_writing_while_it_is_made(filled: Installation, tmp_path: Path) -> None:
    import sqlite3

    writer = sqlite3.connect(filled.home / "gridcanary.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE accounts_user SET email = 'half@example.org'")
    try:
        # The migration check waits for no lock, and the copy holds what was committed.
        ran = filled.run("backup", str(tmp_path / "b.tar"))
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    assert ran.returncode == 0, ran.stderr
    assert "keys are not in it" in ran.stderr
    with tarfile.open(tmp_path / "b.tar") as archive:
        (tmp_path / "copy.sqlite3").write_bytes(archive.extractfile("gridcanary.sqlite3").read())  # type: ignore[union-attr]
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    assert copy.execute("SELECT count(*) FROM accounts_user WHERE email <> ''").fetchone() == (0,)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_the_lake_comes_along_when_asked_for(filled: Installation, tmp_path: Path) -> None:
    assert filled.run("backup", str(tmp_path / "b.tar"), "--lake").returncode == 0
    with tarfile.open(tmp_path / "b.tar") as archive:
        assert "lake/lake.json" in archive.getnames()
        assert "cache/curve" not in archive.getnames()


def test_nothing_is_overwritten_unless_forced(
    filled: Installation, saved: tuple[Path, Path], tmp_path: Path
) -> None:
    assert filled.run("backup", str(saved[0])).returncode == 2
    place = Installation(tmp_path / "there")
    place.home.mkdir()
    (place.home / "mine").write_text("x")
    refused = place.run("restore", str(saved[0]))
    assert (refused.returncode, "is not empty" in refused.stderr) == (2, True)
    assert files_below(place.home) == {"mine"}
    forced = place.run("restore", str(saved[0]), "--keys", str(saved[1]), "--force")
    assert forced.returncode == 0, forced.stderr
    aside = next(path for path in tmp_path.iterdir() if ".before-" in path.name)
    assert files_below(aside) == {"mine"}
    assert place.look().startswith("13812341234")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("evidence/ab/abcd", b"other", "digest differs", id="changed"),
        pytest.param("evidence/ab/abcd", None, "evidence/ab/abcd is missing", id="left out"),
        pytest.param("more", b"x", "not in the manifest", id="added"),
        pytest.param("../outside", b"x", "outside of the folder", id="escapes upwards"),
        pytest.param("/tmp/outside", b"x", "outside of the folder", id="absolute"),
    ],
)
def test_an_altered_backup_is_refused_and_leaves_nothing(
    saved: tuple[Path, Path], tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(BackupFault, match=said):
        restore(altered(saved[0], tmp_path / "altered.tar", name, content), tmp_path / "in" / "again")
    assert list((tmp_path / "in").iterdir()) == []
    assert not Path("/tmp/outside").exists()


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95], ids=str)
def test_a_backup_that_was_cut_short_is_refused(
    saved: tuple[Path, Path], tmp_path: Path, kept: float
) -> None:
    whole = saved[0].read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(BackupFault):
        restore(tmp_path / "cut.tar", tmp_path / "again")
    assert [path.name for path in tmp_path.iterdir()] == ["cut.tar"]


def test_links_in_a_backup_are_refused(saved: tuple[Path, Path], tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "link.tar", "w") as archive:
        link = tarfile.TarInfo("evidence")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
    with pytest.raises(BackupFault, match="no plain file"):
        restore(tmp_path / "link.tar", tmp_path / "again")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"kind": "keys"}, "a backup of keys", id="of keys"),
        pytest.param({"database": "oracle"}, "holds a oracle database", id="another database"),
        pytest.param({"migrations": [["accounts", "9999_later"]]}, "a later version", id="later version"),
        pytest.param({"format": 2}, "another version", id="another format"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(
    saved: tuple[Path, Path], tmp_path: Path, change: dict[str, object], said: str
) -> None:
    with tarfile.open(saved[0]) as old, tarfile.open(tmp_path / "b.tar", "w") as new:
        for member in old:
            body = old.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == "manifest.json":
                body = json.dumps({**json.loads(body), **change}).encode()
            member.size = len(body)
            new.addfile(member, io.BytesIO(body))
    with pytest.raises(GridcanaryError, match=said):
        restore(tmp_path / "b.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_what_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    ran = Installation(tmp_path / "missing").run("restore", "missing.tar")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)


def test_keys_can_be_listed_and_rotated(tmp_path: Path) -> None:
    place = Installation(tmp_path / "var")
    assert place.run("keys", "rotate").stdout.startswith("0 values")
    assert place.run("keys", "list").stdout.split() == ["k1", "k2", "*"]
    assert place.run("keys", "renew").stdout.startswith("0 values")


@pytest.fixture
def two_databases() -> Iterator[list[str]]:
    """Two empty databases on the server that the tests run against."""
    import psycopg

    url = os.environ["GRIDCANARY_DATABASE_URL"]
    names = ["backup_source", "backup_target"]
    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
        yield [url.rpartition("/")[0] + "/" + name + "?pool=0" for name in names]
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.postgres
def test_on_postgresql_too(two_databases: list[str], saved: tuple[Path, Path], tmp_path: Path) -> None:
    source = fill(Installation(tmp_path / "var", two_databases[0]))
    target = Installation(tmp_path / "again", two_databases[1])
    data, keys = str(tmp_path / "b.tar"), str(tmp_path / "k.tar")
    ran = source.run("backup", data, "--keys", keys)
    assert ran.returncode == 0, ran.stderr
    restored = target.run("restore", data, "--keys", keys)
    assert restored.returncode == 0, restored.stderr
    assert target.look() == source.look() == "13812341234 demo-county-energy 40"
    assert not (target.home / "database.dump").exists()

    elsewhere = Installation(tmp_path / "third", two_databases[1])
    refused = elsewhere.run("restore", data)
    assert (refused.returncode, "not empty" in refused.stderr) == (2, True)
    assert not elsewhere.home.exists()
    assert target.run("restore", data, "--keys", keys, "--force").returncode == 0
    assert target.look().startswith("13812341234")

    of_sqlite = elsewhere.run("restore", str(saved[0]))
    assert (of_sqlite.returncode, "holds a sqlite database" in of_sqlite.stderr) == (2, True)
    trigger = target.run(
        code=SETUP
        + "from django.db import connection\n"
        + "from gridcanary.accounts.unmask_actions import open_for_document\n"
        + "from gridcanary.accounts.models import User\n"
        + "u = User.objects.get(username='li.na'); open_for_document(u, u, 'phone', 'after the restore')\n"
        + "connection.cursor().execute('DELETE FROM accounts_personaldataread')\n"
    )
    assert "append-only" in trigger.stderr
