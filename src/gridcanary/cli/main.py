"""The ``gridcanary`` command: gathers the command groups and says errors in one line."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gridcanary import __version__
from gridcanary.cli import (
    backup,
    boundaries,
    cases,
    chain,
    console,
    demo,
    evidence,
    keys,
    network,
    packs,
    poster,
    power,
    tips,
)
from gridcanary.contracts.errors import GridcanaryError

WRONG_INPUT = 2
"""Exit code for an error that the person at the keyboard can mend."""


class SpokenErrors(TyperGroup):
    """A command group that prints gridcanary's own errors as one line on stderr, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; other errors keep their traceback, because they are faults of the program."""
        try:
            return super().invoke(ctx)
        except GridcanaryError as error:
            sys.stderr.write(f"gridcanary: {error}\n")
            raise typer.Exit(WRONG_INPUT) from error


app = typer.Typer(
    cls=SpokenErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Finds hidden cryptocurrency mines in electricity data. / 矿哨：从用电数据中发现隐蔽挖矿。",
)
app.add_typer(power.app, name="power")
app.add_typer(chain.app, name="chain")
app.add_typer(network.app, name="network")
app.add_typer(demo.app, name="demo")
app.add_typer(cases.app, name="cases")
app.add_typer(tips.app, name="tips")
app.add_typer(boundaries.app, name="boundaries")
app.add_typer(packs.app, name="packs")
app.add_typer(evidence.app, name="evidence")
app.add_typer(console.app, name="console")
app.add_typer(console.user_app, name="user")
app.add_typer(console.unit_app, name="unit")
app.add_typer(keys.app, name="keys")
app.command()(poster.poster)
app.command()(backup.backup)
app.command()(backup.restore)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def gridcanary(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version. / 显示版本。"
        ),
    ] = False,
) -> None:
    """Finds hidden cryptocurrency mines in electricity data. / 矿哨：从用电数据中发现隐蔽挖矿。"""
