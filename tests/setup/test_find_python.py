"""The finder asks real files: small shell scripts that answer, fail or hang as interpreters do."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import find_python
from find_python import NotFound, Version, Wanted, find, find_or_fetch, probe

RASA = Wanted(((3, 10),), "SAMBUT_PYTHON310", "Install it")
APP = Wanted(((3, 13), (3, 12), (3, 11)), "SAMBUT_PYTHON", "Install one")


def fake(path: Path, script: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home"), "PATH": f"{tmp_path / 'shims'}:{tmp_path / 'bin'}"}


def look(env: dict[str, str], want: Wanted = RASA, first: tuple[str, ...] = ()) -> str | None:
    return find(want, env, first=first, common=())


def no_download(version: Version) -> str:
    raise NotFound("no network")


def test_variable_names_the_interpreter(tmp_path: Path, env: dict[str, str]) -> None:
    fake(tmp_path / "bin/python3.10", "echo 3.10")
    env["SAMBUT_PYTHON310"] = mine = fake(tmp_path / "mine", "echo 3.10")
    assert look(env) == mine


@pytest.mark.parametrize("script", ["echo 3.9", "exit 1"])
def test_wrong_variable_is_an_error_even_with_a_good_one_on_path(
    tmp_path: Path, env: dict[str, str], script: str
) -> None:
    fake(tmp_path / "bin/python3.10", "echo 3.10")
    env["SAMBUT_PYTHON310"] = mine = fake(tmp_path / "mine", script)
    with pytest.raises(NotFound, match=f"SAMBUT_PYTHON310={mine} does not answer as Python 3.10"):
        look(env)


def test_variable_naming_no_file_is_an_error(env: dict[str, str]) -> None:
    env["SAMBUT_PYTHON310"] = "/nowhere/python"
    with pytest.raises(NotFound, match="/nowhere/python does not answer"):
        look(env)


def test_empty_variable_counts_as_unset(tmp_path: Path, env: dict[str, str]) -> None:
    env["SAMBUT_PYTHON310"] = ""
    assert look(env) is None


def test_found_on_path(tmp_path: Path, env: dict[str, str]) -> None:
    good = fake(tmp_path / "bin/python3.10", "echo 3.10")
    assert look(env) == good


@pytest.mark.parametrize("shim", ["echo 'command not found' >&2; exit 127", "echo 3.11", "echo 3.10; exit 1", ":"])
def test_a_shim_that_fails_does_not_hide_the_next_on_path(tmp_path: Path, env: dict[str, str], shim: str) -> None:
    fake(tmp_path / "shims/python3.10", shim)
    good = fake(tmp_path / "bin/python3.10", "echo 3.10")
    assert look(env) == good


@pytest.mark.parametrize("variable", ["PYENV_ROOT", None])
def test_found_in_pyenv_the_newest_first(tmp_path: Path, env: dict[str, str], variable: str | None) -> None:
    root = tmp_path / ("elsewhere" if variable else "home/.pyenv")
    if variable:
        env[variable] = str(root)
    fake(tmp_path / "shims/python3.10", "exit 127")
    fake(root / "versions/3.10.9/bin/python", "echo 3.10")
    newest = fake(root / "versions/3.10.13/bin/python", "echo 3.10")
    assert look(env) == newest


@pytest.mark.parametrize(
    ("variable", "folder"),
    [
        (None, "home/.local/share/uv/python"),
        ("XDG_DATA_HOME", "data/uv/python"),
        ("UV_PYTHON_INSTALL_DIR", "uv"),
    ],
)
def test_found_among_those_uv_keeps(tmp_path: Path, env: dict[str, str], variable: str | None, folder: str) -> None:
    if variable:
        env[variable] = str(tmp_path / folder.removesuffix("/uv/python"))
    good = fake(tmp_path / folder / "cpython-3.10.16-linux-x86_64-gnu/bin/python3.10", "echo 3.10")
    assert look(env) == good


@pytest.mark.parametrize(("variable", "folder"), [("CONDA_PREFIX", "active"), (None, "home/miniconda3/envs/a")])
def test_found_in_conda(tmp_path: Path, env: dict[str, str], variable: str | None, folder: str) -> None:
    if variable:
        env[variable] = str(tmp_path / folder)
    good = fake(tmp_path / folder / "bin/python3.10", "echo 3.10")
    assert look(env) == good


def test_found_in_a_common_place(tmp_path: Path, env: dict[str, str]) -> None:
    good = fake(tmp_path / "usr/bin/python3.10", "echo 3.10")
    assert find(RASA, env, common=[str(tmp_path / "usr/bin")]) == good


def test_each_file_is_asked_once(tmp_path: Path, env: dict[str, str]) -> None:
    fake(tmp_path / "bin/python3.10", "exit 1")
    asked: list[str] = []
    find(RASA, env, ask=lambda path: asked.append(path), common=[str(tmp_path / "bin")])
    assert asked == [str(tmp_path / "bin/python3.10")]


def test_the_running_interpreter_comes_first(tmp_path: Path, env: dict[str, str]) -> None:
    fake(tmp_path / "bin/python3.13", "echo 3.13")
    running = fake(tmp_path / "running", "echo 3.11")
    assert look(env, APP, (running,)) == running


def test_a_running_interpreter_too_old_is_passed_over(tmp_path: Path, env: dict[str, str]) -> None:
    fake(tmp_path / "bin/python3.11", "echo 3.11")
    newer = fake(tmp_path / "bin/python3.12", "echo 3.12")
    assert look(env, APP, (fake(tmp_path / "running", "echo 3.9"),)) == newer


def test_nothing_found(env: dict[str, str]) -> None:
    assert look(env) is None


def test_no_download_when_one_is_there(tmp_path: Path, env: dict[str, str]) -> None:
    good = fake(tmp_path / "bin/python3.10", "echo 3.10")
    assert find_or_fetch(RASA, env, no_download, common=()) == good


def test_downloaded_as_the_last_resort(tmp_path: Path, env: dict[str, str]) -> None:
    fetched = fake(tmp_path / "fetched", "echo 3.10")
    assert find_or_fetch(RASA, env, lambda version: fetched, common=()) == fetched


def test_failed_download_says_what_to_do_in_one_line(env: dict[str, str]) -> None:
    with pytest.raises(NotFound) as failure:
        find_or_fetch(RASA, env, no_download, common=())
    assert str(failure.value) == (
        "Python 3.10 was not found and could not be downloaded (no network). Install it, then run make setup again."
    )


def test_a_download_that_does_not_work_is_not_used(tmp_path: Path, env: dict[str, str]) -> None:
    broken = fake(tmp_path / "fetched", "exit 1")
    with pytest.raises(NotFound, match=r"downloaded to .*fetched does not work"):
        find_or_fetch(RASA, env, lambda version: broken, common=())


def test_a_hanging_candidate_is_given_up_even_when_its_child_lives_on(tmp_path: Path) -> None:
    end = tmp_path / "end"
    os.mkfifo(end)
    # Both wait for ever on a pipe nobody opens; the child would keep an output pipe open.
    hanging = fake(tmp_path / "python3.10", f"(read x < {end}) & read x < {end}")
    try:
        assert probe(hanging, timeout=0.2) is None
    finally:
        os.close(os.open(end, os.O_RDWR | os.O_NONBLOCK))


def test_a_real_interpreter_answers_and_lacks_what_it_lacks() -> None:
    assert probe(sys.executable) == sys.version_info[:2]
    assert probe(sys.executable, needs="no_such_module") is None


def test_titles() -> None:
    assert RASA.title == "Python 3.10"
    assert APP.title == "Python 3.13, 3.12 or 3.11"
    assert str(find_python.missing(APP)).startswith("Python 3.13, 3.12 or 3.11 was not found. Install one, then")
