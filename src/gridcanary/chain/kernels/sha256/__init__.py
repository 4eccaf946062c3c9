"""SHA-256 over many short messages at once, with the processor's own instructions where it has them."""
