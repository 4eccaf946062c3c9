"""``gridcanary demo``: simulates a county, scans it, shows the list and serves the console."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gridcanary.cli.console import (
    DEFAULT_HOME,
    Home,
    make_demo_cases,
    prepare_workspace,
    receive_demo_tips,
    renew_demo_login,
    serve,
)
from gridcanary.cli.demo_report import show_list, show_truth
from gridcanary.cli.demo_texts import language_of_shell, text
from gridcanary.cli.ports import free_port
from gridcanary.power import lake as lakes

app = typer.Typer(help="A simulated county with hidden mines. / 模拟县演示。")

HOST = "127.0.0.1"


class Language(StrEnum):
    """Languages of the demonstration."""

    ZH = "zh"
    EN = "en"


@app.callback(invoke_without_command=True)
def demo(
    home: Home = DEFAULT_HOME,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the console. / 控制台端口。")] = 8000,
    serving: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the console afterwards. / 完成后启动控制台。")
    ] = True,
    fresh: Annotated[
        bool, typer.Option(help="Simulate anew even if a county is there. / 重新生成模拟数据。")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed is another county. / 随机种子。")] = 1,
    customers: Annotated[int, typer.Option(min=60, help="Customers in the county. / 用户数。")] = 2400,
    days: Annotated[int, typer.Option(min=20, help="Days of readings. / 天数。")] = 140,
    top: Annotated[int, typer.Option(min=1, help="Rows of the list to print. / 显示前几名。")] = 8,
    lang: Annotated[Language | None, typer.Option(help="Language. / 语言。")] = None,
) -> None:
    """Simulate a county with hidden mines, scan it, show the list, serve the console. / 运行演示。"""
    screen = Console()
    language = lang.value if lang else language_of_shell()
    if fresh or not _complete(home):
        readings = _simulate(screen, home, language, seed=seed, customers=customers, days=days)
        _scan(screen, home, language, readings)
    else:
        screen.print(text(language, "kept", home=home))
    findings = pq.read_table(home / "findings.parquet")
    show_list(screen, findings, lakes.read_customers(home / "lake"), language, top)
    show_truth(screen, findings, pq.read_table(home / "truth.parquet"), language)
    if not serving:
        screen.print(text(language, "later", home=home))
        return
    _serve(screen, home, port, language)


def _complete(home: Path) -> bool:
    """Whether an earlier demonstration finished here; the findings are written last."""
    return (home / "findings.parquet").exists() and (home / "truth.parquet").exists()


def _simulate(screen: Console, home: Path, language: str, *, seed: int, customers: int, days: int) -> int:
    from gridcanary.simulator import simulate_county

    (home / "findings.parquet").unlink(missing_ok=True)
    began = time.monotonic()
    with _progress(screen) as bar:
        task = bar.add_task(text(language, "simulating"), total=None)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=text(language, what), completed=done, total=total)

        county = simulate_county(home, seed=seed, customers=customers, days=days, progress=report)
    screen.print(
        text(
            language,
            "simulated",
            customers=customers,
            transformers=len(lakes.read_customers(county.lake)["transformer_id"].unique()),
            days=days,
            readings=county.readings,
            seconds=time.monotonic() - began,
        )
    )
    return county.readings


def _scan(screen: Console, home: Path, language: str, readings: int) -> None:
    from gridcanary.power import scan

    lake = home / "lake"
    began = time.monotonic()
    with _progress(screen) as bar:
        task = bar.add_task(text(language, "scanning"), total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        findings: pa.Table = scan(
            readings=lake,
            customers=lake / "customers.parquet",
            balance=lake / "balance",
            weather=lake / "weather.parquet",
            progress=report,
        )
    with lakes.written_whole(home / "findings.parquet") as partial:
        pq.write_table(findings, partial, compression="zstd")
    listed = sum(findings["listed"].to_pylist())
    seconds = time.monotonic() - began
    screen.print(text(language, "scanned", readings=readings, seconds=seconds, listed=listed))


def _serve(screen: Console, home: Path, wanted: int, language: str) -> None:
    port = free_port(HOST, wanted)
    receive_demo_tips()
    prepare_workspace(home)
    username, password = renew_demo_login()
    _open_cases(screen, language)
    if port != wanted:
        screen.print(text(language, "busy", wanted=wanted, port=port))
    screen.print(text(language, "login", username=username, password=password), highlight=False, style="bold")
    screen.print(text(language, "serving", host=HOST, port=port), highlight=False, style="bold")
    screen.print(text(language, "public", host=HOST, port=port), highlight=False)
    serve(HOST, port)


def _open_cases(screen: Console, language: str) -> None:
    began = time.monotonic()
    with screen.status(text(language, "opening")):
        made = make_demo_cases()
    if made:
        screen.print(text(language, "opened", cases=made, seconds=time.monotonic() - began))


def _progress(screen: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=screen,
    )
