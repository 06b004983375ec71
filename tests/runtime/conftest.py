"""The imitated Rasa; whatever it started is gone at the end of a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.rasa import FakeRasa
from tests.runtime.supervised import end


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeRasa]:
    made = FakeRasa(tmp_path)
    yield made
    end(made.starts + made.trainings)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder
