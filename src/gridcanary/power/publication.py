"""Putting the files of an import into the lake, all of them or none.

New files wait in the staging folder; what they replace is moved there too, so that an import that fails or is
killed while it publishes is undone: at once, or by the next import. A line in imports.jsonl ends an import.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from gridcanary.contracts.errors import LakeError
from gridcanary.power.staging import PREFIX

MANIFEST = "imports.jsonl"
_JOURNAL = "journal.json"
_SYNC_ALL_FROM = 32
"""From so many files on one sync of the disk is quicker than one a file (3 ms each)."""


@contextlib.contextmanager
def sole_import(lake: Path) -> Iterator[None]:
    """Hold the lake for one import, after undoing what a killed one left.

    Raises:
        LakeError: another import is at work.
    """
    with (lake / ".import.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LakeError(lake, "another import is at work in it; wait for its end") from None
        for folder in sorted(lake.glob(f"{PREFIX}*")):
            _recover(lake, folder)
        yield


class Publication:
    """Files on their way into the lake.

    Args:
        lake: the lake's folder.
        staging: the import's staging folder, on the same file system.
        durable: whether files must outlast a failure of power; a scratch lake need not.
    """

    def __init__(self, lake: Path, staging: Path, *, durable: bool = True) -> None:
        self._lake, self._staging, self._durable = lake, staging, durable
        self._names: list[str] = []
        self._removed: set[int] = set()
        (staging / "new").mkdir(exist_ok=True)

    def place(self, name: str) -> Path:
        """Where to write the file that is to become ``name``, relative to the lake."""
        path = self._staging / "new" / str(len(self._names))
        self._names.append(name)
        return path

    def remove(self, name: str) -> None:
        """Take a file out of the lake with the same commit."""
        self._removed.add(len(self._names))
        self.place(name).touch()

    def commit(self, entry: dict[str, object]) -> None:
        """Publish every file, and say so in the manifest.

        Args:
            entry: the manifest's line.
        """
        if self._durable:
            _sync([self._staging / "new" / str(i) for i in range(len(self._names))])
        journal = {"names": self._names, "manifest_bytes": _size(self._lake / MANIFEST)}
        (self._staging / "old").mkdir()
        (self._staging / _JOURNAL).write_text(json.dumps(journal), "utf-8")
        try:
            for number, name in enumerate(self._names):
                self._put(number, name)
            _append_line(self._lake / MANIFEST, json.dumps(entry, ensure_ascii=False, sort_keys=True))
        except BaseException:
            # Also for an interrupt from the keyboard: the lake must not keep half of an import.
            undo(self._lake, self._staging)
            raise

    def _put(self, number: int, name: str) -> None:
        target = self._lake / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            # A link and not a move: a reader must find one of the two at any moment.
            os.link(target, self._staging / "old" / str(number))
        new = self._staging / "new" / str(number)
        if number in self._removed:
            new.unlink()
            target.unlink()
        else:
            os.replace(new, target)


def undo(lake: Path, staging: Path) -> None:
    """Bring back what an unfinished publication replaced, and take away what it added."""
    journal = json.loads((staging / _JOURNAL).read_text("utf-8"))
    for number, name in enumerate(journal["names"]):
        target, old, new = lake / name, staging / "old" / str(number), staging / "new" / str(number)
        if new.exists():
            continue
        if old.exists():
            os.replace(old, target)
        else:
            target.unlink(missing_ok=True)
            # A day's folder that the import made; one that holds anything else stays.
            with contextlib.suppress(OSError):
                target.parent.rmdir()
    manifest = lake / MANIFEST
    if manifest.exists():
        os.truncate(manifest, journal["manifest_bytes"])


def _recover(lake: Path, staging: Path) -> None:
    journal = staging / _JOURNAL
    if journal.exists() and not _is_finished(lake, journal):
        undo(lake, staging)
    shutil.rmtree(staging)


def _is_finished(lake: Path, journal: Path) -> bool:
    try:
        before = json.loads(journal.read_text("utf-8"))["manifest_bytes"]
    except ValueError:
        # The journal itself was cut short, so nothing was moved yet.
        return True
    manifest = lake / MANIFEST
    if _size(manifest) <= before:
        return False
    with manifest.open("rb") as lines:
        lines.seek(before)
        return lines.read().endswith(b"\n")


def manifest_entries(lake: Path) -> list[dict[str, object]]:
    """The lines of imports.jsonl, oldest first.

    Raises:
        LakeError: a line cannot be read.
    """
    path = lake / MANIFEST
    if not path.exists():
        return []
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    except ValueError as error:
        raise LakeError(path, f"cannot be read ({error})") from error


def _append_line(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as manifest:
        manifest.write(line + "\n")
        manifest.flush()
        os.fsync(manifest.fileno())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sync(paths: list[Path]) -> None:
    if len(paths) >= _SYNC_ALL_FROM:
        os.sync()
        return
    for path in paths:
        with path.open("rb") as written:
            os.fsync(written.fileno())
