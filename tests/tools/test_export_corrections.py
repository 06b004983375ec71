"""What agents corrected, printed as training data to read."""

import io
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import SetupError
from bot.settings import Settings
from bot.tools import corrections
from tests.house import ROOT, House

Export = Callable[..., Awaitable[str]]


@pytest.fixture
def export(database_url: str) -> Export:
    async def run(since: date | None = None) -> str:
        out = io.StringIO()
        await corrections.run(Settings(database_url=database_url, root=ROOT), since, out)
        return out.getvalue()

    return run


async def asked(sambut: House, text: str, name: str = "Budi") -> None:
    """A message that becomes a ticket at once."""
    await sambut.customer(name).says(text, intent="register")


def examples(text: str) -> dict[str, list[str]]:
    data: Any = yaml.safe_load(text)
    assert data["version"] == "3.1"
    return {block["intent"]: [example["text"] for example in block["examples"]] for block in data["nlu"]}


async def test_nothing_to_export_says_so(sambut: House, export: Export) -> None:
    assert await export() == "# No corrections yet.\n"
    assert await export(date(2026, 1, 2)) == "# No corrections since 2026-01-02.\n"


async def test_the_export_is_rasa_yaml_with_masked_texts_and_no_names(sambut: House, export: Export) -> None:
    await asked(sambut, 'wifi "mati": [lihat](ini) ${HOME}\nhubungi 081234567890')
    await sambut.agent("correct", "technical", who="rina")
    text = await export()
    assert examples(text) == {"technical": ['wifi "mati": [lihat] (ini) ${HOME} hubungi 0812******90']}
    assert "# register -> technical, 2026-11-23, agent 1 (memo)" in text
    assert "rina" not in text.lower()


async def test_a_burst_is_exported_as_it_was_read_whole(sambut: House, export: Export) -> None:
    budi = sambut.customer("Budi")
    await budi.says("paket saya", "belum sampai juga", intent="register")
    await budi.says("Budi", intent="greet")
    await sambut.agent("correct", "complaint")
    assert examples(await export())["complaint"] == ["paket saya belum sampai juga"]


async def test_duplicates_are_one_and_the_newest_stands_last(sambut: House, export: Export) -> None:
    for name, text in (("Budi", "Wifi mati!"), ("Ani", "layar hitam"), ("Edo", "wifi  mati")):
        await asked(sambut, text, name=name)
    for ticket_id in (1, 2, 3):
        await sambut.agent("correct", "technical", ticket_id=ticket_id)
    assert examples(await export()) == {"technical": ["layar hitam", "wifi mati"]}


async def test_a_text_has_the_last_word_only_and_none_when_it_was_corrected_back(sambut: House, export: Export) -> None:
    await asked(sambut, "wifi mati")
    await asked(sambut, "mau jadi pelanggan", name="Ani")
    for intent in ("complaint", "technical"):
        await sambut.agent("correct", intent, ticket_id=1)
    for intent in ("general", "register"):
        await sambut.agent("correct", intent, ticket_id=2)
    text = await export()
    assert examples(text) == {"technical": ["wifi mati"]}
    assert "# register -> technical" in text


async def test_only_from_a_day_on_in_the_calendars_zone(sambut: House, export: Export) -> None:
    await asked(sambut, "wifi mati")
    await sambut.agent("correct", "technical")
    sambut.passes(hours=14, minutes=30)  # past midnight in Jakarta, not yet in UTC
    await asked(sambut, "layar hitam", name="Ani")
    await sambut.agent("correct", "technical", ticket_id=2)
    assert examples(await export(date(2026, 11, 24))) == {"technical": ["layar hitam"]}


async def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/none.db", root=ROOT)
    with pytest.raises(SetupError, match="make run"):
        await corrections.run(settings, None, io.StringIO())
    assert list(tmp_path.iterdir()) == []


def test_the_command_takes_a_day_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBUT_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert CliRunner().invoke(app, ["nlu", "export-corrections", "--since", "kemarin"]).exit_code == 2
    answer = CliRunner().invoke(app, ["nlu", "export-corrections", "--since", "2026-11-24"])
    assert isinstance(answer.exception, SetupError)
