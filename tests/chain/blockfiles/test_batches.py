from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.chain.blockfiles.batches import read_batches
from gridcanary.chain.blockfiles.finding import look_at
from gridcanary.chain.blockfiles.remarks import Remark, RemarkCode
from gridcanary.chain.blockfiles.survey import headers_of, survey
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Input, Outpoint, Output, sha256d
from gridcanary.contracts.errors import InputError
from tests.chain import written

REGTEST = NETWORKS["regtest"]
MAGIC = REGTEST.magic
KEY = bytes.fromhex("ac67b2b8f993db05")


def a_block(number: int, outputs: int = 1) -> bytes:
    claim = Input(Outpoint(bytes(32), 0xFFFFFFFF), bytes([1, number]))
    only = written.transaction([claim], [Output(number, b"\x51")] * outputs)
    return written.block([only], written.HEADER[:36] + sha256d(only) + written.HEADER[68:])


A, B, C = a_block(1), a_block(2, 30), a_block(3, 200)


def read(file: Path, window: int = 1 << 16) -> tuple[list[bytes], list[tuple[RemarkCode, int, int]]]:
    """All blocks of a file and what was passed over; both ways of looking at the file must agree."""
    remarks: list[Remark] = []
    blocks = [
        batch.data[start : start + size].tobytes()
        for batch in read_batches(look_at(file), REGTEST, remarks.append, window)
        for start, size in zip(batch.starts.tolist(), batch.sizes.tolist(), strict=True)
    ]
    surveyed: list[Remark] = []
    headers = [header for _, _, header in headers_of(look_at(file), REGTEST, surveyed.append)]
    assert headers == [block[:80] for block in blocks]
    assert not blocks or surveyed == remarks
    return blocks, [(one.code, one.offset, one.size) for one in remarks]


def f(*blocks: bytes) -> bytes:
    return written.framed(list(blocks), MAGIC)


CUT = f(A)[: 8 + 100]
LOST = f(B)[:300]
RESERVED = bytes(999)

FILES = [
    pytest.param(f(A, B, C), [A, B, C], [], id="blocks alone"),
    pytest.param(f(A, B) + RESERVED, [A, B], [], id="room that a node reserved"),
    pytest.param(f(A) + bytes(13) + f(B), [A, B], [], id="zeros between"),
    pytest.param(f(A, A, B, A), [A, A, B, A], [], id="repeated"),
    pytest.param(
        b"junk" + f(A) + b"more junk" + f(B), [A, B], [(RemarkCode.JUNK, 0, 4), (RemarkCode.JUNK, 4 + len(f(A)), 9)],
        id="junk before and between",
    ),
    pytest.param(f(A) + CUT, [A], [(RemarkCode.CUT_OFF, len(f(A)), 100)], id="cut off at the end"),
    pytest.param(
        f(A) + LOST + f(C), [A, C], [(RemarkCode.DAMAGED, len(f(A)) + 8, len(B))], id="cut off in the middle"
    ),
    pytest.param(
        f(A) + f(C)[:300] + f(B), [A, B], [(RemarkCode.CUT_OFF, len(f(A)), 292)],
        id="cut off, and announces more than follows",
    ),
    pytest.param(f(A) + MAGIC, [A], [(RemarkCode.JUNK, len(f(A)), 4)], id="a magic and nothing else"),
    pytest.param(
        f(A) + MAGIC + b"\xff" * 4 + f(B), [A, B], [(RemarkCode.JUNK, len(f(A)), 8)], id="an impossible length"
    ),
    pytest.param(
        f(A) + MAGIC + bytes(4) + f(B), [A, B], [(RemarkCode.JUNK, len(f(A)), 4)], id="a length of nothing"
    ),
    pytest.param(bytes(500), [], [], id="nothing but zeros"),
]  # fmt: skip


@pytest.mark.parametrize("window", [64, 1000, 1 << 16])
@pytest.mark.parametrize(
    "key",
    [
        pytest.param(b"", id="plain"),
        pytest.param(KEY, id="under a key"),
        pytest.param(b"\xfa" * 8, id="a key of the magic's first byte"),
        pytest.param(MAGIC[1:] * 2 + b"\xfa\xbf", id="a key of the magic's bytes"),
    ],
)
@pytest.mark.parametrize(("content", "blocks", "remarks"), FILES)
def test_a_nodes_file(
    tmp_path: Path, content: bytes, blocks: list, remarks: list, key: bytes, window: int
) -> None:
    file = tmp_path / "blk00000.dat"
    if key:
        kept = content.removesuffix(RESERVED)  # a node doesn't hide the zeros that it reserves room with
        content = written.masked(kept, key) + content[len(kept) :]
        (tmp_path / "xor.dat").write_bytes(key)
    file.write_bytes(content)
    assert read(file, window) == (blocks, remarks)


