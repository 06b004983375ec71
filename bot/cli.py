"""The commands of `sambut`."""

import asyncio
import sys
from datetime import datetime
from typing import Annotated, Any

import typer
from dotenv import load_dotenv
from pydantic import ValidationError

from bot.errors import SambutError
from bot.settings import Settings
from bot.tools import kb

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(kb.app, name="kb")
nlu = typer.Typer(no_args_is_help=True, help="Look after the language model's data.")
app.add_typer(nlu, name="nlu")


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
    _loop().run(house.run(Settings(), lambda line: print(line, flush=True)))


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
def desk_link() -> None:
    """Make a link that opens the desk once, within 15 minutes."""
    from bot import app as house

    print(house.desk_link(Settings()))


@app.command()
def train() -> None:
    """Train the language model when its data changed; print where it lies."""
    from bot.runtime.model import ModelFiles

    settings = Settings()
    files = ModelFiles(settings.root.resolve(), settings.cache, settings.rasa_python.absolute())
    fingerprint = files.fingerprint()
    if not files.path(fingerprint).exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        asyncio.run(files.train(fingerprint, settings.data / "rasa.log"))
    print(files.path(fingerprint))


@app.command()
def understand() -> None:
    """Read a text a line, print what was understood as one JSON object a line. Needs no running server."""
    from bot.runtime import logs
    from bot.tools import understand as tool

    logs.set_up()
    asyncio.run(tool.run(Settings(), sys.stdin, sys.stdout))


@nlu.command()
def lint() -> None:
    """Look for what would spoil the model or its measurement in nlu/ and tests/nlu/."""
    from bot.tools import nlu_lint

    raise typer.Exit(nlu_lint.run(Settings().root, sys.stdout))


@nlu.command()
def export_corrections(
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only from this day on.")] = None,
) -> None:
    """Print the messages whose class agents corrected, as training data to read before it is used."""
    from bot.tools import corrections

    asyncio.run(corrections.run(Settings(), since.date() if since else None, sys.stdout))


def _loop() -> Any:
    """uvloop where it exists: there is none for Windows."""
    try:
        import uvloop
    except ImportError:
        return asyncio
    return uvloop


def main() -> None:
    """What must be mended outside is one clear line, never a traceback."""
    try:
        app()
    except SambutError as error:
        sys.exit(str(error))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0])
        name = field if field.isupper() else f"SAMBUT_{field.upper()}"  # an alias is the whole name
        sys.exit(f"{name}: {first['msg']}; correct it in .env or in the environment")
