"""python-telegram-bot's requests over aiohttp, which the Slack desk brings along anyway.

The library's own transport costs several times the processor time a call (httpx), and sending is the
largest part of a turn outside the database.
"""

from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# The message cannot have reached the platform: no connection was made for it.
NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class AioRequest(BaseRequest):
    """`connections` at once; `seconds` for connecting and for each read. No files are sent."""

    def __init__(self, connections: int, seconds: float) -> None:
        self._connections, self._seconds = connections, seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._seconds

    async def initialize(self) -> None:
        """Nothing: the session belongs to the loop of the first call."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE, *_: object, **__: object,
    ) -> tuple[int, bytes]:  # fmt: skip
        read = self._seconds if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        timeout = aiohttp.ClientTimeout(total=None, connect=self._seconds, sock_read=read)
        data = request_data.json_parameters if request_data else None
        try:
            async with self._open().request(method, url, data=data, timeout=timeout) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=headers, trust_env=True)
        return self._session