@pytest.mark.parametrize("suffix", [".bin", ".raw", ".dat", ".hex"])
def test_a_file_that_is_one_block(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    file.write_bytes(C.hex("\n", 40).encode() if suffix == ".hex" else C)
    assert read(file) == ([C], [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.bin", b"", id="empty"),
        pytest.param("a.bin", A[:-1], id="a byte short"),
        pytest.param("a.raw", A + b"\1", id="a byte too many"),
        pytest.param("a.hex", A.hex().encode()[:-1], id="half a byte"),
        pytest.param("a.hex", b"not hexadecimal at all", id="no digits"),
        pytest.param("a.hex", b"00", id="a byte alone"),
        pytest.param("a.dat", bytes(range(256)) * 4, id="anything"),
    ],
)
def test_a_file_that_is_no_block_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    blocks, remarks = read(file)
    assert blocks == []
    assert [code for code, _, _ in remarks] == [RemarkCode.NO_BLOCK]


def test_another_networks_file_is_told_by_name(tmp_path: Path) -> None:
    file = tmp_path / "blk00000.dat"
    file.write_bytes(written.framed([A, B], NETWORKS["litecoin"].magic))
    told: list[Remark] = []
    assert not list(read_batches(look_at(file), REGTEST, told.append))
    assert [(one.code, one.detail) for one in told] == [(RemarkCode.FOREIGN, "litecoin")]
    assert str(told[0]).endswith("byte 0: the file holds blocks of another network (litecoin)")


def test_a_hidden_file_without_its_key_says_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "blk00000.dat"
    file.write_bytes(written.masked(f(A, B), KEY))
    told: list[Remark] = []
    assert headers_of(look_at(file), REGTEST, told.append) == []
    assert [one.code for one in told] == [RemarkCode.NO_BLOCK]
    assert "xor.dat" in told[0].detail


def test_a_copy_without_obfuscation_beside_the_key_is_read(tmp_path: Path) -> None:
    (tmp_path / "xor.dat").write_bytes(KEY)
    file = tmp_path / "blk00000.dat"
    file.write_bytes(f(A, B))
    assert read(file) == ([A, B], [])


MIXTURES = st.lists(
    st.one_of(st.sampled_from([f(A), f(B), CUT, LOST, MAGIC]), st.binary(max_size=30)), max_size=8
).map(b"".join)


@settings(max_examples=150, deadline=None)
@given(MIXTURES, st.sampled_from([16, 100, 1 << 16]))
def test_of_any_mixture_each_byte_is_told_once(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, window: int
) -> None:
    file = tmp_path_factory.mktemp("files") / "blk00000.dat"
    file.write_bytes(content)
    remarks: list[Remark] = []
    batches = read_batches(look_at(file), REGTEST, remarks.append, window)
    sizes = [size for batch in batches for size in batch.sizes.tolist()]
    assert all(size in (len(A), len(B)) for size in sizes)
    told_twice = sum(one.size for one in remarks if one.code is RemarkCode.DAMAGED)
    passed_over = sum(one.size for one in remarks) - told_twice
    assert sum(sizes) + passed_over <= len(content)


@settings(max_examples=150, deadline=None)
@given(
    MIXTURES.map(lambda rest: f(C) + rest), st.binary(min_size=8, max_size=8), st.sampled_from([64, 1 << 16])
)
def test_a_key_hides_no_block(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, key: bytes, window: int
) -> None:
    plain, hidden = (tmp_path_factory.mktemp(name) / "blk00000.dat" for name in ("plain", "hidden"))
    plain.write_bytes(content)
    hidden.write_bytes(written.masked(content, key))
    (hidden.parent / "xor.dat").write_bytes(key)
    assert read(hidden, window)[0] == read(plain, window)[0]


def test_a_file_that_goes_away_is_told_as_an_error(tmp_path: Path) -> None:
    file = tmp_path / "blk00000.dat"
    file.write_bytes(f(A, B))
    known = look_at(file)
    found = survey([known], REGTEST, lambda remark: None)
    file.unlink()
    for broken in (
        lambda: headers_of(known, REGTEST, lambda remark: None),
        lambda: list(read_batches(known, REGTEST, lambda remark: None)),
        lambda: found.read(0, 0, 10),
        lambda: look_at(file),
    ):
        with pytest.raises(InputError, match=r"blk00000.dat: can't be read: No such file"):
            broken()


def test_a_file_that_shrinks_is_told_with_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "blk00000.dat"
    file.write_bytes(f(A, B))
    found = survey([look_at(file)], REGTEST, lambda remark: None)
    file.write_bytes(f(A))
    with pytest.raises(InputError, match=rf"byte {len(f(A)) + 8}: .*cut off"):
        found.read(1, 0, 10)
