"""Mining messages in plain text: five dialects, over TCP lines, HTTP bodies and WebSocket frames."""

from gridcanary.network.messages.reader import MessageReader

__all__ = ["MessageReader"]
