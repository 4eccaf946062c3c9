"""How addresses are written: Base58Check, Bech32 and Bech32m, CashAddr. Bytes and text only, no scripts."""
