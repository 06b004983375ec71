"""Typed settings from the environment."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting may be left out. Channels and desks own theirs (TELEGRAM_*, SLACK_*)."""

    model_config = SettingsConfigDict(env_prefix="SAMBUT_", extra="ignore")

    root: Path = Path()
    data: Path = Path("var")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    desk_port: int = Field(default=8001, ge=0, le=65535)
    rasa_url: str = Field(default="", validation_alias="RASA_URL")
    rasa_token: SecretStr = Field(default=SecretStr(""), validation_alias="RASA_TOKEN")
    rasa_timeout: float = 3.0
    rasa_python: Path = Path(".venv-rasa/bin/python")
    debounce: bool = True
    lease_seconds: float = 30.0

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data / 'sambut.db').resolve()}"

    @property
    def cache(self) -> Path:
        """Trained models live outside the tree, so that a fresh clone finds them again."""
        return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sambut" / "models"
