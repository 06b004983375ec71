"""The two web servers: the public one, and the desk's on a loopback port of its own."""

import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.errors import SetupError
from bot.services.health import Health


class Server(uvicorn.Server):
    """A uvicorn server among others in one process: signals are handled once, by whoever runs all."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def public_app(routes: Sequence[BaseRoute], health: Health) -> Starlette:
    """Webhooks, web chat and health: nothing else is reachable from outside."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"live": True})

    async def ready(_: Request) -> JSONResponse:
        body = {"ready": health.ready, "model": health.model}
        return JSONResponse(body, status_code=200 if health.ready else 503)

    return Starlette(routes=[*routes, Route("/health/live", live), Route("/health/ready", ready)])


def bind(host: str, port: int, setting: str) -> socket.socket:
    """A listening socket. Raises SetupError that names the setting to change."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SetupError(
            f"Port {port} on {host} cannot be used ({error.strerror}); stop the program that has it, "
            f"or choose another with {setting}=..."
        ) from None
    return listening


def server(app: Starlette, largest_frame: int = 9_000_000) -> Server:
    # No log_config: uvicorn's own handlers would write around our masking.
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws_max_size=largest_frame,
        ws_ping_interval=20, ws_ping_timeout=20, timeout_graceful_shutdown=3,
    )  # fmt: skip
    return Server(config)
