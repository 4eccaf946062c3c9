"""The lens on public ledgers: blocks, pools, payouts, income, traces and the dossiers that prove them."""
