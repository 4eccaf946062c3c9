"""``gridcanary cases``: work on cases that a clock on the wall starts."""

from __future__ import annotations

import typer

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace

app = typer.Typer(no_args_is_help=True, help="Cases: reminders. / 案件：催办。")


@app.command()
def remind(home: Home = DEFAULT_HOME) -> None:
    """Remind departments of clocks that run out soon or have run out. / 对即将到期和已逾期的期限发出催办。

    Run it every hour; running it twice reminds nobody twice.
    """
    open_workspace(home)
    from django.core.management import call_command

    call_command("remind")
