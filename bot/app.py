"""The composition root: the only place that knows every channel and desk by name."""

import asyncio
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.core import Core
from bot.errors import SetupError
from bot.runtime import home, serve, web
from bot.runtime.clock import Heartbeat, utc_now
from bot.runtime.model import ModelFiles
from bot.runtime.rasa import RasaSupervisor
from bot.runtime.understanding import FixedServer, RasaClient
from bot.services.intake import Debounce
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from channels.telegram import TelegramChannel, TelegramSettings
from channels.webchat import WebChat, WebChatSettings
from desks.slack.desk import SlackDesk
from desks.slack.settings import SlackSettings
from desks.web import WebDesk, link

Say = Callable[[str], None]


async def run(settings: Settings, say: Say) -> None:
    """Serve until a stop signal. Raises SetupError with one clear line for what must be mended."""
    lock = home.prepare(settings.data)
    sockets = _bind(settings)
    database = Database(settings.url)
    try:
        await asyncio.to_thread(upgrade, database)
        await _serve(settings, say, database, sockets)
    finally:
        await database.close()
        lock.close()


def _bind(settings: Settings) -> tuple[socket.socket, socket.socket]:
    """Both ports before anything else: a taken one must not leave half a start behind."""
    public = web.bind(settings.host, settings.port, "SAMBUT_PORT")
    return public, web.bind("127.0.0.1", settings.desk_port, "SAMBUT_DESK_PORT")


async def _serve(
    settings: Settings, say: Say, database: Database, sockets: tuple[socket.socket, socket.socket]
) -> None:
    watch = None if settings.rasa_url else _supervisor(settings, say)
    server = watch or FixedServer(settings.rasa_url, settings.rasa_token.get_secret_value())
    model = RasaClient(server, settings.rasa_timeout, utc_now)
    quiet = Debounce() if settings.debounce else Debounce(timedelta(0), timedelta(0))
    lease = timedelta(seconds=settings.lease_seconds)
    core = Core(database, settings.root, model.parse, utc_now, quiet, lease)
    await core.open()
    _add_channels(core, settings)
    _add_desks(core)
    await asyncio.gather(*(o.check() for o in serve.outlets(core) if hasattr(o, "check")))
    desk = _web_desk(core, settings)
    heartbeat = Heartbeat(
        core.editions, model, core.sweeps, core.alerts, core.health, core.signals, utc_now, core.inbox, core.search
    )
    background = [heartbeat.run, *([lambda: watch.run(model.probe, core.health)] if watch else [])]
    servers = [web.server(web.public_app(serve.routes(core), core.health)), web.server(desk.app())]
    _announce(settings, say, core)
    await serve.until_stopped(core, list(zip(servers, sockets, strict=True)), background, say)
    if watch:
        watch.stop()
    await model.close()


def _supervisor(settings: Settings, say: Say) -> RasaSupervisor:
    files = ModelFiles(settings.root.resolve(), settings.cache, settings.rasa_python.absolute())
    return RasaSupervisor(files, settings.data.resolve(), say)


def _add_channels(core: Core, settings: Settings) -> None:
    company = core.editions.current.company
    chat = WebChatSettings(home.key(settings.data), settings.data / "files", company)
    core.channels["webchat"] = WebChat(
        chat, core.intake.accept, core.intake.has_room, core.history, core.signals, core.health, utc_now
    )
    telegram: TelegramSettings = _read(TelegramSettings)
    if telegram.enabled:
        core.channels["telegram"] = TelegramChannel(telegram, core.intake.accept, utc_now)


def _add_desks(core: Core) -> None:
    if not os.environ.get("SLACK_BOT_TOKEN"):
        return
    core.desks["slack"] = SlackDesk(
        _read(SlackSettings),
        lambda command: core.intake.accept_command(command, utc_now()),
        lambda ref: core.cases.by_post("slack", ref),
    )


def _web_desk(core: Core, settings: Settings) -> WebDesk:
    return WebDesk(
        home.key(settings.data), links(settings), core.cases, core.desk, core.alerts, core.editions,
        core.health, core.signals, utc_now,
    )  # fmt: skip


def _read(kind: Any) -> Any:
    """Settings of a channel or desk. Raises SetupError that names the variable, never its value."""
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]).upper()
        prefix = str(kind.model_config.get("env_prefix", "")) if where else ""
        raise SetupError(f"{prefix}{where} {first['msg']}".strip()) from None


def desk_link(settings: Settings) -> str:
    """A link that lets one agent into the desk, once, within 15 minutes."""
    return link(links(settings), f"http://127.0.0.1:{settings.desk_port}", utc_now())


def links(settings: Settings) -> Path:
    return settings.data / "links"


def _announce(settings: Settings, say: Say, core: Core) -> None:
    say(f"Chat:  http://{settings.host}:{settings.port}/")
    say(f"Desk:  {desk_link(settings)}  (opens once)")
    say(f"Channels: {', '.join(core.channels)}. Desks: {', '.join(['web', *core.desks])}.")
