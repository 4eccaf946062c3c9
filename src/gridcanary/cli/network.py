"""``gridcanary network``: mining seen on the wire."""

from __future__ import annotations

import typer

from gridcanary.cli import (
    network_days,
    network_desk,
    network_expire,
    network_pools,
    network_resolve,
    network_scan,
)

app = typer.Typer(
    no_args_is_help=True,
    help="Mining seen on the wire: captures, flow logs, DNS. / 网络侧：从抓包、流日志和 DNS 中发现挖矿。",
)


@app.callback()
def network() -> None:
    """Mining seen on the wire: captures, flow logs, DNS. / 网络侧：从抓包、流日志和 DNS 中发现挖矿。"""


network_scan.register(app)
network_days.register(app)
network_desk.register(app)
network_expire.register(app)
network_pools.register(app)
network_resolve.register(app)
