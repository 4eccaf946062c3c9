"""The kernels over every real block at hand, whole and damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gridcanary.chain.blockfiles.batches import read_batches
from gridcanary.chain.blockfiles.finding import look_at
from gridcanary.chain.blockfiles.remarks import Remark
from gridcanary.chain.kernels.parse import Parser, parse_block, writable
from gridcanary.chain.kernels.txids import merkle_root_over, txids
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Cursor, read_transaction
from tests.chain.real_data import real_folder, single_blocks

DOGECOIN = bytes.fromhex(
    (Path(__file__).parents[1] / "blocks" / "dogecoin-371337.hex").read_text().replace("\n", "")
)


def test_a_real_merged_mined_block() -> None:
    columns = parse_block(DOGECOIN, merged=True)
    cursor = Cursor(DOGECOIN, int(columns.blocks.transactions_at[0]))
    plain = [read_transaction(cursor) for _ in range(columns.transactions.start.size)]
    assert cursor.at == len(DOGECOIN)
    assert [one.tobytes() for one in txids(writable(DOGECOIN), columns)] == [one.txid for one in plain]


def test_a_real_merged_mined_block_cut_anywhere_is_a_fault() -> None:
    parser = Parser(merged=True)
    for size in range(len(DOGECOIN)):
        _, fault = parser.read(writable(DOGECOIN[:size]), np.zeros(1, np.int64), np.array([size]))
        assert fault is not None
        assert fault.at <= size


@pytest.mark.data
def test_totals_are_those_of_the_manifest_and_the_merkle_root_holds() -> None:
    told = [block for block in single_blocks() if block.told]
    assert told
    for block in told:
        assert block.network is not None
        raw = block.path.read_bytes()
        columns = parse_block(raw, block.network.merged)
        rows = [columns.transactions.start.size, columns.inputs.script_at.size, columns.outputs.value.size]
        assert rows == [block.told[name] for name in ("tx_count", "inputs", "outputs")], block.path
        assert np.count_nonzero(columns.transactions.flags) == block.told["segwit_txs"], block.path
        first_outputs = columns.outputs.value[: columns.transactions.first_output[1]]
        assert int(first_outputs.sum()) == block.told["coinbase_value_sat"], block.path
        assert merkle_root_over(txids(writable(raw), columns)) == raw[36:68], block.path


@pytest.mark.data
@pytest.mark.slow
def test_real_blocks_with_flipped_bits_never_crash_the_parser() -> None:
    random = np.random.default_rng(5)
    parser = Parser()
    small = [block for block in single_blocks() if block.path.stat().st_size < 300_000]
    for _ in range(3000):
        raw = writable(small[random.integers(len(small))].path.read_bytes())
        for at in random.integers(80, raw.size, random.integers(1, 6)):
            raw[at] ^= 1 << random.integers(8)
        columns, fault = parser.read(raw, np.zeros(1, np.int64), np.array([raw.size]))
        assert fault is None or 0 <= fault.at <= raw.size
        assert columns.transactions.end.max(initial=0) <= raw.size


@pytest.mark.data
@pytest.mark.slow
def test_a_real_block_file_with_holes_and_flipped_bits_is_read_to_its_end(tmp_path: Path) -> None:
    """Whatever is broken, blocks beyond it are found again."""
    whole = (real_folder("blocks") / "first_4522_blocks.blk.dat").read_bytes()
    random = np.random.default_rng(6)
    file = tmp_path / "blk00000.dat"
    for _ in range(40):
        content = bytearray(whole)
        for at in random.integers(0, 900_000, 20).tolist():
            content[at : at + int(random.integers(1, 400))] = random.bytes(int(random.integers(0, 300)))
        file.write_bytes(bytes(content))
        remarks: list[Remark] = []
        batches = list(read_batches(look_at(file), NETWORKS["bitcoin"], remarks.append, 1 << 16))
        sizes = [size for batch in batches for size in batch.sizes.tolist()]
        assert 4522 - 60 < len(sizes) <= 4522
        assert remarks
