"""``gridcanary network open`` and ``forget``: findings into the console, and out of it when their time has run out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace
from gridcanary.cli.demo_texts import language_of_shell

TEXTS = {
    "zh": {
        "opened": "{name}：清单会话 {listed:,} 条，其中新增 {new:,} 条，已导入控制台",
        "known": "{name}：该文件已于 {day} 导入，未作改动",
        "no unit": "没有代码为 {unit} 的单位：gridcanary unit add",
        "forgotten": "已删除：会话 {sessions:,}，矿池账户 {accounts:,}，端点 {endpoints:,}，线路个人信息 {lines:,}",
    },
    "en": {
        "opened": "{name}: {listed:,} listed sessions, {new:,} of them new, are in the console",
        "known": "{name}: these findings were imported on {day}; nothing changed",
        "no unit": "there is no unit {unit}: gridcanary unit add",
        "forgotten": "Deleted: {sessions:,} sessions, {accounts:,} pool accounts, {endpoints:,} endpoints, "
        "personal data of {lines:,} lines",
    },
}


def register(app: typer.Typer) -> None:
    """Add the commands to the network group."""
    app.command("open", no_args_is_help=True)(open_findings)
    app.command("forget")(forget)


def open_findings(
    findings: Annotated[
        Path,
        typer.Argument(help="Parquet file that network scan wrote. / network scan 写出的 Parquet 文件。"),
    ],
    unit: Annotated[
        str, typer.Option(help="Code of the department it is for. / 所属单位代码。", show_default=False)
    ],
    area: Annotated[
        str, typer.Option(help="GB/T 2260 area of the sensor; that of the unit if left out. / 探针所在地区。")
    ] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Take findings over into the console's desk; the same file again changes nothing. / 将线索导入控制台研判台。

    Example: gridcanary network open findings.parquet --unit jn-energy
    """
    open_workspace(home)
    from django.core.management import call_command
    from django.utils import timezone

    from gridcanary.accounts.models import Unit
    from gridcanary.contracts.errors import InputError
    from gridcanary.endpoints.actions.importing import import_findings

    call_command("migrate", interactive=False, verbosity=0)
    texts = TEXTS[language_of_shell()]
    if not findings.is_file():
        raise InputError(findings, "there is no such file", remedy="name a .parquet that network scan wrote")
    of = Unit.objects.filter(code=unit, active=True).first()
    if of is None:
        raise InputError("--unit", texts["no unit"].format(unit=unit))
    began = timezone.now()
    made = import_findings(findings, of, user=None, admin_code=area)
    if made.imported_at < began:
        typer.echo(texts["known"].format(name=made.name, day=timezone.localdate(made.imported_at)))
        return
    typer.echo(texts["opened"].format(name=made.name, listed=made.listed_count, new=made.new_count))


def forget(home: Home = DEFAULT_HOME) -> None:
    """Delete from the console what has outlived its clock. Run it every night. / 删除控制台中保存期届满的网络数据。"""
    open_workspace(home)
    from dataclasses import asdict

    from django.core.management import call_command
    from django.utils import timezone

    from gridcanary.endpoints.actions.forgetting import forget_expired

    call_command("migrate", interactive=False, verbosity=0)
    typer.echo(TEXTS[language_of_shell()]["forgotten"].format(**asdict(forget_expired(timezone.now()))))
