"""Backing a workspace up and bringing it back: database, evidence, lists; keys apart from them."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from gridcanary import __version__
from gridcanary.console.backup_archive import BackupFault, unpacked, write_archive
from gridcanary.console.databases import SQLITE_FILE
from gridcanary.contracts.errors import GridcanaryError

DUMP = "database.dump"
LEFT_OUT = {"lake", "cache", "state", "keys", "evidence"}
"""Folders of the workspace: those that can be made again, and those that are named on their own."""


class RestoreRefused(GridcanaryError):
    """A restore that would overwrite something, or cannot fit."""


def back_up(file: Path, *, with_lake: bool = False, force: bool = False) -> str:
    """Write everything but the keys into one file, while people go on working.

    The database is copied first: evidence is only ever added, so whatever the copy names is there when the evidence
    is read after it.

    Args:
        file: where to.
        with_lake: the readings too; they can be large, and the source systems may export them again.
        force: replace a file that is there.

    Returns:
        SHA-256 of the file.

    Raises:
        BackupFault: the file exists, or something changed while it was read.
    """
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch:
        dump = Path(scratch) / (SQLITE_FILE if connection.vendor == "sqlite" else DUMP)
        _dump_sqlite(dump) if connection.vendor == "sqlite" else _dump_postgres(dump)
        members = [(dump.name, dump), *_workspace_files(with_lake=with_lake)]
        return write_archive(file, members, _about("data"), force=force)


def back_up_keys(file: Path, *, force: bool = False) -> str:
    """Write the keys into a file of their own; arguments and result as for ``back_up``.

    Raises:
        BackupFault: there are no keys, or the file exists.
    """
    members = list(_key_files())
    if not members:
        raise BackupFault(file, "this workspace has no keys yet")
    return write_archive(file, members, _about("keys"), force=force)


def restore(file: Path, home: Path, *, keys: Path | None = None, force: bool = False) -> Path | None:
    """Bring a workspace back. Everything is unpacked and verified first, then put in place in one step.

    Args:
        file: a backup.
        home: the workspace; must not exist or be empty unless forced.
        keys: the backup of its keys.
        force: put what is there aside (the folder) or replace it (a PostgreSQL database).

    Returns:
        Where the folder that was there lies now; None where there was none.

    Raises:
        BackupFault: a digest differs, or it is no backup.
        RestoreRefused: something would be overwritten, or it is of another database or a later version.
    """
    home = home.resolve()
    if home.exists() and any(home.iterdir()) and not force:
        raise RestoreRefused(f"{home} is not empty; choose another --home, or say --force to put it aside")
    with contextlib.ExitStack() as stack:
        folder, manifest = stack.enter_context(unpacked(file, home))
        _check_fits(file, manifest, "data")
        if keys is not None:
            key_folder, key_manifest = stack.enter_context(unpacked(keys, home))
            _check_fits(keys, key_manifest, "keys")
            shutil.copytree(key_folder, folder, dirs_exist_ok=True)
        dump = folder / DUMP
        if dump.exists():
            _load_postgres(dump, force=force)
            dump.unlink()
        return _put_in_place(folder, home)


def _about(kind: str) -> dict[str, Any]:
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return {
        "kind": kind,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "version": __version__,
        "database": connection.vendor,
        "migrations": [list(key) for key in applied],
    }


def _dump_sqlite(target: Path) -> None:
    """SQLite's own copying: consistent while others write."""
    source = sqlite3.connect(f"{settings.DATABASES['default']['NAME']}", timeout=60)
    copy = sqlite3.connect(target)
    with contextlib.closing(source), contextlib.closing(copy):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _dump_postgres(target: Path) -> None:
    _run_postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _load_postgres(dump: Path, *, force: bool) -> None:
    tables = connection.introspection.table_names()
    connection.close()
    if tables and not force:
        raise RestoreRefused(
            "the PostgreSQL database is not empty; use an empty one, or say --force to replace it"
        )
    # One transaction: the old content stays until the new one is complete.
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run_postgres("pg_restore", *options, *(["--clean", "--if-exists"] if force else []), str(dump))


def _run_postgres(program: str, *arguments: str) -> None:
    given = connection.settings_dict
    place = {
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
    }
    environment = {**os.environ, **{name: str(value) for name, value in place.items() if value}}
    if sslmode := given["OPTIONS"].get("sslmode"):
        environment["PGSSLMODE"] = sslmode
    command = [program, f"--dbname={given['NAME']}", *arguments]
    try:
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise RestoreRefused(f"{program} is not installed; it comes with PostgreSQL's client") from error
    if ran.returncode:
        raise RestoreRefused(f"{program} failed: {ran.stderr.strip()[-600:]}")


def _workspace_files(*, with_lake: bool) -> Iterator[tuple[str, Path]]:
    home = Path(settings.GRIDCANARY_HOME)
    keys = {path.resolve() for _name, path in _key_files()}
    for path in sorted(home.rglob("*")):
        first = path.relative_to(home).parts[0]
        is_lake = first == "lake" and with_lake
        wanted = is_lake or (first not in LEFT_OUT and not first.startswith((SQLITE_FILE, ".")))
        # Earlier backups that lie here would make each one larger than the last.
        is_ours = path.suffix in (".partial", ".tar") or path.resolve() in keys
        if wanted and path.is_file() and not is_ours:
            yield path.relative_to(home).as_posix(), path
    yield from _files_below(Path(settings.GRIDCANARY_EVIDENCE or home / "evidence"), "evidence")


def _key_files() -> Iterator[tuple[str, Path]]:
    home = Path(settings.GRIDCANARY_HOME)
    single = {"secret.key": home / "secret.key", "personal-data.keys": Path(settings.GRIDCANARY_KEY_FILE)}
    if settings.GRIDCANARY_EVIDENCE_KEYS:
        single["evidence.keys"] = Path(settings.GRIDCANARY_EVIDENCE_KEYS)
    for name, path in single.items():
        if path.is_file():
            yield name, path
    yield from _files_below(home / "keys", "keys")


def _files_below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".partial":
            yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _check_fits(file: Path, manifest: dict[str, Any], kind: str) -> None:
    if manifest.get("kind") != kind:
        raise BackupFault(file, f"it is a backup of {manifest.get('kind')}, not of {kind}")
    if kind == "data" and manifest.get("database") != connection.vendor:
        raise RestoreRefused(
            f"{file} holds a {manifest.get('database')} database, but GRIDCANARY_DATABASE_URL asks for "
            f"{connection.vendor}"
        )
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    later = [f"{app}.{name}" for app, name in manifest.get("migrations", []) if (app, name) not in known]
    if later:
        raise RestoreRefused(
            f"{file} was made by a later version of gridcanary (it knows {later[0]}); install that"
        )


def _put_in_place(folder: Path, home: Path) -> Path | None:
    aside = None
    folder.chmod(0o700)
    if home.exists() and not any(home.iterdir()):
        home.rmdir()
    elif home.exists():
        aside = home.with_name(f"{home.name}.before-{timezone.now():%Y%m%dT%H%M%S}")
        home.rename(aside)
    folder.rename(home)
    return aside
