"""The supervisor: one Rasa server, whatever dies, freezes or was left behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.runtime.rasa_server import Note, RasaServer
from tests.fakes.rasa import FakeRasa
from tests.runtime.supervised import end, runs, supervised, until


async def test_a_missing_model_is_trained_once_and_served(fake: FakeRasa, data: Path) -> None:
    async with supervised(fake, data) as it:
        await it.until_ready()
        assert (await it.client.parse("halo")).intent == "greet"
        assert (len(fake.trainings), len(fake.starts)) == (1, 1)
    assert not [pid for pid in fake.starts if runs(pid)]
    assert not (data / "rasa.json").exists()
    async with supervised(fake, data) as again:
        await again.until_ready()
    assert (len(fake.trainings), len(fake.starts)) == (1, 2)


@pytest.mark.parametrize("hit", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
async def test_a_killed_or_frozen_server_is_replaced(fake: FakeRasa, data: Path, hit: signal.Signals) -> None:
    async with supervised(fake, data) as it:
        await it.until_ready()
        (first,) = fake.starts
        os.kill(first, hit)
        await until(lambda: len(fake.starts) == 2)
        await it.until_ready()
        assert (await it.client.parse("halo")).intent == "greet"
        assert it.running == [fake.starts[1]]


async def test_a_short_freeze_costs_no_restart(fake: FakeRasa, data: Path) -> None:
    async with supervised(fake, data, frozen=30) as it:
        await it.until_ready()
        os.kill(fake.starts[0], signal.SIGSTOP)
        await until(lambda: it.client.down_since is not None)
        os.kill(fake.starts[0], signal.SIGCONT)
        await until(lambda: it.client.down_since is None)
        assert len(fake.starts) == 1


async def test_a_slow_start_is_waited_for(fake: FakeRasa, data: Path) -> None:
    fake.behave(start_after=1.5)  # longer than a server that did answer may be silent
    async with supervised(fake, data) as it:
        await until(lambda: it.health.model == "starting")
        await it.until_ready()
        assert len(fake.starts) == 1


async def test_after_a_crash_the_server_is_adopted(fake: FakeRasa, data: Path) -> None:
    async with supervised(fake, data, crash=True) as it:
        await it.until_ready()
    assert (data / "rasa.json").stat().st_mode & 0o777 == 0o600
    async with supervised(fake, data) as again:
        await again.until_ready()
        assert (await again.client.parse("halo")).intent == "greet"
        assert "a running server was found" in again.said[0]
        assert len(fake.starts) == 1
    await until(lambda: not runs(fake.starts[0]))


async def test_an_adopted_server_that_dies_is_replaced(fake: FakeRasa, data: Path) -> None:
    async with supervised(fake, data, crash=True) as it:
        await it.until_ready()
    async with supervised(fake, data) as again:
        await again.until_ready()
        os.kill(fake.starts[0], signal.SIGKILL)
        await until(lambda: len(fake.starts) == 2)
        await again.until_ready()


async def test_a_frozen_orphan_is_replaced(fake: FakeRasa, data: Path) -> None:
    async with supervised(fake, data, crash=True) as it:
        await it.until_ready()
    os.kill(fake.starts[0], signal.SIGSTOP)
    async with supervised(fake, data, warm_up=0.5) as again:
        await until(lambda: len(fake.starts) == 2)
        await again.until_ready()
        await until(lambda: not runs(fake.starts[0]))


async def test_an_orphan_of_another_model_is_ended(fake: FakeRasa, data: Path) -> None:
    async with supervised(fake, data, crash=True) as it:
        await it.until_ready()
    (fake.root / "nlu" / "smalltalk.yml").write_text("nlu: [] # changed\n")
    async with supervised(fake, data) as again:
        await until(lambda: len(fake.starts) == 2)
        await again.until_ready()
        await until(lambda: not runs(fake.starts[0]))


async def test_five_crashes_leave_one_server(fake: FakeRasa, data: Path) -> None:
    """Each crash at another moment: before the start, during it, and after the first answer."""
    fake.behave(start_after=0.2)
    for moment in range(5):
        async with supervised(fake, data, crash=True) as it:
            if moment % 3 == 1:
                await until(lambda: (data / "rasa.json").exists() and bool(fake.starts))
            if moment % 3 == 2:
                await it.until_ready()
    async with supervised(fake, data) as it:
        await it.until_ready()
        assert len(it.running) == 1
        assert len(fake.starts) == 1
    await until(lambda: not [pid for pid in fake.starts if runs(pid)])


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"pid": 1}', "\udcff", '{"port": 1, "token": "", "fingerprint": "", "started": 0}'],
)
async def test_a_broken_note_is_no_note(fake: FakeRasa, data: Path, content: str) -> None:
    (data / "rasa.json").write_text(content, errors="surrogateescape")
    async with supervised(fake, data) as it:
        await it.until_ready()
        assert len(fake.starts) == 1


async def test_a_note_that_cannot_be_written_does_not_stop_the_start(fake: FakeRasa, data: Path) -> None:
    (data / "rasa.new").mkdir()
    async with supervised(fake, data) as it:
        await it.until_ready()
    assert not [pid for pid in fake.starts if runs(pid)]


@pytest.fixture
def foreign() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


async def test_a_foreign_process_is_never_ended(fake: FakeRasa, data: Path, foreign: subprocess.Popen[bytes]) -> None:
    """The note's process is gone; its number may be anybody's by now."""
    note = {"pid": foreign.pid, "port": 1, "token": "ab" * 16, "fingerprint": "old", "started": 0}
    (data / "rasa.json").write_text(json.dumps(note))
    async with supervised(fake, data) as it:
        await it.until_ready()
    assert foreign.poll() is None


def test_a_note_round_trip(tmp_path: Path) -> None:
    note, server = Note(tmp_path / "rasa.json"), RasaServer.planned("abc")
    assert note.read() is None
    note.write(server)
    assert note.read() == server
    note.remove()
    note.remove()
    assert note.read() is None
    assert server.find() is None


async def test_a_failing_training_is_one_line_and_retried_with_other_data(fake: FakeRasa, data: Path) -> None:
    fake.behave(train_exit=1)
    async with supervised(fake, data, retry=600, longest=600) as it:
        await until(lambda: it.health.model == "failed")
        assert (
            it.health.model_note == f"Training the language model failed; the reason is at the end of {data}/rasa.log"
        )
        assert it.said.count(it.health.model_note) == 1
        fake.behave()
        (fake.root / "nlu" / "smalltalk.yml").write_text("nlu: [] # mended\n")
        await it.until_ready()
        assert it.health.model_note == ""
        assert len(fake.trainings) == 2


async def test_what_fails_is_tried_again_now_and_then(fake: FakeRasa, data: Path) -> None:
    fake.behave(train_exit=1)
    async with supervised(fake, data, retry=0.1, longest=0.1) as it:
        await until(lambda: len(fake.trainings) >= 3)
        assert len([line for line in it.said if "failed" in line]) == 1
        fake.behave()
        await it.until_ready()


async def test_a_server_that_dies_at_its_start_is_not_started_in_a_circle(fake: FakeRasa, data: Path) -> None:
    fake.behave(exit=3)
    async with supervised(fake, data, retry=600, longest=600) as it:
        await until(lambda: it.health.model == "failed")
        assert "ended before it answered" in it.health.model_note
        assert len(fake.starts) == 1


async def test_rasa_is_not_installed(fake: FakeRasa, data: Path) -> None:
    program = fake.python.read_text()
    fake.python.unlink()
    async with supervised(fake, data, retry=600, longest=600) as it:
        await until(lambda: it.health.model == "failed")
        assert it.health.model_note == f"Rasa is not installed at {fake.python}; run: make setup"
        fake.python.write_text(program)
        fake.python.chmod(0o755)
        await it.until_ready()


@pytest.mark.parametrize("domain", ["intents: [", "responses: {}", "[]", ""])
async def test_a_broken_domain_file_does_not_end_the_house(fake: FakeRasa, data: Path, domain: str) -> None:
    good = (fake.root / "domain.yml").read_text()
    (fake.root / "domain.yml").write_text(domain)
    async with supervised(fake, data, retry=600, longest=600) as it:
        await until(lambda: it.health.model == "failed")
        assert it.health.model_note.startswith("domain.yml: ")
        (fake.root / "domain.yml").write_text(good)
        await it.until_ready()


async def test_an_interpreter_that_cannot_run(fake: FakeRasa, data: Path) -> None:
    fake.python.chmod(0o644)
    async with supervised(fake, data, retry=600, longest=600) as it:
        await until(lambda: it.health.model == "failed")
        assert "\n" not in it.health.model_note


async def test_a_stop_during_the_training_ends_it(fake: FakeRasa, data: Path) -> None:
    fake.behave(train_after=60)
    async with supervised(fake, data):
        await until(lambda: bool(fake.trainings))
    await until(lambda: not runs(fake.trainings[0]))
    await asyncio.to_thread(end, fake.trainings)
