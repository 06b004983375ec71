"""The company's own web chat: a page and a WebSocket."""

from channels.webchat.channel import WebChat, WebChatSettings

__all__ = ["WebChat", "WebChatSettings"]
