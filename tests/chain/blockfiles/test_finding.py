from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.chain.blockfiles.finding import Layout, find_block_files
from gridcanary.contracts.errors import InputError


def test_what_a_nodes_folder_holds_beside_blocks_is_left_out(tmp_path: Path) -> None:
    names = ["blocks/blk00001.dat", "blocks/blk00000.dat", "blocks/rev00000.dat", "blocks/xor.dat", "peers.dat",
             "chainstate/000005.ldb", "picked/a.bin", "picked/a-undo.raw", "picked/b.HEX", "README.md"]  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(bytes(8))
    found = find_block_files([tmp_path, tmp_path / "picked" / "a.bin"])
    assert [(str(one.path.relative_to(tmp_path)), one.layout) for one in found] == [
        ("blocks/blk00000.dat", Layout.FRAMED),
        ("blocks/blk00001.dat", Layout.FRAMED),
        ("picked/a.bin", Layout.SINGLE),
        ("picked/b.HEX", Layout.HEX),
    ]


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: there is no such file or folder"):
        find_block_files([tmp_path / "nowhere"])


def test_a_folder_without_blocks_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no file there may hold blocks .*blocks folder"):
        find_block_files([tmp_path])


def test_a_key_of_another_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xor.dat").write_bytes(bytes(7))
    (tmp_path / "blk00000.dat").write_bytes(bytes(100))
    with pytest.raises(InputError, match="the key has 7 bytes, not 8"):
        find_block_files([tmp_path])
