"""The trained model: found by what it was trained from, trained when that changed."""

import asyncio
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import SetupError

_ENCODER = "SAMBUT_ENCODER"  # a folder with another network for sentence vectors: nlu/components/encoder.py
# What any program needs to run. Nothing else: no channel's token, also of a channel written later, and no
# switch meant for our own Python (without its compiled files Rasa takes three times as long to start).
_KEPT = (
    "PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "XDG_CACHE_HOME", _ENCODER,
)  # fmt: skip
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    # Spinning threads of the mathematics libraries cost more than they bring on small models.
    "OMP_NUM_THREADS": "1",
}
_DATA = {".yml", ".yaml", ".json", ".txt", ".py"}


def rasa_environment(cache: Path) -> dict[str, str]:
    """Rasa's own environment. Its cache of training steps lies beside the models, not in the tree."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _QUIET | {"RASA_CACHE_DIRECTORY": str(cache.parent / "rasa")}


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """`root` is the Rasa project, `cache` the folder of trained models, `python` Rasa's interpreter."""

    root: Path
    cache: Path
    python: Path

    def _inputs(self) -> list[Path]:
        """As Rasa reads them: with every folder below `nlu`."""
        found = (path for path in (self.root / "nlu").rglob("*") if path.suffix in _DATA and path.is_file())
        return sorted([self.root / "config.yml", *found])

    def intents(self) -> list[str]:
        try:
            return list(yaml.safe_load((self.root / "domain.yml").read_text(encoding="utf-8"))["intents"])
        except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError) as error:
            raise SetupError(f"domain.yml: its intents cannot be read ({type(error).__name__})") from None

    def fingerprint(self) -> str:
        """Pipeline, components, data and intents; never the wording, so that editing it costs no training.

        Raises SetupError when a file cannot be read.
        """
        digest = hashlib.sha256(repr((self.intents(), os.environ.get(_ENCODER))).encode())
        try:
            for path in self._inputs():
                digest.update(path.relative_to(self.root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        except OSError as error:
            raise SetupError(f"{error.filename}: cannot be read ({error.strerror})") from None
        return digest.hexdigest()[:16]

    def path(self, fingerprint: str) -> Path:
        return self.cache / f"{fingerprint}.tar.gz"

    def check_python(self) -> None:
        if not self.python.exists():
            raise SetupError(f"Rasa is not installed at {self.python}; run: make setup")

    async def train(self, fingerprint: str, log: Path) -> None:
        """Train and put the model in its place at once or not at all. Raises SetupError."""
        self.check_python()
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.cache) as folder:
                await self._train_in(Path(folder), fingerprint, log)
        except OSError as error:
            raise SetupError(f"Training the language model failed: {error}") from None

    async def _train_in(self, folder: Path, fingerprint: str, log: Path) -> None:
        domain = folder / "domain.yml"
        domain.write_text(yaml.safe_dump({"version": "3.1", "intents": self.intents()}), encoding="utf-8")
        code = await self._run(folder, domain, log)
        made = folder / "model.tar.gz"
        if code != 0 or not made.exists():
            raise SetupError(f"Training the language model failed; the reason is at the end of {log}")
        if self.fingerprint() != fingerprint:
            raise SetupError("The training data changed while the language model was trained: it is trained again")
        shutil.move(made, self.path(fingerprint))

    async def _run(self, folder: Path, domain: Path, log: Path) -> int:
        command = [
            str(self.python), "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", "nlu",
            "--domain", str(domain), "--out", str(folder), "--fixed-model-name", "model",
        ]  # fmt: skip
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=self.root, env=rasa_environment(self.cache), stdout=out, stderr=out
            )
            try:
                return await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
