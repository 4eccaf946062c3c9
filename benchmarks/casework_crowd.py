"""Many people at once: the console served as ``gridcanary console`` serves it, read and written over loopback."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np
from benchmarks.casework_cases import FilledCases
from benchmarks.casework_units import Province

from gridcanary.cli.ports import free_port

HOST = "127.0.0.1"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TASK = re.compile(r'action="(/cases/[^"]+/tasks/\d+/)"')
UNIT = re.compile(r'<select name="unit".*?<option value="(\d+)"[^>]*selected', re.S)
READS = ("list", "search", "case", "history", "work", "watch", "filter")
MIX = {
    "list": 0.20, "search": 0.20, "case": 0.20, "history": 0.06, "work": 0.12, "watch": 0.04, "filter": 0.06,
    "set a task": 0.08, "finish a task": 0.04,
}  # fmt: skip
"""What a person does next. The last two write: each changes rows and appends to the log."""
ANSWER_SECONDS = 60


@dataclass
class Tally:
    """What happened, by kind of step: waits [s], and what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)


class Visitor(threading.Thread):
    """One signed-in person with a browser's cookies."""

    def __init__(
        self,
        port: int,
        session: str,
        own: list[int],
        filled: FilledCases,
        until: float,
        pause: float,
        seed: int,
    ) -> None:
        super().__init__(daemon=True)
        self.cookies = {"sessionid": session}
        self.own, self.filled, self.until, self.pause = own, filled, until, pause
        self.rng, self.tally = np.random.default_rng(seed), Tally()
        self.line = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)

    def run(self) -> None:
        """Step after step until time is up."""
        names, parts = list(MIX), np.array(list(MIX.values()))
        time.sleep(float(self.rng.random()) * self.pause)
        while time.monotonic() < self.until:
            step = str(self.rng.choice(names, p=parts / parts.sum()))
            try:
                self._step(step)
            except (OSError, http.client.HTTPException) as error:
                self.tally.wrong[f"{step}: {type(error).__name__}"] += 1
                self.line.close()
            time.sleep(float(self.rng.exponential(self.pause)) if self.pause else 0)
        self.line.close()

    def _step(self, step: str) -> None:
        filled, rng = self.filled, self.rng
        place = self.own[rng.integers(len(self.own))]
        number = filled.numbers[place]
        texts = (
            number,
            number[-9:],
            filled.titles[place][3:8],
            filled.addresses[place][-9:-2],
            "冷库",
            "没有",
        )
        if step in READS:
            address = {
                "list": f"/cases/?page={rng.integers(1, 4)}",
                "search": f"/cases/?q={quote(texts[rng.integers(len(texts))])}",
                "case": f"/cases/{number}/",
                "history": f"/cases/{number}/history/",
                "work": f"/work/?scope={('mine', 'department', 'all')[rng.integers(3)]}",
                "watch": "/watch/",
                "filter": ("/cases/?state=late", "/cases/?stage=investigate", "/cases/?state=open")[
                    rng.integers(3)
                ],
            }[step]
            self._ask(step, address)
            return
        tasks = f"/cases/{number}/tasks/"
        page = self._ask("read tasks", tasks)
        token, unit, open_task = TOKEN.search(page), UNIT.search(page), TASK.search(page)
        if token and step == "set a task" and unit:
            said = {"title": "复核用电记录", "unit": unit[1], "person": "", "due_on": "", "details": ""}
            self._ask(step, tasks, {**said, "csrfmiddlewaretoken": token[1]})
        elif token and step == "finish a task" and open_task:
            said = {"choice": "finish", "result": "已核实", "csrfmiddlewaretoken": token[1]}
            self._ask(step, open_task[1], said)

    def _ask(self, step: str, address: str, said: dict[str, str] | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if said is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.line.request("POST" if said else "GET", address, urlencode(said) if said else None, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        self.tally.waits[step].append(time.perf_counter() - began)
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status != (302 if said else 200):
            self.tally.wrong[f"{step}: {answer.status}"] += 1
        elif "/login/" in (answer.headers.get("Location") or ""):
            self.tally.wrong[f"{step}: signed out"] += 1
        return text


def crowd(
    filled: FilledCases, province: Province, home: Path, users: int, seconds: float, pause: float, seed: int
) -> str:
    """People at once for a time.

    Args:
        filled, province: what was written.
        home: workspace of the server.
        users: how many; four in five are officers of counties, the rest supervisors of cities and of the province.
        seconds: how long.
        pause: mean of the exponential pause between two steps of a person [s].
        seed: of what they do.

    Returns:
        A table in Markdown.
    """
    from gridcanary.custody.queries import log_size

    port = free_port(HOST, 18_700)
    before = log_size()
    command = [sys.executable, str(Path(__file__).with_name("casework_served.py")), str(port)]
    environment = {**os.environ, "GRIDCANARY_HOME": str(home)}
    environment.pop("GRIDCANARY_RATE_FACTOR", None)  # the limits of a real installation hold
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port, server)
        until = time.monotonic() + seconds
        visitors = [
            Visitor(port, _session(name), own, filled, until, pause, seed + place)
            for place, (name, own) in enumerate(_people(filled, province, users))
        ]
        began = time.perf_counter()
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join(seconds + 2 * ANSWER_SECONDS)
        took = time.perf_counter() - began
    finally:
        server.terminate()
        server.wait(20)
    return _table([visitor.tally for visitor in visitors], took, users, log_size() - before)


def _people(filled: FilledCases, province: Province, users: int) -> list[tuple[str, list[int]]]:
    """Names, each with the cases that the person goes to: places in ``filled``."""
    by_unit: dict[str, list[int]] = defaultdict(list)
    for place, unit in enumerate(filled.unit_codes):
        by_unit[unit].append(place)
    officers = [name for name in province.officers if by_unit[name.removesuffix("-officer")]]
    everything = list(range(len(filled.numbers)))
    found: list[tuple[str, list[int]]] = []
    for number in range(users):
        if number % 25 == 24:
            found.append((province.province_supervisor, everything))
        elif number % 5 == 4:
            city = province.city_supervisors[number % len(province.city_supervisors)]
            area = f"x{city[1:3]}"
            found.append(
                (city, [place for unit, held in by_unit.items() if unit.startswith(area) for place in held])
            )
        else:
            name = officers[number % len(officers)]
            found.append((name, by_unit[name.removesuffix("-officer")]))
    return [(name, own or everything) for name, own in found]


def _session(username: str) -> str:
    """A session of somebody who has just signed in; 50 passwords at once would measure Argon2."""
    from django.test import Client

    from gridcanary.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    return str(client.cookies["sessionid"].value)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _try in range(120):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        line = http.client.HTTPConnection(HOST, port, timeout=30)
        try:
            line.request("GET", "/accounts/login/")
            line.getresponse().read()
            return
        except OSError:
            time.sleep(0.5)
        finally:
            line.close()
    raise RuntimeError("the server does not answer")


def _table(tallies: list[Tally], took: float, users: int, events: int) -> str:
    waits: dict[str, list[float]] = defaultdict(list)
    wrong: Counter[str] = Counter()
    for tally in tallies:
        wrong += tally.wrong
        for step, found in tally.waits.items():
            waits[step] += found
    every = [wait for found in waits.values() for wait in found]
    rows = [
        f"| {users} people at once, {took:.0f} s | requests | median | 95 % | longest |",
        "|---|---|---|---|---|",
    ]
    for step, found in [*waits.items(), ("all", every)]:
        low, high = np.quantile(found, (0.5, 0.95)) * 1e3
        rows.append(f"| {step} | {len(found):,} | {low:.0f} ms | {high:.0f} ms | {max(found) * 1e3:.0f} ms |")
    told = ", ".join(f"{what} × {times}" for what, times in wrong.items()) or "none"
    rows.append(f"\n{len(every) / took:.1f} requests a second, {events} events appended; errors: {told}")
    return "\n".join(rows)
