"""What the person who runs Sambut sets for Telegram: TELEGRAM_TOKEN, TELEGRAM_WEBHOOK_URL and so on."""

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SetupError

PATH = "/webhooks/telegram"
# Bot API, setWebhook: the alphabet and length of secret_token.
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class TelegramSettings(BaseSettings):
    """Polls when `webhook_url` is empty. A URL without a path means our own path on that host."""

    model_config = SettingsConfigDict(env_prefix="TELEGRAM_", extra="ignore", hide_input_in_errors=True)

    token: SecretStr = SecretStr("")
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    api_base: str = "https://api.telegram.org"
    poll_timeout: int = Field(default=30, ge=0, le=50)
    request_timeout: float = Field(default=15.0, gt=0)

    @property
    def enabled(self) -> bool:
        return bool(self.bot_token)

    @property
    def bot_token(self) -> str:
        """Without the line end that comes along when a token is copied."""
        return self.token.get_secret_value().strip()

    @property
    def public_url(self) -> str:
        """The address to give to Telegram."""
        given = self.webhook_url.strip()
        return given if urlsplit(given).path.strip("/") else given.rstrip("/") + PATH

    @model_validator(mode="after")
    def _webhook_is_closed(self) -> Self:
        secret = self.webhook_secret.get_secret_value()
        if self.webhook_url and not secret:
            raise SetupError("TELEGRAM_WEBHOOK_URL is set, so TELEGRAM_WEBHOOK_SECRET must be set too")
        if secret and not _SECRET.fullmatch(secret):
            raise SetupError("TELEGRAM_WEBHOOK_SECRET may hold only A-Z, a-z, 0-9, _ and -, at most 256 of them")
        if self.webhook_url and urlsplit(self.webhook_url.strip()).scheme not in ("http", "https"):
            raise SetupError("TELEGRAM_WEBHOOK_URL must be a full address that starts with https://")
        return self
