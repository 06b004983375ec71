"""The commands: `sambut serve`, `sambut chat`, `sambut train`."""

import asyncio
import sys
from typing import Annotated

import typer
from dotenv import load_dotenv

from bot.errors import SambutError
from bot.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _main() -> None:
    """Sambut: the front door of a company's customer service."""
    load_dotenv(".env")  # into the environment: channels and desks read their own settings there


@app.command()
def serve() -> None:
    """Run everything: web chat, channels, desks, worker, sender, and the language model."""
    from bot import app as house
    from bot.runtime import logs

    logs.set_up()
    _run(house.run(Settings(), lambda line: print(line, flush=True)))


@app.command()
def chat(
    as_: Annotated[str, typer.Option("--as", help="Keep a session of this name.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object per reply.")] = False,
    url: Annotated[str, typer.Option(help="Where the server runs.")] = "",
) -> None:
    """Talk to the running server: a message a line; /photo FILE and /button N."""
    from bot import chat_client

    settings = Settings()
    address = url or f"http://{settings.host}:{settings.port}"
    raise typer.Exit(asyncio.run(chat_client.run(address, as_, json, sys.stdin, sys.stdout)))


@app.command()
def train() -> None:
    """Train the language model when its data changed; print where it lies."""
    from bot.runtime.model import ModelFiles

    settings = Settings()
    files = ModelFiles(settings.root.resolve(), settings.cache, settings.rasa_python.absolute())
    fingerprint = files.fingerprint()
    if not files.path(fingerprint).exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        _run(files.train(fingerprint, settings.data / "rasa.log"))
    print(files.path(fingerprint))


def _run(job: object) -> None:
    try:
        asyncio.run(job)  # type: ignore[arg-type]
    except SambutError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None


def main() -> None:
    app()
