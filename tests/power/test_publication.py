from pathlib import Path

import pytest

from gridcanary.contracts.errors import LakeError
from gridcanary.power import publication
from gridcanary.power.publication import Publication, manifest_entries, sole_import


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "old").write_text("old")
    (tmp_path / "day" / "gone").write_text("gone")
    return tmp_path


def prepared(lake: Path) -> Publication:
    staging = lake / ".staging-1"
    staging.mkdir()
    published = Publication(lake, staging)
    published.place("day/old").write_text("new")
    published.place("other/fresh").write_text("fresh")
    published.remove("day/gone")
    return published


def files(lake: Path) -> dict[str, str]:
    found = {str(item.relative_to(lake)): item.read_text() for item in lake.rglob("*") if item.is_file()}
    return {
        name: text for name, text in found.items() if not name.startswith(".") and name != "imports.jsonl"
    }


BEFORE = {"day/old": "old", "day/gone": "gone"}


def test_a_commit_places_replaces_and_removes(lake: Path) -> None:
    prepared(lake).commit({"file": "a"})
    assert files(lake) == {"day/old": "new", "other/fresh": "fresh"}
    assert manifest_entries(lake) == [{"file": "a"}]


@pytest.mark.parametrize("failing", [0, 1, 2, "manifest"])
def test_a_commit_that_fails_anywhere_leaves_what_was(
    lake: Path, failing: int | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, put = prepared(lake), Publication._put

    def broken(self: Publication, number: int, name: str) -> None:
        put(self, number, name)
        if number == failing:
            raise OSError("no space")

    def full(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(Publication, "_put", broken)
    if failing == "manifest":
        monkeypatch.setattr(publication, "_append_line", full)
    with pytest.raises(OSError, match="no space"):
        published.commit({"file": "a"})
    assert files(lake) == BEFORE
    assert not (lake / "other").exists()
    assert manifest_entries(lake) == []


def test_what_was_committed_stays_when_only_the_tidying_was_missed(lake: Path) -> None:
    prepared(lake).commit({"file": "a"})
    assert (lake / ".staging-1").exists()
    with sole_import(lake):
        assert not (lake / ".staging-1").exists()
    assert files(lake)["day/old"] == "new"


def test_a_manifest_line_cut_short_is_undone(lake: Path) -> None:
    prepared(lake).commit({"file": "a"})
    manifest = lake / "imports.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-3])
    with sole_import(lake):
        assert files(lake) == BEFORE
        assert manifest_entries(lake) == []


def test_a_damaged_manifest_is_an_error(lake: Path) -> None:
    (lake / "imports.jsonl").write_text('{"file": 1}\n{broken\n')
    with pytest.raises(LakeError, match="cannot be read"):
        manifest_entries(lake)
