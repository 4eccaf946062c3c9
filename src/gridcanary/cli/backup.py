"""``gridcanary backup`` and ``gridcanary restore``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace
from gridcanary.contracts.errors import InputError

Force = Annotated[bool, typer.Option(help="Replace what is there. / 覆盖已有内容。")]


def backup(
    file: Annotated[Path, typer.Argument(help="The backup to write, a .tar. / 备份文件（.tar）。")],
    home: Home = DEFAULT_HOME,
    keys: Annotated[
        Path | None, typer.Option(help="Write the keys into this other file. / 密钥另存为此文件。")
    ] = None,
    lake: Annotated[bool, typer.Option(help="The readings too. / 同时备份用电数据。")] = False,
    force: Force = False,
) -> None:
    """Back up database, evidence and lists; people may go on working. / 备份数据库、证据与清单。"""
    if not home.is_dir():
        raise InputError(home, "there is no such workspace", remedy="name it with --home")
    open_workspace(home)
    from django.core.management import call_command

    from gridcanary.console.backups import back_up, back_up_keys

    screen = Console(stderr=True)
    call_command("migrate", interactive=False, verbosity=0)
    digest = back_up(file.resolve(), with_lake=lake, force=force)
    screen.print(f"{file}  sha256 {digest}", highlight=False, soft_wrap=True)
    if keys is None:
        screen.print(
            "The keys are not in it. Without them encrypted data cannot be read: back them up once with --keys, "
            "and keep that file elsewhere. / "
            "备份不含密钥；没有密钥，加密数据将无法读取。请用 --keys 另行备份并异地保管。",
            style="yellow",
            soft_wrap=True,
        )
        return
    digest = back_up_keys(keys.resolve(), force=force)
    screen.print(f"{keys}  sha256 {digest}", highlight=False, soft_wrap=True)
    screen.print(
        "Keep the two files in different places: together they are everything. / 请将两个文件分开保管。",
        style="yellow",
        soft_wrap=True,
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A backup. / 备份文件。")],
    home: Home = DEFAULT_HOME,
    keys: Annotated[Path | None, typer.Option(help="The backup of its keys. / 对应的密钥备份。")] = None,
    force: Force = False,
) -> None:
    """Bring a workspace back from a backup, verified first. / 校验并恢复备份。"""
    os.environ["GRIDCANARY_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridcanary.console.settings")
    # A key for this run alone: nothing may be written where the workspace will stand.
    os.environ.setdefault("GRIDCANARY_SECRET_KEY", secrets.token_hex())
    import django

    django.setup()
    from gridcanary.console.backups import restore as bring_back

    aside = bring_back(file, home, keys=keys, force=force)
    screen = Console(stderr=True)
    screen.print(f"restored / 已恢复: {home}", highlight=False, soft_wrap=True)
    if aside is not None:
        screen.print(f"what was there / 原有内容: {aside}", highlight=False, soft_wrap=True)
