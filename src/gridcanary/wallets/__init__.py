"""Dossiers of the chain lens in a case: what wallets earned and where it went, each number behind a verified file."""
