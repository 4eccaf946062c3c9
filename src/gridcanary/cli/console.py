"""``gridcanary console`` and ``gridcanary user``: the web console and who may sign in."""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gridcanary.cli.ports import free_port

app = typer.Typer(help="The web console. / 网页控制台。")
user_app = typer.Typer(no_args_is_help=True, help="People who may sign in to the console. / 控制台用户。")
unit_app = typer.Typer(no_args_is_help=True, help="Departments. / 单位。")

Home = Annotated[
    Path,
    typer.Option(
        envvar="GRIDCANARY_HOME",
        help="Folder of the lake, findings and database. / 数据湖、线索与数据库所在目录。",
    ),
]
DEFAULT_HOME = Path("var")
DEMO_TIP_UNIT = "demo-county-energy"
"""Department of the demonstration's user."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def open_workspace(home: Path) -> None:
    """Point Django at a workspace and make it ready for use.

    Args:
        home: made where it does not exist.
    """
    home.mkdir(parents=True, exist_ok=True)
    os.environ["GRIDCANARY_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridcanary.console.settings")
    import django  # after the environment is set, because settings read it

    django.setup()


def prepare_workspace(home: Path) -> None:
    """Translations, database and curves: everything that pages need.

    Args:
        home: the workspace.
    """
    open_workspace(home)
    from django.core.management import call_command

    call_command("prepare_console", stdout=Console(stderr=True).file)


def receive_demo_tips() -> None:
    """Let the demonstration's user receive what is reported, before the workspace is opened."""
    os.environ.setdefault("GRIDCANARY_TIP_UNIT", DEMO_TIP_UNIT)


def renew_demo_login() -> tuple[str, str]:
    """A login to print, after prepare_workspace.

    Returns:
        The demonstration user's name and its new password.
    """
    from django.core.management import call_command

    username, password = call_command("create_demo_user", stdout=io.StringIO()).split()
    return username, password


def make_demo_cases() -> int:
    """Cases of the demonstration in every stage, after renew_demo_login.

    Returns:
        How many were made; none where there are cases already.
    """
    from django.core.management import call_command

    return int(call_command("create_demo_cases", stdout=io.StringIO()))


def serve(host: str, port: int) -> None:
    """Serve until interrupted, after prepare_workspace.

    Args:
        host: address to listen on.
        port: port to listen on.
    """
    import waitress
    from django.core.wsgi import get_wsgi_application

    waitress.serve(get_wsgi_application(), host=host, port=port, threads=4, ident=None)


@app.callback(invoke_without_command=True)
def console(
    home: Home = DEFAULT_HOME,
    host: Annotated[str, typer.Option(help="Address to listen on. / 监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port. / 端口。")] = 8000,
    demo_login: Annotated[
        bool, typer.Option(help="Make a demonstration login and print it. / 生成并显示演示账号。")
    ] = False,
) -> None:
    """Serve the web console. / 启动网页控制台。"""
    screen = Console(stderr=True)
    if host not in LOOPBACK:
        os.environ.setdefault("GRIDCANARY_ALLOWED_HOSTS", f"{host},localhost,127.0.0.1")
    if demo_login:
        receive_demo_tips()
    prepare_workspace(home)
    port = free_port(host, port)
    screen.print(f"http://{host}:{port}", style="bold")
    if demo_login:
        username, password = renew_demo_login()
        screen.print(f"login / 账号: {username}    password / 密码: {password}", highlight=False)
    else:
        screen.print("Add people with: gridcanary user add NAME / 添加用户：gridcanary user add 用户名")
    serve(host, port)


@user_app.callback()
def user() -> None:
    """People who may sign in to the console. / 控制台用户。"""


@user_app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="Name to sign in with. / 登录名。")],
    home: Home = DEFAULT_HOME,
    area: Annotated[
        str, typer.Option(help="GB/T 2260 digits that limit what the person sees. / 可见行政区划代码前缀。")
    ] = "",
    password: Annotated[
        str | None,
        typer.Option(envvar="GRIDCANARY_PASSWORD", help="Asked for when left out. / 不填则提示输入。"),
    ] = None,
    generate: Annotated[
        bool, typer.Option(help="Make a password and print it. / 自动生成密码并显示。")
    ] = False,
    without_password: Annotated[
        bool, typer.Option(help="Signs in through the identity provider. / 通过统一身份认证登录。")
    ] = False,
    unit: Annotated[str, typer.Option(help="Code of the unit to give a post in. / 任职单位代码。")] = "",
    role: Annotated[str, typer.Option(help="Role in the unit. / 角色。")] = "officer",
) -> None:
    """Add a person who can sign in. / 添加可登录的用户。"""
    open_workspace(home)
    if without_password:
        password = ""
    elif generate:
        password = secrets.token_urlsafe(12)
    elif password is None:
        password = typer.prompt("Password / 密码", hide_input=True, confirmation_prompt=True)
    _call("user add", "add_user", username, password=password, area_prefix=area, unit=unit, role=role)
    if generate and not without_password:
        typer.echo(password)


@unit_app.callback()
def units() -> None:
    """Departments. / 单位。"""


@unit_app.command("add")
def add_unit(
    code: Annotated[str, typer.Argument(help="Lower-case letters, digits, hyphens. / 单位代码。")],
    name: Annotated[str, typer.Argument(help="Name on documents. / 单位名称。")],
    kind: Annotated[str, typer.Option(help="Department kind of the packs. / 部门类别。")],
    home: Home = DEFAULT_HOME,
    below: Annotated[str, typer.Option(help="Code of the unit it belongs to. / 上级单位代码。")] = "",
    english: Annotated[str, typer.Option(help="English name. / 英文名称。")] = "",
    area: Annotated[str, typer.Option(help="GB/T 2260 digits of its area. / 行政区划代码。")] = "",
) -> None:
    """Add a department. / 添加单位。"""
    open_workspace(home)
    _call("unit add", "add_unit", code, name, kind=kind, below=below, english=english, area=area)


def _call(spoken: str, command: str, *arguments: str, **options: str | None) -> None:
    """Bring the database up to date, then run one of Django's commands; its errors are one line."""
    from django.core.management import call_command
    from django.core.management.base import CommandError

    call_command("migrate", interactive=False, verbosity=0)
    try:
        call_command(command, *arguments, **options)
    except CommandError as error:
        typer.echo(f"gridcanary {spoken}: {error}", err=True)
        raise typer.Exit(2) from error
