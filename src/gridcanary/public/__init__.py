"""What pages share that need no sign-in: language by address, no cookie, no script needed, a way to leave quickly."""
