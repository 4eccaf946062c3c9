"""How fast one core makes findings out of captures, stage by stage, beside a struct reader, dpkt and nfstream (nDPI).

    python benchmarks/network_speed.py                  both mixtures, about two million packets each; some minutes
    python benchmarks/network_speed.py --packets 200000 smaller, for a smoke test
    python benchmarks/network_speed.py --no-peers       without the other readers

Captures are made of the real ones under GRIDCANARY_DATA: copied with other addresses and at other times, in the order
of time, so that their packets stand between each other as on a line. Two mixtures: ``all`` takes all captures alike, so
that two packets in five are of miners, the hardest for the reader of messages; ``line`` takes as many copies of the
captures without mining as make one packet in a hundred one of a miner. Every stage runs in a process of its own that
keeps to one core; what counts is its processor time without start and compilation, the median over the rounds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

CAPTURES = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "network" / "pcap"
ETHERNET = 1
SPREAD_NS = 7_000_000
Row = tuple[int, bytes, int]


def frames_of_source(path: Path) -> list[Row]:
    """(time since the capture's beginning, frame, length on the wire) of the Ethernet frames of a capture."""
    from gridcanary.network.captures.frames import frames_of

    rows = [
        (time_ns, batch.data[start:stop].tobytes(), wire)
        for batch in frames_of(path, [])
        for time_ns, start, stop, wire, link in batch.columns.tolist()
        if link == ETHERNET
    ]
    begin = min((row[0] for row in rows), default=0)
    return [(row[0] - begin, row[1], row[2]) for row in rows]


def with_other_addresses(frame: bytes, number: int) -> bytes:
    """The frame of a copy: the last two bytes of both IPv4 addresses changed."""
    if len(frame) < 34 or frame[12:14] != b"\x08\x00":
        return frame
    changed = bytearray(frame)
    for at in (28, 32):
        changed[at] ^= number >> 8
        changed[at + 1] ^= number & 255
    return bytes(changed)


def write_mixture(target: Path, packets: int, mined_part: float | None) -> int:
    """Write a capture of about so many packets; with ``mined_part`` so many of them are of miners' captures."""
    told = json.loads((CAPTURES / "manifest.json").read_text(encoding="utf-8"))
    files = [(CAPTURES / one["file"], one["label"] == "benign") for one in told]
    files = [
        (path, benign) for path, benign in files if path.suffix in {".pcap", ".pcapng"} and path.is_file()
    ]
    benign = [row for path, is_benign in files if is_benign for row in frames_of_source(path)]
    mining = [row for path, is_benign in files if not is_benign for row in frames_of_source(path)]
    if mined_part is None:
        copies = [(max(1, packets // (len(benign) + len(mining))), benign + mining)]
    else:
        mined = mining[: int(packets * mined_part)]
        copies = [(1, mined), (max(1, (packets - len(mined)) // len(benign)), benign)]
    rows = [
        (time_ns + number * SPREAD_NS, number, frame, wire)
        for count, part in copies
        for number in range(count)
        for time_ns, frame, wire in part
    ]
    rows.sort(key=lambda row: row[0])
    with target.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, ETHERNET))
        for time_ns, number, frame, wire in rows:
            seconds, rest = divmod(1_700_000_000 * 10**9 + time_ns, 10**9)
            file.write(struct.pack("<IIII", seconds, rest, len(frame), wire))
            file.write(with_other_addresses(frame, number))
    return len(rows)


def frames_only(path: Path) -> None:
    from gridcanary.network.captures.frames import frames_of

    for _ in frames_of(path, []):
        pass


def packets_only(path: Path) -> None:
    import numpy as np

    from gridcanary.network.captures.frame_columns import BATCH
    from gridcanary.network.captures.frames import frames_of
    from gridcanary.network.kernels.decapsulation import decapsulate
    from gridcanary.network.kernels.packet_columns import PACKET

    rows, kinds = np.zeros(BATCH, PACKET), np.zeros(7, np.int64)
    for batch in frames_of(path, []):
        decapsulate(batch.data, batch.columns, rows, kinds)


def sessions_alone(path: Path) -> None:
    from gridcanary.network.captured_sessions import sessions_of_captures

    for _ in sessions_of_captures([path]):
        pass


def sessions_read(path: Path) -> None:
    from gridcanary.network.captured_sessions import sessions_of_captures
    from gridcanary.network.names_seen import NamesSeen
    from gridcanary.network.reading import readers_of

    for _ in sessions_of_captures([path], readers_of(NamesSeen())):
        pass


def findings(path: Path) -> None:
    from gridcanary import network

    network.scan(path)


def struct_reader(path: Path) -> None:
    """The loop that everybody writes: frames, Ethernet, IPv4, TCP, no flows."""
    raw, at, counted = path.read_bytes(), 24, 0
    frame, ports = struct.Struct("<IIII"), struct.Struct(">HHII")
    while at + 16 <= len(raw):
        _, _, size, _ = frame.unpack_from(raw, at)
        ip = at + 30
        if size >= 54 and raw[ip - 2] == 8 and raw[ip + 9] == 6:
            head = ip + (raw[ip] & 15) * 4
            if head + 13 <= at + 16 + size:
                ports.unpack_from(raw, head)
                payload = raw[head + (raw[head + 12] >> 4) * 4 : at + 16 + size]
                counted += payload[:1] == b"{"
        at += 16 + size


def dpkt_reader(path: Path) -> None:
    """dpkt: Ethernet, IP, TCP, no flows."""
    import dpkt

    with path.open("rb") as file:
        for _, raw in dpkt.pcap.Reader(file):
            try:
                dpkt.ethernet.Ethernet(raw)
            except dpkt.UnpackError:
                continue


def nfstream_reader(path: Path) -> None:
    """nfstream with nDPI: flows and protocols, no messages."""
    import nfstream

    for _ in nfstream.NFStreamer(source=str(path), n_dissections=20, statistical_analysis=False, n_meters=1):
        pass


OURS = (frames_only, packets_only, sessions_alone, sessions_read, findings)
PEERS = (struct_reader, dpkt_reader, nfstream_reader)
STAGES: dict[str, Callable[[Path], None]] = {stage.__name__: stage for stage in (*OURS, *PEERS)}


def measure_here(stage: str, path: Path, warm: Path) -> None:
    """Run in a process of its own: tells the processor time of one round, children's included [s]."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if stage != nfstream_reader.__name__:
        STAGES[stage](warm)
    before = _processor_s()
    STAGES[stage](path)
    print(_processor_s() - before)


def _processor_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measured(stage: str, path: Path, warm: Path, rounds: int) -> Iterator[float]:
    """Processor seconds of each round."""
    for _ in range(rounds):
        run = subprocess.run(
            [sys.executable, __file__, "--stage", stage, "--read", path, "--warm", warm],
            check=True,
            capture_output=True,
            text=True,
        )
        yield float(run.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packets", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--warm", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.stage:
        measure_here(args.stage, args.read, args.warm)
        return
    print(
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.processor() or platform.machine()}, load {os.getloadavg()[0]:.1f}, one core"
    )
    stages = OURS if args.no_peers else (*OURS, *PEERS)
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.pcap"
        write_mixture(warm, 100_000, None)
        for mixture, mined_part in (("all", None), ("line", 0.01)):
            path = Path(folder) / f"{mixture}.pcap"
            count = write_mixture(path, args.packets, mined_part)
            print(f"\n{mixture}: {count} packets, {path.stat().st_size / 1e6:.0f} MB")
            for stage in stages:
                seconds = statistics.median(measured(stage.__name__, path, warm, args.rounds))
                print(f"  {stage.__name__:16} {count / seconds / 1e6:7.2f} M packets/s   {seconds:7.2f} s")


if __name__ == "__main__":
    main()
