"""What must be mended outside is one line that says what to do, exit code 1, and no traceback."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.runtime import home
from tests.fakes.rasa import FakeRasa
from tests.house import ROOT

_START = "import sys; sys.argv = ['sambut', *sys.argv[1:]]; from bot.cli import main; main()"


def _sambut(folder: Path, *command: str, **setting: str) -> tuple[int, str]:
    """Exit code and stderr of a command, with nothing but `setting` in its environment."""
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache")}
    free = {"SAMBUT_ROOT": str(ROOT), "SAMBUT_DATA": str(folder / "var"), "SAMBUT_PORT": "0", "SAMBUT_DESK_PORT": "0"}
    run = subprocess.run(
        [sys.executable, "-c", _START, *(command or ("serve",))],
        cwd=folder, env=kept | free | setting, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return run.returncode, run.stderr


def _is_one_line(found: tuple[int, str], *words: str) -> None:
    code, told = found
    assert len(told.strip().splitlines()) == 1, told
    assert code == 1
    for word in words:
        assert word in told


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield str(listening.getsockname()[1])


@pytest.mark.parametrize("setting", ["SAMBUT_PORT", "SAMBUT_DESK_PORT"])
def test_a_taken_port(tmp_path: Path, taken: str, setting: str) -> None:
    _is_one_line(_sambut(tmp_path, **{setting: taken}), f"Port {taken}", setting)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SAMBUT_PORT", "abc"),
        ("SAMBUT_DESK_PORT", "99999"),
        ("SAMBUT_LEASE_SECONDS", "soon"),
        ("SAMBUT_DEBOUNCE", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_read(tmp_path: Path, setting: str, value: str) -> None:
    _is_one_line(_sambut(tmp_path, **{setting: value}), f"{setting}: ", ".env")
    assert not (tmp_path / "var").exists()


def test_a_setting_of_the_env_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SAMBUT_LEASE_SECONDS=soon\n")
    _is_one_line(_sambut(tmp_path), "SAMBUT_LEASE_SECONDS: ")


def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    _is_one_line(_sambut(tmp_path, SAMBUT_DATA=str(tmp_path / "file" / "var")), "cannot be written", "SAMBUT_DATA")


def test_a_second_process_with_the_same_data(tmp_path: Path) -> None:
    with home.prepare(tmp_path / "var"):
        _is_one_line(_sambut(tmp_path), "already runs", "SAMBUT_DATA")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://sambut:geheim@127.0.0.1:1/sambut",
        "sqlite:////proc/none/sambut.db",
    ],
)
def test_a_database_that_does_not_answer(tmp_path: Path, url: str) -> None:
    found = _sambut(tmp_path, SAMBUT_DATABASE_URL=url)
    _is_one_line(found, "The database", "cannot be used")
    assert "geheim" not in found[1]


@pytest.mark.parametrize("url", ["garbage", "mysql://u:geheim@h/x", "postgresql://u:geheim@h:port/x", "://"])
def test_a_database_address_that_is_none(tmp_path: Path, url: str) -> None:
    found = _sambut(tmp_path, SAMBUT_DATABASE_URL=url)
    _is_one_line(found, "SAMBUT_DATABASE_URL")
    assert "geheim" not in found[1]


def test_a_wrong_rasa_address(tmp_path: Path) -> None:
    _is_one_line(_sambut(tmp_path, RASA_URL="localhost:5005"), "RASA_URL")


def test_training_without_rasa(tmp_path: Path) -> None:
    found = _sambut(tmp_path, "train", SAMBUT_RASA_PYTHON=str(tmp_path / "none"))
    _is_one_line(found, "Rasa is not installed", "make setup")


def test_training_that_fails(tmp_path: Path) -> None:
    fake = FakeRasa(tmp_path)
    fake.behave(train_exit=1)
    found = _sambut(tmp_path, "train", SAMBUT_RASA_PYTHON=str(fake.python), SAMBUT_ROOT=str(fake.root))
    _is_one_line(found, "rasa.log")


def test_training_of_a_broken_domain_file(tmp_path: Path) -> None:
    fake = FakeRasa(tmp_path)
    (fake.root / "domain.yml").write_text("intents: [")
    found = _sambut(tmp_path, "train", SAMBUT_RASA_PYTHON=str(fake.python), SAMBUT_ROOT=str(fake.root))
    _is_one_line(found, "domain.yml")
