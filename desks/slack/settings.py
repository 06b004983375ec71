from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SlackSettings(BaseSettings):
    # A validation error would otherwise print the token it rejects.
    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)

    slack_bot_token: SecretStr
    slack_app_token: SecretStr
    slack_channel: str
    slack_api_base: str = "https://slack.com/api/"

    @property
    def bot_token(self) -> str:
        return self.slack_bot_token.get_secret_value().strip()

    @property
    def app_token(self) -> str:
        return self.slack_app_token.get_secret_value().strip()

    @field_validator("slack_channel")
    @classmethod
    def _is_an_id(cls, value: str) -> str:
        value = value.strip()
        if value[:1] not in ("C", "G") or not value.isalnum() or not value.isupper():
            raise ValueError("write the channel's id (C0123ABCD), not its name")
        return value

    @field_validator("slack_api_base")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme != "https" and url.hostname not in _LOOPBACK:
            raise ValueError("tokens travel over https only, except to this machine")
        return value

    @model_validator(mode="after")
    def _not_swapped(self) -> Self:
        if not self.bot_token.startswith("xoxb-"):
            raise ValueError("SLACK_BOT_TOKEN must start with xoxb- (OAuth & Permissions)")
        if not self.app_token.startswith("xapp-"):
            raise ValueError("SLACK_APP_TOKEN must start with xapp- (Basic Information, App-Level Tokens)")
        return self
