"""Times as text logs write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from gridcanary.network.logs.fields import BAD
from gridcanary.network.logs.kernels.numbers import time_of

_MONTHS = {
    name: place
    for place, name in enumerate(
        (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"),
        start=1,
    )
}
_BIND = re.compile(rb"(\d\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d:\d\d:\d\d)(\.\d+)?$")
_SYSLOG = re.compile(rb"([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d)$")


@dataclass(slots=True)
class LogClock:
    """Reads times of one log.

    Args:
        written: when the file was last written, the latest time that a line may have: syslog's times tell no year.
        zone_s: seconds east of Greenwich of times without a zone.
        guessed: whether a year had to be taken from ``written``.
    """

    written: datetime
    zone_s: int = 0
    guessed: bool = False

    @classmethod
    def of(cls, path: Path, zone_s: int) -> LogClock:
        """The clock of a file."""
        return cls(datetime.fromtimestamp(path.stat().st_mtime, UTC), zone_s)

    @property
    def year(self) -> int:
        """The year in which the file was last written."""
        return self.written.year

    def time_ns(self, text: bytes) -> int:
        """UTC [ns since 1970] of ISO 8601, a number since 1970, BIND's or syslog's form.

        Raises:
            ValueError: it is none of these.
        """
        found = _BIND.match(text)
        if found:
            return self._iso(_date(found[3], found[2], found[1]) + b"T" + found[4] + (found[5] or b""))
        found = _SYSLOG.match(text)
        if found:
            return self._of_this_year(found)
        return self._iso(text)

    def _of_this_year(self, found: re.Match[bytes]) -> int:
        self.guessed = True
        latest = int((self.written + timedelta(days=1)).timestamp()) * 1_000_000_000
        clock = found[3]
        for year in range(self.year, self.year - 5, -1):  # back to a leap year for 29 February
            try:
                time_ns = self._iso(
                    _date(str(year).encode(), found[1], found[2].replace(b" ", b"0")) + b"T" + clock
                )
            except ValueError:
                continue
            if time_ns <= latest:
                return time_ns
        raise ValueError("the time cannot be read")

    def _iso(self, text: bytes) -> int:
        time_ns = int(time_of(np.frombuffer(text, np.uint8), 0, len(text), self.zone_s))
        if time_ns == BAD:
            raise ValueError("the time cannot be read")
        return time_ns


def _date(year: bytes, month: bytes, day: bytes) -> bytes:
    return year + b"-%02d-" % _MONTHS.get(month, 0) + day
