"""The commands of `sambut kb`. What they need is imported when they run: lint must be quick."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Check, test and search the articles of knowledge_base/.")


@app.command()
def lint() -> None:
    """Check every file of knowledge_base/; needs no language model."""
    from datetime import UTC, datetime

    from bot.tools import kb_lint

    raise typer.Exit(not kb_lint.run(Settings().root, datetime.now(UTC), sys.stdout))


@app.command("test")
def measure(
    files: Annotated[list[Path] | None, typer.Argument(help="Instead of all of knowledge_base/tests/.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on any wrong answer.")] = False,
) -> None:
    """Ask the held-out questions; fail when an expected article is not among the first three."""
    from bot.runtime import logs
    from bot.tools import kb_measure

    logs.set_up()
    raise typer.Exit(not asyncio.run(kb_measure.run(Settings(), files or (), strict, sys.stdout)))


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What a customer may ask.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show which articles a text finds, and why."""
    from bot.runtime import logs
    from bot.tools import kb_search

    logs.set_up()
    asyncio.run(kb_search.run(Settings(), text, json, sys.stdout))
