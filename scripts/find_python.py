"""Find an interpreter of a wanted version by asking candidates, never by trusting a name."""

from __future__ import annotations

import glob
import os
import re
import subprocess
import tempfile
from typing import Callable, Iterable, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

Version = Tuple[int, int]
Probe = Callable[[str], Optional[Version]]

ASK = "import sys, {needs}; print('%d.%d' % sys.version_info[:2])"
COMMON = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin", "/opt/conda/bin")


class NotFound(Exception):
    """No usable interpreter; the text is one line telling what to do."""


class Wanted(NamedTuple):
    versions: Sequence[Version]
    variable: str
    advice: str

    @property
    def title(self) -> str:
        names = [dotted(version) for version in self.versions]
        return "Python " + (", ".join(names[:-1]) + " or " + names[-1] if len(names) > 1 else names[0])


def dotted(version: Version) -> str:
    return f"{version[0]}.{version[1]}"


def probe(candidate: str, timeout: float = 15.0, needs: str = "sys") -> Version | None:
    """The version the candidate reports; None when it fails, hangs, lacks `needs` or says something else."""
    # A file, not a pipe: a killed shim's child may hold a pipe open for ever.
    with tempfile.TemporaryFile() as said:
        try:
            done = subprocess.run(
                [candidate, "-c", ASK.format(needs=needs)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.DEVNULL,
                timeout=timeout,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        said.seek(0)
        answer = re.fullmatch(rb"(\d+)\.(\d+)\s*", said.read(100))
    return (int(answer[1]), int(answer[2])) if answer and done.returncode == 0 else None


def on_path(version: Version, env: Mapping[str, str]) -> list[str]:
    # Every folder, not only the first: a shim that fails often hides the real one behind it.
    folders = env.get("PATH", "").split(os.pathsep)
    return [os.path.join(folder, "python" + dotted(version)) for folder in folders if folder]


def in_pyenv(version: Version, env: Mapping[str, str]) -> list[str]:
    root = env.get("PYENV_ROOT") or os.path.join(env.get("HOME", ""), ".pyenv")
    return newest(os.path.join(root, "versions", dotted(version) + "*", "bin", "python"))


def in_uv(version: Version, env: Mapping[str, str]) -> list[str]:
    data = env.get("XDG_DATA_HOME") or os.path.join(env.get("HOME", ""), ".local", "share")
    root = env.get("UV_PYTHON_INSTALL_DIR") or os.path.join(data, "uv", "python")
    return newest(os.path.join(root, f"cpython-{dotted(version)}*", "bin", "python" + dotted(version)))


def in_conda(version: Version, env: Mapping[str, str]) -> list[str]:
    home, name = env.get("HOME", ""), "python" + dotted(version)
    current = [os.path.join(env["CONDA_PREFIX"], "bin", name)] if env.get("CONDA_PREFIX") else []
    roots = [os.path.join(home, root) for root in ("miniconda3", "anaconda3", "miniforge3", "mambaforge")]
    return current + [p for root in roots for p in newest(os.path.join(root, "envs", "*", "bin", name))]


def newest(pattern: str) -> list[str]:
    def numbers(path: str) -> list[int]:
        return [int(digits) for digits in re.findall(r"\d+", path)]

    return sorted(glob.glob(pattern), key=numbers, reverse=True)


def places(version: Version, env: Mapping[str, str], common: Iterable[str] = COMMON) -> Iterator[str]:
    """Every file that may be this version, the likeliest first."""
    usual = [os.path.join(folder, "python" + dotted(version)) for folder in common]
    groups = (
        on_path(version, env),
        in_pyenv(version, env),
        in_uv(version, env),
        usual,
        in_conda(version, env),
    )
    seen = set()
    for path in (path for group in groups for path in group):
        if path not in seen and os.path.exists(path):
            seen.add(path)
            yield path


def chosen(want: Wanted, env: Mapping[str, str], ask: Probe) -> str | None:
    """What the variable names; a wrong value is an error, since the reader asked for exactly that."""
    path = env.get(want.variable)
    if path and ask(path) not in want.versions:
        raise NotFound(f"{want.variable}={path} does not answer as {want.title}: correct it or unset it.")
    return path or None


def find(
    want: Wanted,
    env: Mapping[str, str],
    first: Sequence[str] = (),
    ask: Probe = probe,
    common: Iterable[str] = COMMON,
) -> str | None:
    """The first candidate that answers as wanted, or None."""
    path = chosen(want, env, ask)
    if path:
        return path
    for candidate in first:
        if ask(candidate) in want.versions:
            return candidate
    known = (place for version in want.versions for place in places(version, env, common) if ask(place) == version)
    return next(known, None)


def find_or_fetch(
    want: Wanted,
    env: Mapping[str, str],
    fetch: Callable[[Version], str],
    ask: Probe = probe,
    common: Iterable[str] = COMMON,
) -> str:
    """As find, then `fetch`, which returns the new interpreter or raises NotFound with the reason."""
    path = find(want, env, ask=ask, common=common)
    if path:
        return path
    try:
        path = fetch(want.versions[0])
    except NotFound as reason:
        raise missing(want, f" and could not be downloaded ({reason})") from None
    if ask(path) not in want.versions:
        raise missing(want, f"; the one downloaded to {path} does not work")
    return path


def missing(want: Wanted, why: str = "") -> NotFound:
    return NotFound(f"{want.title} was not found{why}. {want.advice}, then run make setup again.")
