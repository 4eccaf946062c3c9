"""What can be wrong with a text that should be an address."""

from __future__ import annotations

from typing import Literal

from gridcanary.contracts.errors import GridcanaryError

Fault = Literal["characters", "mixed_case", "length", "checksum", "padding", "version", "network", "coin"]
"""The kinds of fault, for callers that treat them differently:

``characters``: a letter that the encoding doesn't use; ``mixed_case``: Bech32 and CashAddr are all upper or
all lower case; ``length``; ``checksum``: a letter was mistyped or is missing; ``padding``: left-over bits;
``version``: an address kind that is not defined; ``network``: a good address, of another network;
``coin``: an address of a coin that gridcanary doesn't read.
"""


class BadAddress(GridcanaryError):
    """A text that is not an address of the network, with the fault found first.

    Args:
        text: the text as given.
        fault: its kind.
        problem: what is wrong, a clause without a full stop.
    """

    def __init__(self, text: str, fault: Fault, problem: str) -> None:
        self.text, self.fault, self.problem = text, fault, problem
        super().__init__(f"{text!r} is not an address to use: {problem}")
