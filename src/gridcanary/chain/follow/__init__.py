"""New blocks from a node or an Esplora server, checked before they are kept, as files that every command reads."""
