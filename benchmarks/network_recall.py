"""How many mining flows are found and how many others are accused: gridcanary, nDPI and Suricata side by side.

    python benchmarks/network_recall.py                 the captures of GRIDCANARY_DATA; some minutes
    python benchmarks/network_recall.py --quick         a few captures, for a smoke test
    python benchmarks/network_recall.py --captures DIR  other captures with a manifest.json of file and label
    python benchmarks/network_recall.py --rules FILE    Suricata's rules, where suricata is on the path; repeat

What is mining is told by a reader apart from the product: dpkt takes the payload of every TCP flow, and a flow of a
capture labelled mining or mixed counts where a mining message stands in it. Other flows to the same port of the same
pool are left out, for whether they mine can't be read. All flows of benign captures are benign.
A flow is its two ends with ports. Nothing in gridcanary is fitted on captures, so each source is one that was left out;
the rules were written by people who knew such traffic, which no split undoes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import dpkt

from gridcanary.network.ends import canonical
from gridcanary.network.scan import scan

Flow = tuple[tuple[str, int], tuple[str, int]]
FEWEST_PACKETS = 10
MOST_PAYLOAD = 1 << 20
MESSAGE = re.compile(
    rb'"method"\s*:\s*"(?:mining\.[a-z_.]+|login|submit|getjob|job|keepalived|eth_submitLogin|eth_getWork|eth_submitWork'
    rb'|eth_submitHashrate|getwork|getblocktemplate|getworkex)"'
)
LINKS: dict[int, Callable[[bytes], object]] = {
    dpkt.pcap.DLT_EN10MB: dpkt.ethernet.Ethernet,
    dpkt.pcap.DLT_LINUX_SLL: dpkt.sll.SLL,
    dpkt.pcap.DLT_NULL: dpkt.loopback.Loopback,
    dpkt.pcap.DLT_RAW: dpkt.ip.IP,
    12: dpkt.ip.IP,
    14: dpkt.ip.IP,
}
ANY_NETWORK = tuple(
    word for name in ("HOME_NET", "EXTERNAL_NET") for word in ("--set", f"vars.address-groups.{name}=any")
)
"""Suricata's rules look from inside to outside; clients of captures have public addresses too."""

QUICK = 6


@dataclass(frozen=True)
class Capture:
    """A capture with its manifest's label."""

    path: Path
    label: str

    @property
    def source(self) -> str:
        """The folder: who recorded it."""
        return self.path.parent.name


@dataclass
class Seen:
    """What dpkt saw of one TCP flow."""

    packets: int = 0
    payload: dict[tuple[str, int], bytearray] = field(default_factory=lambda: defaultdict(bytearray))

    @property
    def mines(self) -> bool:
        """Whether a mining message stands in either direction."""
        return any(MESSAGE.search(side) for side in self.payload.values())


@dataclass
class Score:
    """Flows of one source, as one program judged them; ``others`` counts TCP flows, ``accused`` flows of any kind."""

    mining: int = 0
    found: int = 0
    others: int = 0
    accused: int = 0
    missed: list[str] = field(default_factory=list)
    wronged: list[str] = field(default_factory=list)


def captures_of(folder: Path) -> list[Capture]:
    """Captures of the manifest that are there."""
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found = [Capture(folder / entry["file"], entry["label"]) for entry in entries]
    return [one for one in found if one.path.suffix in {".pcap", ".pcapng"} and one.path.is_file()]


def flow_of(a: str, a_port: int, b: str, b_port: int) -> Flow:
    """The same flow, whoever spoke first."""
    first, second = sorted([(canonical(a), a_port), (canonical(b), b_port)])
    return first, second


@cache
def tcp_flows(path: Path) -> dict[Flow, Seen]:
    """TCP flows by dpkt: packets, and the payload of each side in the order of capture."""
    flows: dict[Flow, Seen] = defaultdict(Seen)
    for ip, tcp in _segments(path):
        source = (canonical(ip.src), tcp.sport)
        seen = flows[flow_of(source[0], tcp.sport, canonical(ip.dst), tcp.dport)]
        seen.packets += 1
        if tcp.data and len(seen.payload[source]) < MOST_PAYLOAD:
            seen.payload[source] += bytes(tcp.data)
    return flows


def _segments(path: Path) -> Iterator[tuple[dpkt.ip.IP, dpkt.tcp.TCP]]:
    with path.open("rb") as file:
        try:
            frames = dpkt.pcap.UniversalReader(file)
            link = LINKS.get(frames.datalink())
            for _, frame in frames if link else ():
                try:
                    ip = link(frame)
                except (dpkt.UnpackError, ValueError, IndexError):
                    continue
                while ip is not None and not isinstance(ip, dpkt.ip.IP | dpkt.ip6.IP6):
                    ip = ip.data if isinstance(getattr(ip, "data", None), dpkt.Packet) else None
                if ip is not None and isinstance(ip.data, dpkt.tcp.TCP):
                    yield ip, ip.data
        except (dpkt.UnpackError, ValueError, EOFError):
            return


