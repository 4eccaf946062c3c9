"""The lake: the best chain as Parquet, for questions about a whole country's wallets."""
