"""How many tips a minute the public pages take, each with a photograph, sent by many people at once.

python -m benchmarks.tips_intake [SECONDS] [PEOPLE]

Serves the console as ``gridcanary console`` does, from a new workspace; with GRIDCANARY_DATABASE_URL on PostgreSQL
(``sh scripts/with_postgres.sh python -m benchmarks.tips_intake``). Each reporter fills in the form with a picture of
1.9 megapixels, does the sum, sends, and keeps the receipt. At the end every receipt must open its tip, with its file.
"""

from __future__ import annotations

import http.client
import io
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from PIL import Image

from gridcanary.cli.console import prepare_workspace
from gridcanary.cli.ports import free_port
from gridcanary.tips.proof_of_work import solve

HOST = "127.0.0.1"
HIDDEN = re.compile(r'name="(token|challenge|receipt)" value="([^"]*)"')
ANSWER_SECONDS = 120


def photograph(seed: int) -> bytes:
    """A JPEG file of 1600 by 1200 pixels that no other reporter sends."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    file = io.BytesIO()
    coarse.resize((1600, 1200), Image.Resampling.BICUBIC).save(file, "JPEG", quality=88)
    return file.getvalue()


def form_of(fields: dict[str, str], picture: bytes | None = None) -> tuple[bytes, str]:
    """A multipart body and its type."""
    edge = "gridcanary-benchmark"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if picture:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="x.jpg"\r\n\r\n'
        parts.append(head.encode() + picture + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Reporter(threading.Thread):
    """Sends one report after another until the time is over."""

    def __init__(self, port: int, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self.port, self.number, self.until = port, number, until
        self.receipts: list[str] = []
        self.waits: list[float] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        """Report, again and again."""
        pictures = [photograph(self.number * 1000 + extra) for extra in range(3)]
        while time.perf_counter() < self.until:
            began = time.perf_counter()
            try:
                self.receipts.append(self.report(pictures[len(self.receipts) % 3]))
            except (OSError, http.client.HTTPException, KeyError) as error:
                self.wrong.append(repr(error))
                continue
            self.waits.append(time.perf_counter() - began)

    def report(self, picture: bytes) -> str:
        """One report; returns its receipt."""
        answers = {"cues": "fan_roar", "told": f"fans {self.number}", "town": "兖州区", "hours": "night"}
        checked = self.post("/zh/report/", *form_of(answers, picture))
        work = str(solve(checked["challenge"]))
        return self.post("/zh/report/send/", *form_of({**checked, "work": work}))["receipt"]

    def post(self, path: str, body: bytes, kind: str) -> dict[str, str]:
        """The hidden fields of the page that answers a form."""
        link = http.client.HTTPConnection(HOST, self.port, timeout=ANSWER_SECONDS)
        try:
            link.request("POST", path, body, {"Content-Type": kind})
            page = link.getresponse().read().decode()
        finally:
            link.close()
        return dict(HIDDEN.findall(page))


def wait_for(port: int) -> None:
    """Until the console answers."""
    for _ in range(300):
        try:
            link = http.client.HTTPConnection(HOST, port, timeout=5)
            link.request("GET", "/zh/report/")
            link.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the console did not start")


def lost(receipts: list[str], most: int = 200) -> int:
    """How many receipts open no tip with its file; of a sample, because each takes a tenth of a second."""
    from gridcanary.tips.queries import tip_by_receipt

    step = max(1, len(receipts) // most)
    found = [tip_by_receipt(receipt) for receipt in receipts[::step]]
    return sum(tip is None or tip.attachments.count() != 1 for tip in found)


def main(seconds: int = 60, people: int = 20) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ["GRIDCANARY_RATE_FACTOR"] = "0"
        prepare_workspace(home)
        from gridcanary.accounts.models import Unit
        from gridcanary.tips.models import Attachment, Tip, TipDraft

        Unit.objects.create(code="energy", name_zh="能源局", kind="energy", path="energy/")
        port = free_port(HOST, 18400)
        server = subprocess.Popen([sys.executable, "benchmarks/casework_served.py", str(port)])
        try:
            wait_for(port)
            began = time.perf_counter()
            reporters = [Reporter(port, number, began + seconds) for number in range(people)]
            for reporter in reporters:
                reporter.start()
            for reporter in reporters:
                reporter.join()
            took = time.perf_counter() - began
        finally:
            server.terminate()
            server.wait()
        receipts = [receipt for reporter in reporters for receipt in reporter.receipts]
        waits = sorted(wait for reporter in reporters for wait in reporter.waits)
        wrong = [text for reporter in reporters for text in reporter.wrong]
        print(
            f"{len(receipts)} tips of {people} people in {took:.0f} s: {60 * len(receipts) / took:.0f} a minute"
        )
        print(
            f"a report took {waits[len(waits) // 2]:.2f} s, 95 % at most {waits[len(waits) * 95 // 100]:.2f} s"
        )
        print(
            f"tips {Tip.objects.count()}, files {Attachment.objects.count()}, drafts {TipDraft.objects.count()}"
        )
        print(f"receipts that open nothing: {lost(receipts)}; errors: {len(wrong)} {wrong[:3]}")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:3]))
