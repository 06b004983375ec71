"""HTTP/1.1 on loopback with next to no work per request: the instrument must not eat what it measures."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import httptools

Answer = Callable[[str, bytes], bytes]  # path and body in, body out


class _Server(asyncio.Protocol):
    def __init__(self, answer: Answer) -> None:
        self._answer, self._parser = answer, httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path, self._body = url.decode().partition("?")[0], b""

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        body = self._answer(self._path, self._body)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """The address of a server that answers everything with 200."""
    server = await asyncio.get_running_loop().create_server(lambda: _Server(answer), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class _Client(asyncio.Protocol):
    def __init__(self) -> None:
        self._waiting: asyncio.Future[int] | None = None
        self.is_open = True
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self._waiting:
            self._waiting.set_result(self._parser.get_status_code())
        self._parser = httptools.HttpResponseParser(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError())

    async def send(self, request: bytes) -> int:
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        self._transport.close()


class Poster:
    """POSTs JSON over as many kept connections as run at once; `post` returns the status."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        self._port, self._free = port, list[_Client]()
        lines = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/json"} | headers
        self._head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items())

    async def post(self, body: bytes) -> int:
        self._free = [client for client in self._free if client.is_open]  # an idle one is closed after a while
        client = self._free.pop() if self._free else await self._open()
        status = await client.send(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self._free.append(client)
        return status

    async def _open(self) -> _Client:
        _, client = await asyncio.get_running_loop().create_connection(_Client, "127.0.0.1", self._port)
        return client

    def close(self) -> None:
        for client in self._free:
            client.close()
