from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.inputs import input_files


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_files_of_folders_come_in_order_and_hidden_ones_stay_out(tmp_path: Path) -> None:
    made(tmp_path, "b.pcap", "a/c.log", ".hidden", ".cache/x", "a/.y")
    assert [item.path.relative_to(tmp_path).as_posix() for item in input_files([tmp_path])] == [
        "a/c.log",
        "b.pcap",
    ]


def test_a_file_is_read_once_however_often_it_is_named(tmp_path: Path) -> None:
    made(tmp_path, "a.pcap", "b.pcap")
    found = input_files([tmp_path / "b.pcap", tmp_path, tmp_path / "a.pcap"])
    assert [(item.path.name, item.named) for item in found] == [("b.pcap", True), ("a.pcap", False)]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.pcap: is not there"):
        input_files([tmp_path / "none.pcap"])


def test_an_empty_folder_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder without files"):
        input_files([tmp_path])
