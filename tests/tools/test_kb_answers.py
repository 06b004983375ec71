"""`sambut kb test`: figures are what the answers were, and each fault is listed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.domain.edition import build
from bot.errors import SetupError
from bot.messages import Band, Match, Understood
from bot.runtime import logs
from bot.services.editions import read_files
from bot.tools import kb_measure
from bot.tools.kb_cases import cases, plain
from tests.house import ROOT

FOLDER = "knowledge_base"
ASKED = """
- {q: jam buka?, article: hours}
- {q: buka sampai kapan?, article: hours}
- {q: alamat toko?, article: stores}
- {q: jual kopi?, article: null}
- {q: jual teh?, article: null}
"""
SAID: dict[str, tuple[Band, list[tuple[str, float]]]] = {
    "jam buka?": ("answer", [("hours", 0.9), ("stores", 0.05)]),
    "buka sampai kapan?": ("offer", [("stores", 0.3), ("hours", 0.2)]),
    "alamat toko?": ("answer", [("stores", 0.8)]),
    "jual kopi?": ("none", [("stores", 0.1)]),
    "jual teh?": ("offer", [("stores", 0.2)]),
}


class Stub:
    """A reader that has an answer ready for each question."""

    def __init__(self, said: dict[str, tuple[Band, list[tuple[str, float]]]], model: str = "stub") -> None:
        self.said, self.model = said, model

    async def read(self, text: str, now: Any) -> Understood:
        band, found = self.said[text]
        return Understood(text, matches=tuple(Match(*each) for each in found), band=band, model=self.model)


def serve(monkeypatch: pytest.MonkeyPatch, module: Any, read: Any) -> None:
    @asynccontextmanager
    async def reader(settings: Any) -> AsyncIterator[Any]:
        yield read

    monkeypatch.setattr(module, "reader", reader)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / FOLDER / "tests").mkdir(parents=True)
    (tmp_path / FOLDER / "tests/asked.yml").write_text(ASKED, encoding="utf-8")
    monkeypatch.setenv("SAMBUT_ROOT", str(tmp_path))
    monkeypatch.setattr(logs, "set_up", lambda: None)  # it would hold on to the runner's own stderr
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["kb", *arguments])


def rows(output: str) -> list[list[str]]:
    return [line.split() for line in output.split("\n\n")[0].splitlines()]


def test_the_figures_are_shares_of_the_questions_they_are_about(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, kb_measure, Stub(SAID))
    result = run("test")
    share = ["2/3", "66.7%", "3/3", "100.0%", "2/3", "66.7%", "0/3", "0.0%", "1/3", "33.3%", "0/2", "0.0%"]
    assert rows(result.output)[1:] == [["all", "5", *share], ["asked.yml", "5", *share]]
    assert result.exit_code == 0
    assert "\n\n" not in result.output  # no fault


@pytest.mark.parametrize(
    ("question", "answer", "listed", "passes"),
    [
        ("jam buka?", ("answer", [("stores", 0.7), ("hours", 0.2)]), "answered wrong: jam buka?", True),
        ("jual teh?", ("answer", [("stores", 0.7)]), "unanswerable, answered: jual teh?", True),
        ("jam buka?", ("none", [("a", 0.3), ("b", 0.2), ("c", 0.1), ("hours", 0.1)]), "not in the first three", False),
        ("jam buka?", ("none", []), "expected hours; found nothing", False),
    ],
)
def test_each_fault_is_listed(
    root: Path, monkeypatch: pytest.MonkeyPatch, question: str, answer: Any, listed: str, passes: bool
) -> None:
    serve(monkeypatch, kb_measure, Stub({**SAID, question: answer}))
    result = run("test")
    assert listed in result.output
    assert ", ".join(f"{name} {score:.2f}" for name, score in answer[1][:3]) in result.output
    assert result.exit_code == (0 if passes else 1)
    assert run("test", "--strict").exit_code == 1


def test_all_files_are_asked_unless_some_are_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, kb_measure, Stub(SAID))
    more = root / FOLDER / "tests/more.yml"
    more.write_text("- {q: jam buka?, article: hours, style: formal}", encoding="utf-8")
    lines = run("test").output.splitlines()[1:]
    assert [line.split("  ")[0] for line in lines] == ["all", "asked.yml", "more.yml", "more.yml, formal"]
    assert rows(run("test", str(more)).output)[1][:2] == ["all", "1"]


def test_a_model_that_went_away_is_no_weak_article(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, kb_measure, Stub(SAID, model="down"))
    assert isinstance(run("test").exception, SetupError)


def test_the_paraphrases_are_held_out_and_name_their_style() -> None:
    asked = cases([ROOT / FOLDER / "tests/paraphrases.yml"])
    edition = build(read_files(ROOT))
    assert {case.style for case in asked} == {"formal", "casual", "slang", "english"}
    assert {case.article for case in asked} == {None, *edition.articles}
    assert not {plain(case.text) for case in asked} & {plain(text) for text, _ in edition.examples}


@pytest.mark.parametrize(
    ("text", "same"),
    [("Jam Buka?", "jam  buka"), ("kamera-nya", "kamera nya!"), ("ÉTÉ", "été")],
)
def test_texts_are_the_same_but_for_case_punctuation_and_spaces(text: str, same: str) -> None:
    assert plain(text) == plain(same)
    assert plain(text) != plain(text + " x")
    assert plain("?") != plain("!!")
