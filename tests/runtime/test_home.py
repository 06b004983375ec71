"""The data folder, its lock and its key."""

from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.runtime import home


def test_the_folder_is_made_and_locked(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "var"
    with home.prepare(data):
        assert (data / "files").is_dir()
        with pytest.raises(SetupError, match=r"already runs with the folder .*SAMBUT_DATA"):
            home.prepare(data)
    home.prepare(data).close()


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for data in (tmp_path / "file", tmp_path / "file" / "var", Path("/proc/sambut")):
        with pytest.raises(SetupError, match=r"cannot be written .*SAMBUT_DATA"):
            home.prepare(data)


def test_the_key_stays_and_is_for_the_owner_only(tmp_path: Path) -> None:
    key = home.key(tmp_path)
    assert len(key) == 32
    assert home.key(tmp_path) == key
    assert (tmp_path / "session.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("left", [b"", b"short"])
def test_a_key_that_a_kill_left_unfinished_is_made_anew(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "session.key").write_bytes(left)
    (tmp_path / "session.new").write_bytes(b"of an earlier try")
    assert len(home.key(tmp_path)) == 32


def test_a_key_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "session.key").mkdir()
    with pytest.raises(SetupError, match=r"session\.key"):
        home.key(tmp_path)
