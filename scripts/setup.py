"""Make .venv (the web app) and .venv-rasa (the NLU server). Needs nothing but some Python 3.8 or newer."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from find_python import NotFound, Version, Wanted, find, find_or_fetch, missing, probe

ROOT = Path(__file__).resolve().parent.parent
APP, RASA = ROOT / ".venv", ROOT / ".venv-rasa"
APP_FILES = ("pyproject.toml", "requirements/setup.txt", "requirements/app.txt")
DEV_FILES = (*APP_FILES, "requirements/dev.txt")
RASA_FILES = ("nlu/requirements.txt",)

FOR_APP = Wanted(
    ((3, 13), (3, 12), (3, 11)),
    "SAMBUT_PYTHON",
    "Install one with its venv module (Debian: apt-get install python3 python3-venv, macOS: brew install "
    "python@3.12) or set SAMBUT_PYTHON=/path/to/python3",
)
FOR_RASA = Wanted(
    ((3, 10),),
    "SAMBUT_PYTHON310",
    "Install it (Ubuntu: apt-get install python3.10, macOS: brew install python@3.10, any: pyenv install "
    "3.10 or uv python install 3.10) or set SAMBUT_PYTHON310=/path/to/python3.10",
)
# Debian's bare python3 has no ensurepip, and without it no environment with pip can be made.
with_pip = functools.partial(probe, needs="ensurepip")


class Failed(Exception):
    """A step went wrong; the text is one line: which, and why."""


def say(step: int, text: str) -> None:
    print(f"[{step}/4] {text}", flush=True)


def run(doing: str, *command: str) -> str:
    done = subprocess.run(
        command, cwd=str(ROOT), env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise Failed(f"{doing} failed: {reason(done.stderr or done.stdout)}")
    return done.stdout.strip()


def reason(output: str) -> str:
    """What the error says first and its deepest cause, without the warnings before it."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", output)
    start = max(text.lower().find("error:"), 0)
    lines = [line.strip()[:200] for line in text[start:].splitlines() if line.strip()] or ["no reason given"]
    return lines[0] if len(lines) == 1 else f"{lines[0]} ... {lines[-1]}"


def environment() -> dict[str, str]:
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", UV_NO_PROGRESS="1")
    # uv does not read pip's settings: a company's mirror or certificate named there must still count.
    for ours, theirs in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if theirs in env:
            env.setdefault(ours, env[theirs])
    # A reader's own active environment must not draw uv away from ours.
    for name in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "UV_PYTHON"):
        env.pop(name, None)
    return env


def digest(venv: Path, files: tuple[str, ...]) -> str:
    """What the environment should hold: the pinned files, and the interpreter it was made with."""
    made = hashlib.sha256((venv / "pyvenv.cfg").read_bytes())
    for name in files:
        made.update((ROOT / name).read_bytes())
    return made.hexdigest()


def ready(venv: Path, *accepted: tuple[str, ...]) -> bool:
    stamp = venv / "sambut-stamp"
    if not (stamp.is_file() and (venv / "bin" / "python").exists()):
        return False
    return stamp.read_text() in [digest(venv, files) for files in accepted]


def make_app(dev: bool) -> None:
    accepted = [DEV_FILES] if dev else [APP_FILES, DEV_FILES]
    if ready(APP, *accepted):
        return say(2, "The app's environment is up to date.")
    say(1, "Making the app's environment, .venv")
    python = str(APP / "bin" / "python")
    if not healthy(python):
        run("Making .venv", app_python(), "-m", "venv", "--clear", str(APP))
    pip = (python, "-m", "pip", "install", "--quiet", "--require-hashes")
    run("Installing uv and setuptools", *pip, "-r", "requirements/setup.txt")
    say(2, "Installing the app" + (" and what its tests need" if dev else ""))
    install("the app", python, accepted[0][-1])
    # Built with the pinned setuptools beside it, so that nothing unpinned is downloaded.
    project = ("--no-deps", "--no-build-isolation", "--editable", ".")
    uv("Installing the project", "pip", "install", "--python", python, *project)
    (APP / "sambut-stamp").write_text(digest(APP, accepted[0]))


def healthy(python: str) -> bool:
    """A half-made environment, or one whose interpreter went away, is made again."""
    if with_pip(python) not in FOR_APP.versions:
        return False
    return subprocess.run([python, "-c", "import pip"], stderr=subprocess.DEVNULL).returncode == 0


def app_python() -> str:
    # Never the python inside the environment about to be replaced.
    current = [p for p in (getattr(sys, "_base_executable", None), sys.executable) if p]
    outside = [p for p in current if APP not in Path(p).parents and RASA not in Path(p).parents]
    path = find(FOR_APP, os.environ, first=outside, ask=with_pip)
    if not path:
        raise missing(FOR_APP)
    return path


def make_rasa() -> None:
    if ready(RASA, RASA_FILES):
        return say(4, "The NLU server's environment is up to date.")
    say(3, "Making the NLU server's environment, .venv-rasa")
    python = str(RASA / "bin" / "python")
    if probe(python) not in FOR_RASA.versions:
        found = find_or_fetch(FOR_RASA, os.environ, fetch_python)
        uv("Making .venv-rasa", "venv", "--clear", "--python", found, str(RASA))
    say(4, "Installing Rasa (about 2 GB; the first time takes some minutes)")
    install("Rasa", python, RASA_FILES[0])
    (RASA / "sambut-stamp").write_text(digest(RASA, RASA_FILES))


def fetch_python(version: Version) -> str:
    name = "{}.{}".format(*version)
    try:
        uv("uv python install " + name, "python", "install", name)
        return uv("uv python find " + name, "python", "find", "--managed-python", name)
    except Failed as failure:
        raise NotFound(str(failure)) from None


def install(what: str, python: str, file: str) -> None:
    # Packages that are built here are built with the pinned tools as well.
    build = ("--build-constraint", file) if file in RASA_FILES else ()
    uv(f"Installing {what}", "pip", "install", "--python", python, "--require-hashes", "-r", file, *build)


def uv(doing: str, *arguments: str) -> str:
    return run(doing, str(APP / "bin" / "uv"), *arguments)


def check_writable() -> None:
    with tempfile.TemporaryFile(dir=str(ROOT)):
        pass


def main(arguments: list[str]) -> int:
    try:
        check_writable()
        make_app("--dev" in arguments)
        make_rasa()
    except Failed as failure:
        print(f"{failure}. Check the network and the free space, then run make setup again.", file=sys.stderr)
    except NotFound as failure:
        print(failure, file=sys.stderr)
    except OSError as failure:
        print(
            f"Cannot write in {ROOT} ({failure.strerror}): check the folder's owner and space.",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("Stopped; make setup goes on from here.", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
