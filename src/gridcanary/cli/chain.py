"""``gridcanary chain``: what public ledgers tell about mined coins."""

from __future__ import annotations

import typer

from gridcanary.cli import chain_blocks, chain_follow, chain_income, chain_pools, chain_trace, chain_verify

app = typer.Typer(
    no_args_is_help=True,
    help="Mined coins on public ledgers, from block to exchange. / 链上追踪：从出块到交易所。",
)


@app.callback()
def chain() -> None:
    """Mined coins on public ledgers, from block to exchange. / 链上追踪：从出块到交易所。"""


chain_blocks.register(app)
chain_follow.register(app)
chain_income.register(app)
chain_pools.register(app)
chain_trace.register(app)
chain_verify.register(app)
