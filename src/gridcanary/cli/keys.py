"""``gridcanary keys``: the keys that personal data is encrypted with."""

from __future__ import annotations

from typing import Annotated

import typer

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace

app = typer.Typer(no_args_is_help=True, help="Keys of the personal data. / 个人信息加密密钥。")


@app.callback()
def keys() -> None:
    """Keys of the personal data. / 个人信息加密密钥。"""


@app.command("list")
def list_keys(home: Home = DEFAULT_HOME) -> None:
    """Print the names of the keys, the current one with a star. / 列出密钥名称。"""
    open_workspace(home)
    from gridcanary.accounts.encryption import key_ring

    ring = key_ring()
    for name in sorted(ring.keys, key=lambda name: int(name[1:])):
        typer.echo(f"{name} *" if name == ring.current else name)


@app.command()
def rotate(
    home: Home = DEFAULT_HOME,
    forget_old: Annotated[
        bool,
        typer.Option(help="Remove the old keys at the end; stop the console first. / 完成后删除旧密钥。"),
    ] = False,
) -> None:
    """Make a new key and encrypt everything with it. / 更换密钥并重新加密。"""
    open_workspace(home)
    from django.core.management import call_command

    from gridcanary.accounts.key_rotation import rotate_keys

    call_command("migrate", interactive=False, verbosity=0)
    typer.echo(f"{rotate_keys(forget_old=forget_old)} values encrypted anew / 已重新加密")


@app.command()
def renew(home: Home = DEFAULT_HOME) -> None:
    """Encrypt with the current key what carries an older one. / 用当前密钥重新加密旧数据。"""
    open_workspace(home)
    from gridcanary.accounts.key_rotation import renew_values

    typer.echo(f"{renew_values()} values encrypted anew / 已重新加密")
