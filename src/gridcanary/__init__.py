"""gridcanary (矿哨): finds hidden cryptocurrency mines and sees each case through to its lawful end."""

__version__ = "0.1.0"
