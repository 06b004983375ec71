"""What the trained model depends on, and what Rasa may see of our environment."""

from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.runtime.model import ModelFiles, rasa_environment
from tests.fakes.rasa import FakeRasa
from tests.house import ROOT


@pytest.fixture
def files(fake: FakeRasa) -> ModelFiles:
    return ModelFiles(fake.root, fake.cache, fake.python)


def test_wording_costs_no_training(files: ModelFiles) -> None:
    before = files.fingerprint()
    (files.root / "domain.yml").write_text("intents: [greet, general]\nresponses: {utter_greet: [{text: Hai}]}\n")
    (files.root / "README.md").write_text("hello")
    assert files.fingerprint() == before


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("domain.yml", "intents: [greet, general, complaint]\n"),
        ("config.yml", "pipeline: [{name: WhitespaceTokenizer}]\n"),
        ("nlu/smalltalk.yml", "nlu: [{intent: greet}]\n"),
        ("nlu/new.yml", "nlu: []\n"),
        ("nlu/deeper/new.yml", "nlu: []\n"),
        ("nlu/components/embed.py", "A = 1\n"),
        ("nlu/requirements.txt", "rasa==3.6.21\n"),
    ],
)
def test_what_the_model_learns_from_changes_it(files: ModelFiles, path: str, text: str) -> None:
    before = files.fingerprint()
    (files.root / path).parent.mkdir(exist_ok=True)
    (files.root / path).write_text(text)
    assert files.fingerprint() != before


def test_a_renamed_file_changes_it_and_order_does_not(files: ModelFiles) -> None:
    before = files.fingerprint()
    assert files.fingerprint() == before
    (files.root / "nlu" / "smalltalk.yml").rename(files.root / "nlu" / "talk.yml")
    assert files.fingerprint() != before


def test_another_encoder_is_told_to_rasa_and_is_another_model(
    files: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files.fingerprint()
    monkeypatch.setenv("SAMBUT_ENCODER", "/models/e5-base")
    assert files.fingerprint() != before
    assert rasa_environment(ROOT / "models")["SAMBUT_ENCODER"] == "/models/e5-base"


async def test_data_that_changes_during_the_training_gives_no_model(fake: FakeRasa, files: ModelFiles) -> None:
    """Else the archive of one fingerprint would hold the data of another."""
    with pytest.raises(SetupError, match="changed while"):
        await files.train("not the present one", fake.root / "log")
    assert list(fake.cache.iterdir()) == []


async def test_training_leaves_one_archive_or_nothing(fake: FakeRasa, files: ModelFiles) -> None:
    fingerprint = files.fingerprint()
    fake.behave(train_exit=1)
    with pytest.raises(SetupError, match="failed"):
        await files.train(fingerprint, fake.root / "log")
    assert list(fake.cache.iterdir()) == []
    fake.behave()
    await files.train(fingerprint, fake.root / "log")
    assert list(fake.cache.iterdir()) == [files.path(fingerprint)]


async def test_a_cache_that_cannot_be_written_is_one_line(fake: FakeRasa) -> None:
    fake.cache.write_text("a file in the way")
    files = ModelFiles(fake.root, fake.cache, fake.python)
    with pytest.raises(SetupError, match="failed"):
        await files.train(files.fingerprint(), fake.root / "log")


def test_rasa_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "SLACK_BOT_TOKEN", "SAMBUT_DATABASE_URL", "RASA_TOKEN", "WHATSAPP_APP_SECRET"):
        monkeypatch.setenv(name, "geheim")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environment = rasa_environment(ROOT / "models")
    assert "geheim" not in environment.values()
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["PATH"]


def test_the_projects_own_files_have_a_fingerprint() -> None:
    files = ModelFiles(ROOT, Path("cache"), Path("python"))
    assert len(files.fingerprint()) == 16
    assert "complaint" in files.intents()
