"""`sambut serve` as a process: crashes of it leave one Rasa server, a stop leaves none."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.runtime.clock import utc_now
from bot.runtime.rasa_server import Note
from bot.runtime.understanding import FixedServer, RasaClient
from tests.fakes.rasa import FakeRasa
from tests.house import ROOT
from tests.runtime.supervised import runs, until

_START = "from bot.cli import main; main()"


@contextmanager
def _serving(fake: FakeRasa, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The house's own knowledge, policies and wording, beside the imitation's small training data."""
    out = folder / "out"
    settings = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache"),
        "SAMBUT_ROOT": str(fake.root), "SAMBUT_DATA": str(folder / "var"), "SAMBUT_PORT": "0",
        "SAMBUT_DESK_PORT": "0", "SAMBUT_RASA_PYTHON": str(fake.python),
    }  # fmt: skip
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", _START, "serve"], cwd=folder, env=settings, stdout=file, stderr=file
        )
    try:
        yield process, out
    finally:
        process.kill()
        process.wait()


async def _answers(note: Note) -> bool:
    server = note.read()
    if server is None:
        return False
    client = RasaClient(FixedServer(f"http://127.0.0.1:{server.port}", server.token), 1, utc_now)
    try:
        return await client.probe()
    finally:
        await client.close()


def _real_content(fake: FakeRasa) -> None:
    for name in ("policies", "knowledge_base"):
        (fake.root / name).symlink_to(ROOT / name)
    (fake.root / "domain.yml").write_text((ROOT / "domain.yml").read_text())


async def test_crashes_leave_one_rasa_server_and_a_stop_leaves_none(fake: FakeRasa, tmp_path: Path) -> None:
    _real_content(fake)
    note = Note(tmp_path / "var" / "rasa.json")
    for _ in range(5):
        with _serving(fake, tmp_path) as (process, out):
            await until(lambda: _answers(note))
            await until(lambda: "Language model: " in out.read_text())
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert len(fake.starts) == 1
    assert runs(fake.starts[0])
    with _serving(fake, tmp_path) as (process, out):
        await until(lambda: "was found and is used" in out.read_text())
        process.send_signal(signal.SIGTERM)
        await until(lambda: process.poll() is not None)
        assert process.returncode == 0
        assert "Traceback" not in out.read_text()
    await until(lambda: not runs(fake.starts[0]))


async def test_the_page_stays_up_when_the_training_fails(fake: FakeRasa, tmp_path: Path) -> None:
    _real_content(fake)
    fake.behave(train_exit=1)
    with _serving(fake, tmp_path) as (_, out):
        await until(lambda: "Training the language model failed" in out.read_text())
        await until(lambda: "Chat:" in out.read_text())
        fake.behave()
        (fake.root / "nlu" / "smalltalk.yml").write_text("nlu: [] # mended\n")
        await until(lambda: _answers(Note(tmp_path / "var" / "rasa.json")))
