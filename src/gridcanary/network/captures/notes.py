"""What a scan of captures has to say besides its sessions: where a file broke off, what was not looked into."""

from __future__ import annotations

from dataclasses import dataclass

NOTES = (
    "truncated",
    "damaged",
    "compression_broken",
    "unreadable_blocks",
    "sensor_dropped",
    "unknown_link",
    "fragments",
    "malformed_packets",
    "snapped",
    "without_payload",
    "shed",
)
"""truncated: the file ends within a frame. damaged: what stands at the offset is no frame, the rest was not read.
compression_broken: the compressed stream ends early or is damaged. unreadable_blocks: packet blocks of a pcapng
that contradict themselves. sensor_dropped: packets that the capturing machine says it lost. unknown_link: frames
of a link type that is not read. fragments: later fragments of IP packets, which carry no ports. malformed_packets:
IP packets whose headers break off or contradict themselves. snapped: payloads of which the capture holds a part.
without_payload: connections that never carried payload, which give no session. shed: flows that were let go early
because memory was short."""


@dataclass(frozen=True, slots=True)
class CaptureNote:
    """One thing that limits what a capture tells.

    Args:
        file: the file as the user named it.
        code: one of NOTES.
        count: how many (packets, blocks, flows), 1 where it is one event.
        offset: where in the uncompressed file, None where that makes no sense [bytes].
    """

    file: str
    code: str
    count: int = 1
    offset: int | None = None
