"""The lint of the language model's data: on small projects, on the real one, and on one as large."""

import io
import random
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import SetupError
from bot.tools import nlu_lint
from bot.tools.nearest import NEAR, Nearest, runs, shared
from bot.tools.nlu_files import normalised
from tests.house import ROOT

DOMAIN = 'version: "3.1"\n\nintents:\n  - greet   # hello\n  - deny\n'
TRAINING = """version: "3.1"

nlu:
  - intent: greet
    examples: |
      - halo
      - selamat pagi semuanya
  - intent: deny
    metadata: {cue: money}
    examples: |
      - tidak jadi
  - synonym: ok
    examples: |
      - oke
"""
TEST = """version: "3.1"

nlu:
  - intent: greet
    metadata: {style: casual}
    examples:
      # a comment
      - text: "met sore"
  - intent: deny
    examples: |
      - ogah ah
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "tests" / "nlu").mkdir(parents=True)
    for name, text in (("domain.yml", DOMAIN), ("nlu/a.yml", TRAINING), ("tests/nlu/t.yml", TEST)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def change(project: Path, name: str, old: str, new: str) -> None:
    text = (project / name).read_text()
    assert old in text
    (project / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def lint(root: Path) -> list[str]:
    """The findings; also that the exit code and the last line say so."""
    out = io.StringIO()
    code = nlu_lint.run(root, out)
    *findings, last = out.getvalue().splitlines()
    assert code == (1 if findings else 0)
    assert (f"{len(findings)} errors" if findings else "nothing to mend") in last
    return findings


def test_the_data_of_the_house_is_clean() -> None:
    assert lint(ROOT) == []


def test_a_clean_project_has_nothing_to_mend(project: Path) -> None:
    assert lint(project) == []


WRONG = [
    ("domain.yml", "  - deny\n", "  - deny\n  - thank\n", "domain.yml:6: `thank` has no example in nlu/"),
    ("tests/nlu/t.yml", "      - ogah ah\n", "", "domain.yml:5: `deny` has no example in tests/nlu/"),
    ("nlu/a.yml", "intent: deny", "intent: dney", "nlu/a.yml:8: unknown intent `dney`"),
    ("nlu/a.yml", "- tidak jadi", "- HALO!", 'nlu/a.yml:11: "HALO!" is `deny` here, `greet` in nlu/a.yml:6'),
    ("tests/nlu/t.yml", "- ogah ah", "- Halo", 'tests/nlu/t.yml:11: "Halo" is `deny` here, `greet` in nlu/a.yml:6'),
    ("nlu/a.yml", "- halo\n", "- halo\n      - halo\n", 'nlu/a.yml:7: "halo" stands in nlu/a.yml:6 already'),
    ("tests/nlu/t.yml", '"met sore"', "Selamat pagi, semuanya", 't.yml:8: "Selamat pagi, semuanya" is like "selamat'),
    ("tests/nlu/t.yml", '"met sore"', "selamat pagi semuany", '"selamat pagi semuanya" in nlu/a.yml:7 (0.86)'),
    ("nlu/a.yml", "cue: money", "cue: monye", "nlu/a.yml:9: unknown cue `monye`; use one of danger, fraud"),
    ("nlu/a.yml", "cue: money", "category: cue", "nlu/a.yml:9: unknown category `cue`; use one of product"),
    ("nlu/a.yml", "cue: money", "catgory: product", "nlu/a.yml:9: unknown metadata `catgory`"),
    ("tests/nlu/t.yml", '"met sore"', '"met sore"\n        metadata: {cue: x}', "tests/nlu/t.yml:9: unknown cue `x`"),
    ("nlu/a.yml", "- tidak jadi\n", "- tidak jadi\n\n      ga\n", "nlu/a.yml:12: Rasa skips this line"),
    ("tests/nlu/t.yml", "- text:", "- txt:", "tests/nlu/t.yml:8: Rasa skips this line"),
    ("nlu/a.yml", "examples: |\n      - tidak", "example: |\n      - tidak", "nlu/a.yml:8: no `examples:` that Rasa"),
    ("nlu/a.yml", "intent: deny", "intent: [deny", "no YAML"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_what_to_do(
    project: Path, name: str, old: str, new: str, said: str
) -> None:
    change(project, name, old, new)
    findings = lint(project)
    assert any(said in finding for finding in findings), findings
    assert all(";" in finding for finding in findings)


def test_what_only_looks_alike_is_left_alone(project: Path) -> None:
    change(project, "tests/nlu/t.yml", '"met sore"', "selamat pagi semua")
    change(project, "nlu/a.yml", "- halo\n", "- halo\n      - Halo!\n")  # another spelling teaches something
    assert lint(project) == []


def test_signs_alone_are_texts_too() -> None:
    assert normalised(" Halo,  KAK!! ") == "halo kak"
    assert normalised("👍") != normalised("👎")


def test_a_project_without_intents_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="its intents"):
        nlu_lint.run(tmp_path, io.StringIO())


def test_the_command_ends_with_the_code(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBUT_ROOT", str(project))
    assert CliRunner().invoke(app, ["nlu", "lint"]).exit_code == 0
    change(project, "nlu/a.yml", "intent: deny", "intent: dney")
    answer = CliRunner().invoke(app, ["nlu", "lint"])
    assert answer.exit_code == 1
    assert "nlu/a.yml:8: unknown intent `dney`" in answer.output


def sentences(chance: random.Random, count: int) -> list[str]:
    words = ["".join(chance.choices("aeioubdgklmnprst", k=chance.randint(2, 8))) for _ in range(3000)]
    return [" ".join(chance.choices(words, k=12)) for _ in range(count)]


def test_few_candidates_are_compared_and_none_is_missed() -> None:
    """Against comparing each with each, on texts that were changed a little more and a little less."""
    chance = random.Random(7)
    training = sentences(chance, 120)
    index = Nearest.of(training)
    for text in training:
        letters = list(text)
        for _ in range(chance.randint(0, 8)):
            letters[chance.randrange(len(letters))] = chance.choice("xyz")
        changed = "".join(letters)
        shares = [shared(runs(changed), runs(other)) for other in training]
        found, row = index.find(changed)
        if max(shares) >= NEAR:
            assert (found, row) == (max(shares), shares.index(max(shares)))
        else:
            assert found < NEAR


def test_as_much_data_as_we_will_have_takes_seconds() -> None:
    chance = random.Random(7)
    training, test = sentences(chance, 14_000), sentences(chance, 1_500)
    started = time.perf_counter()
    index = Nearest.of(training)
    assert all(index.find(text)[0] < NEAR for text in test)
    assert time.perf_counter() - started < 30
