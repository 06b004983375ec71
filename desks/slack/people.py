"""Names of agents."""

import asyncio
import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.text import clean
from bot.messages import Json
from desks.slack.errors import CALL_FAILED, code

_WAIT = 1.0  # seconds; Slack gives three for a whole answer


class People:
    def __init__(self, client: AsyncWebClient, log: logging.Logger) -> None:
        self._client, self._log = client, log
        self._names: dict[str, str] = {}

    async def names(self, users: set[str]) -> dict[str, str]:
        people = sorted(users)
        return dict(zip(people, await asyncio.gather(*map(self.name, people)), strict=True))

    async def name(self, user: str) -> str:
        """A name is a comfort: without one the id serves, and storing goes on."""
        if user in self._names:
            return self._names[user]
        try:
            async with asyncio.timeout(_WAIT):
                answer = await self._client.users_info(user=user)
        except CALL_FAILED as error:
            self._log.warning("Slack: no name for %s (%s)", user, code(error) or type(error).__name__)
            return user
        self._names[user] = _display_name(answer.get("user") or {}) or user
        return self._names[user]


def _display_name(user: Json) -> str:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return clean(str(next(filter(None, names), "")))
