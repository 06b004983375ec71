"""Telegram: private chats with the company's bot."""

from channels.telegram.channel import TelegramChannel
from channels.telegram.settings import TelegramSettings

__all__ = ["TelegramChannel", "TelegramSettings"]
