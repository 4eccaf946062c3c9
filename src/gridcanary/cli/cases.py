"""``gridcanary cases``: work on cases that a clock on the wall starts."""

from __future__ import annotations

import typer

from gridcanary.cli.console import DEFAULT_HOME, Home, open_workspace

app = typer.Typer(
    no_args_is_help=True, help="Cases: reminders, the watch, webhooks. / 案件：催办、回访、事件推送。"
)


@app.command()
def watch(home: Home = DEFAULT_HOME) -> None:
    """Compare the last scan with the premises of closed cases. / 将最新扫描结果与已结案件的用电户比对。

    Run it after every scan; a sign of return is noticed once.
    """
    open_workspace(home)
    from django.conf import settings

    from gridcanary.watch.noticing import notice_all

    noticed = notice_all(settings.GRIDCANARY_HOME / "findings.parquet")
    typer.echo(f"{len(noticed)} signs of return / 条死灰复燃迹象")


@app.command()
def deliver(home: Home = DEFAULT_HOME) -> None:
    """Send webhooks what has happened, and try again what failed. / 向网络回调地址推送事件并重试。

    Run it every minute.
    """
    open_workspace(home)
    from gridcanary.api.webhooks import deliver_all

    taken, failed = deliver_all()
    typer.echo(f"{taken} taken, {failed} failed / 成功 {taken}，失败 {failed}")


@app.command()
def remind(home: Home = DEFAULT_HOME) -> None:
    """Remind departments of clocks of cases and tips. / 对案件和举报即将到期、已逾期的期限发出催办。

    Run it every hour; running it twice reminds nobody twice.
    """
    open_workspace(home)
    from django.core.management import call_command

    call_command("remind")
    from gridcanary.tips.actions.reminding import remind_tips

    typer.echo(f"{len(remind_tips())} reminders of tips / 条举报催办")
