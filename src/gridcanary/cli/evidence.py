"""``gridcanary evidence``: check, sign, witness and export."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace
from gridcanary.cli.demo_texts import language_of_shell
from gridcanary.contracts.errors import InputError
from gridcanary.evidence.errors import EvidenceError
from gridcanary.evidence.keys import FileKeys, signing_key
from gridcanary.evidence.note import COSIGNATURE, VerifierKey
from gridcanary.evidence.standalone.verify import CODES
from gridcanary.evidence.timestamp import load_certificates
from gridcanary.evidence.verification import BagReport, fingerprint, verify_bag
from gridcanary.evidence.witness import Witness, WitnessRequest

app = typer.Typer(
    no_args_is_help=True,
    help="Evidence and the event log: verify, sign, witness, export. / 证据与事件日志：校验、签名、见证、导出。",
)

NOT_INTACT = 1
"""Exit code where something is not as it was recorded."""

TEXTS = {
    "zh": {
        "intact": "校验通过",
        "not_intact": "校验不通过：发现 {count} 处问题",
        "log": "日志 {log}，共 {size} 个事件，根 {root}",
        "here": "证据包内：事件 {events} 个，证据文件 {items} 个",
        "witness": "见证签名：{name}，{time}",
        "stamp": "时间戳：{time}",
        "key": "公钥 {name}\n  SHA-256 {print}",
        "unknown_key": "公钥取自证据包。请与公布的公钥核对，或用 --key 指定。",
        "stamps_unchecked": "时间戳只核对了内容，未核对签发机构；请用 --authority 指定根证书。",
        "read": "已读取：事件 {events} 个，检查点 {checkpoints} 个，文件 {objects} 个（{size} 字节）",
        "signed": "已签名：{size} 个事件",
        "own": "时间戳由本系统自建，不具独立性；请在 GRIDCANARY_TSA_URL 中配置时间戳服务机构。",
        "kept": "已保存 {name} 的见证签名（{size} 个事件）",
        "exported": "案件 {case} 已导出至 {folder}",
        "new_key": "已在 {file} 中新增密钥 {key}，今后存入的证据将用它加密。请另行备份该文件。",
    },
    "en": {
        "intact": "intact",
        "not_intact": "NOT INTACT: {count} faults",
        "log": "log {log}, {size} events, root {root}",
        "here": "in the bag: {events} events, {items} items of evidence",
        "witness": "witnessed by {name} at {time}",
        "stamp": "time stamp: {time}",
        "key": "key {name}\n  SHA-256 {print}",
        "unknown_key": "The keys come from the bag. Compare them with the published ones, or give these with --key.",
        "stamps_unchecked": "The time stamps fit; who gave them is checked with --authority.",
        "read": "read {events} events, {checkpoints} checkpoints, {objects} files ({size} bytes)",
        "signed": "signed: {size} events",
        "own": "The time stamp is this system's own, not independent; name an authority in GRIDCANARY_TSA_URL.",
        "kept": "kept the signature of {name} ({size} events)",
        "exported": "case {case} exported to {folder}",
        "new_key": "added key {key} to {file}; evidence is encrypted with it from now on. Keep a copy elsewhere.",
    },
}


def say(text: str, /, **facts: object) -> None:
    """Print a text in the language of the shell."""
    typer.echo(TEXTS[language_of_shell()][text].format(**facts))


@app.command("verify")
def verify(
    bag: Annotated[
        Path | None, typer.Argument(help="An exported case. / 导出的证据包。", show_default=False)
    ] = None,
    home: Home = DEFAULT_HOME,
    key: Annotated[
        list[str] | None,
        typer.Option(help="A public key to trust; repeat. / 可信公钥，可重复。", show_default=False),
    ] = None,
    authority: Annotated[
        Path | None,
        typer.Option(help="PEM roots of the time stamps. / 时间戳根证书（PEM）。", show_default=False),
    ] = None,
    log_only: Annotated[
        bool, typer.Option("--log-only", help="Do not read stored files again. / 只校验日志，不重读文件。")
    ] = False,
) -> None:
    """Check an exported case, or else everything in a workspace. / 校验证据包；不指定时校验整个工作目录。

    Names each fault by its file, event or object, and ends with 1 where there is one.

    Example: gridcanary evidence verify case-2026-1
    """
    if bag is None:
        faults = _verify_workspace(home, objects=not log_only)
    else:
        keys = [VerifierKey.parse(text) for text in key or ()]
        report = verify_bag(bag, keys=keys, roots=load_certificates(authority) if authority else ())
        _tell_bag(report, authority_checked=authority is not None)
        number = 0 if language_of_shell() == "en" else 1
        faults = [f"{path}: {CODES[code][number]}" for path, code in sorted(report.faults)]
    for fault in faults:
        typer.echo(fault)
    if faults:
        say("not_intact", count=len(faults))
        raise typer.Exit(NOT_INTACT)
    say("intact")


def _tell_bag(report: BagReport, *, authority_checked: bool) -> None:
    if report.log:
        say("log", log=report.log, size=report.size, root=report.root)
        say("here", events=report.events, items=report.items)
    for name, seconds in report.witnesses:
        say("witness", name=name, time=dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat())
    for time in report.time_stamps:
        say("stamp", time=time)
    for one in report.keys:
        say("key", name=one.name, print=fingerprint(one))
    if report.keys and not report.trusted:
        say("unknown_key")
    if report.time_stamps and not authority_checked:
        say("stamps_unchecked")


def _verify_workspace(home: Path, *, objects: bool) -> list[str]:
    if not home.is_dir():
        raise InputError("--home", f"{home} is no folder")
    _open(home)
    from gridcanary.custody.checking import verify_all

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("")
        report = verify_all(
            lambda what, count: progress.update(task, description=f"{what} {count:,}"), objects=objects
        )
    say(
        "read",
        events=report.events,
        checkpoints=report.checkpoints,
        objects=report.objects,
        size=f"{report.object_bytes:,}",
    )
    for note in report.notes:
        typer.echo(note)
    return [str(fault) for fault in report.faults]


def _open(home: Path) -> None:
    open_workspace(home)
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):  # asking is faster than migrating in vain
        call_command("migrate", interactive=False, verbosity=0)


@app.command("checkpoint")
def checkpoint(
    home: Home = DEFAULT_HOME,
    stamp: Annotated[
        bool, typer.Option("--stamp/--no-stamp", help="Have it time-stamped. / 加盖时间戳。")
    ] = True,
    request: Annotated[
        str | None,
        typer.Option(
            metavar="WITNESS",
            help="Print what to send to this witness. / 输出发给该见证单位的请求。",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Sign the event log as it is now; run it every hour. / 对当前事件日志签名，建议每小时执行。

    Prints the signed checkpoint, or with --request the text for a witness.

    Example: gridcanary evidence checkpoint --request police.jining.example/witness > request.txt
    """
    _open(home)
    from gridcanary.custody import actions
    from gridcanary.custody.checkpoint_actions import full_note
    from gridcanary.custody.models import MarkKind

    signed = actions.checkpoint()
    stamps = signed.marks.exclude(kind=MarkKind.COSIGNATURE)
    own = False
    if stamp and not stamps.exists():
        own = actions.stamp(signed).kind == MarkKind.OWN_TIMESTAMP
    text = actions.witness_request(request, signed) if request else full_note(signed)
    sys.stdout.write(str(text))
    if own:
        typer.echo(TEXTS[language_of_shell()]["own"], err=True)