def by_gridcanary(path: Path) -> dict[Flow, bool]:
    """TCP and UDP flows, and whether they are listed."""
    found: dict[Flow, bool] = {}
    for row in scan(path, every=True).to_pylist():
        flow = flow_of(row["client"], row["client_port"], row["server"], row["server_port"])
        found[flow] = found.get(flow, False) or row["listed"]
    return found


def by_ndpi(path: Path) -> dict[Flow, bool]:
    """Flows of nfstream, and whether nDPI calls them mining."""
    from nfstream import NFStreamer

    found: dict[Flow, bool] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one in NFStreamer(source=str(path), statistical_analysis=False, n_meters=1):
            flow = flow_of(one.src_ip, one.src_port, one.dst_ip, one.dst_port)
            mining = "mining" in f"{one.application_name} {one.application_category_name}".lower()
            found[flow] = found.get(flow, False) or mining
    return found


def by_suricata(path: Path, rules: Sequence[Path]) -> dict[Flow, bool]:
    """Flows of Suricata, and whether a mining rule alerted."""
    with tempfile.TemporaryDirectory() as folder:
        joined = Path(folder) / "mining.rules"
        joined.write_text("\n".join(rule.read_text(encoding="utf-8") for rule in rules), encoding="utf-8")
        command = ["suricata", "-r", str(path), "-S", str(joined), "-l", folder, "-k", "none", *ANY_NETWORK]
        subprocess.run(command, check=True, capture_output=True)
        return flows_of_eve((Path(folder) / "eve.json").read_text(encoding="utf-8"))


def flows_of_eve(text: str) -> dict[Flow, bool]:
    """Flows of an EVE log, and whether any alert stands beside them."""
    found: dict[Flow, bool] = {}
    for line in text.splitlines():
        event = json.loads(line)
        if event.get("event_type") in {"flow", "alert"} and "src_port" in event:
            flow = flow_of(event["src_ip"], event["src_port"], event["dest_ip"], event["dest_port"])
            found[flow] = found.get(flow, False) or event["event_type"] == "alert"
    return found


def judge(captures: Sequence[Capture], judgement: Callable[[Path], dict[Flow, bool]]) -> dict[str, Score]:
    """Scores by source of one program."""
    scores: dict[str, Score] = defaultdict(Score)
    for capture in captures:
        score, told = scores[capture.source], judgement(capture.path)
        truth = tcp_flows(capture.path)
        mining = {flow for flow, seen in truth.items() if seen.mines and capture.label != "benign"}
        for flow in mining:
            if truth[flow].packets < FEWEST_PACKETS:
                continue
            score.mining += 1
            score.found += told.get(flow, False)
            if not told.get(flow, False):
                score.missed.append(f"{capture.path.name} {flow}")
        pools = {end for flow in mining for end in flow}
        score.others += sum(not pools.intersection(flow) for flow in truth)
        for flow, accused in told.items():
            if accused and not pools.intersection(flow):
                score.accused += 1
                score.wronged.append(f"{capture.path.name} {flow}")
    return scores


def show(title: str, scores: dict[str, Score]) -> None:
    """A row a source, and their sum."""
    print(f"\n{title}\n{'source':<20}{'mining':>8}{'found':>8}{'recall':>9}{'others':>9}{'accused':>9}")
    total = Score()
    for source, one in [*sorted(scores.items()), ("all", total)]:
        recall = f"{one.found / one.mining:.1%}" if one.mining else "–"
        print(f"{source:<20}{one.mining:>8}{one.found:>8}{recall:>9}{one.others:>9}{one.accused:>9}")
        for name in ("mining", "found", "others", "accused"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    for kind, told in (("missed", "missed"), ("accused", "wronged")):
        for line in [line for one in scores.values() for line in getattr(one, told)][:10]:
            print(f"  {kind}: {line}")


def main() -> None:
    """Run all programs that are there and print their tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data"))
    parser.add_argument("--captures", type=Path, default=data / "network" / "pcap")
    parser.add_argument("--rules", type=Path, action="append", default=[])
    parser.add_argument("--without-ndpi", action="store_true")
    parser.add_argument("--quick", action="store_true")
    told = parser.parse_args()
    captures = captures_of(told.captures)
    if told.quick:
        captures = sorted(captures, key=lambda one: one.path.stat().st_size)
        mining = [one for one in captures if one.label != "benign"][:QUICK]
        captures = [*mining, *[one for one in captures if one.label == "benign"][:QUICK]]
    print(
        f"{len(captures)} captures; mining flows of {FEWEST_PACKETS} packets or more, by what dpkt reads in them"
    )
    show("gridcanary", judge(captures, by_gridcanary))
    if not told.without_ndpi:
        show("nDPI (nfstream)", judge(captures, by_ndpi))
    if shutil.which("suricata") and told.rules:
        show("Suricata", judge(captures, lambda path: by_suricata(path, told.rules)))
    else:
        print("\nSuricata: not judged; it needs suricata on the path and --rules")


if __name__ == "__main__":
    main()