@app.command("witness", no_args_is_help=True)
def witness(
    request: Annotated[
        Path,
        typer.Argument(help="What the log sent; - for standard input. / 日志方发来的请求，- 为标准输入。"),
    ],
    state: Annotated[
        Path, typer.Option(help="Where the witness keeps its key and what it saw. / 见证方的密钥与记录目录。")
    ],
    log: Annotated[
        list[str], typer.Option(help="Public key of a log to watch; repeat. / 被见证日志的公钥，可重复。")
    ],
    name: Annotated[
        str, typer.Option(help="Name for a new key, an address. / 新密钥的名称。")
    ] = "gridcanary.invalid/witness",
) -> None:
    """Cosign the checkpoint of another department's log. / 对其他部门的日志检查点作见证签名。

    Signs only what goes on from what was signed before. Prints the signature to send back; the key to publish goes to
    standard error.

    Example: gridcanary evidence witness request.txt --state witness --log "$LOG_KEY" > answer.txt
    """
    text = sys.stdin.read() if str(request) == "-" else _read(request)
    key = signing_key(state / "witness.key", name, COSIGNATURE)
    signature = Witness(state, key, [VerifierKey.parse(one) for one in log]).cosign(
        WitnessRequest.parse(text)
    )
    typer.echo(str(key.verifier), err=True)
    typer.echo(signature.line(), nl=False)


@app.command("cosign", no_args_is_help=True)
def cosign(
    answer: Annotated[
        Path, typer.Argument(help="What the witness sent back; - for standard input. / 见证方的回复。")
    ],
    home: Home = DEFAULT_HOME,
) -> None:
    """Keep the signature that a witness sent back. / 保存见证方发回的签名。

    Witnesses are known by their keys, a line each in HOME/keys/witnesses.txt.
    """
    text = sys.stdin.read() if str(answer) == "-" else _read(answer)
    _open(home)
    from gridcanary.custody import actions

    for mark in actions.cosign(text):
        say("kept", name=mark.signer, size=mark.checkpoint.size)


@app.command("export", no_args_is_help=True)
def export(
    case: Annotated[str, typer.Argument(help="Reference of the case. / 案件编号。")],
    folder: Annotated[Path, typer.Argument(help="Folder to make. / 新建的证据包目录。")],
    home: Home = DEFAULT_HOME,
    reason: Annotated[str, typer.Option(help="Why, or for whom. / 导出事由或接收单位。")] = "",
) -> None:
    """Write a case's evidence, custody and events into a bag. / 将案件的证据、保管记录与事件导出为证据包。"""
    _open(home)
    from gridcanary.custody import actions
    from gridcanary.custody.queries import events_of

    if not events_of(case).exists():
        raise InputError(
            "CASE", f"no events of a case {case}", remedy="write its reference as in the console"
        )
    actions.export_case(case, folder, actor=None, reason=reason)
    say("exported", case=case, folder=folder)


@app.command("keys")
def keys(home: Home = DEFAULT_HOME) -> None:
    """Print the public keys of the log and its witnesses, to publish them. / 显示日志与见证方的公钥，以便公布。"""
    _open(home)
    from gridcanary.custody.places import log_key, witness_keys

    for one in (log_key().verifier, *witness_keys()):
        typer.echo(str(one))
        typer.echo(f"  SHA-256 {fingerprint(one)}")


@app.command("encryption-key", no_args_is_help=True)
def encryption_key(
    file: Annotated[
        Path, typer.Argument(help="Key file; made where there is none. / 密钥文件，不存在则新建。")
    ],
) -> None:
    """Add a key that encrypts stored evidence; name the file in GRIDCANARY_EVIDENCE_KEYS. / 新增证据加密密钥。"""
    say("new_key", file=file, key=FileKeys.add(file).current_id())


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{file}: cannot be read ({error})") from error
