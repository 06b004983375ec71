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

_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    # Spinning threads of the mathematics libraries cost more than they bring on small models.
    "OMP_NUM_THREADS": "1",
}


def rasa_environment() -> dict[str, str]:
    """The process's environment for Rasa, without our own secrets."""
    secret = ("TELEGRAM_", "SLACK_", "SAMBUT_", "RASA_TOKEN")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(secret)}
    return kept | _QUIET


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """`root` is the Rasa project, `cache` the folder of trained models, `python` Rasa's interpreter."""

    root: Path
    cache: Path
    python: Path

    def _inputs(self) -> list[Path]:
        data = [*self.root.glob("nlu/*.yml"), *self.root.glob("nlu/components/**/*.py")]
        return sorted([self.root / "config.yml", self.root / "nlu" / "requirements.txt", *data])

    def intents(self) -> list[str]:
        return list(yaml.safe_load((self.root / "domain.yml").read_text(encoding="utf-8"))["intents"])

    def fingerprint(self) -> str:
        """Pipeline, components, data and intents; never the wording, so that editing it costs no training."""
        digest = hashlib.sha256(repr(self.intents()).encode())
        for path in self._inputs():
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()[:16]

    def path(self, fingerprint: str) -> Path:
        return self.cache / f"{fingerprint}.tar.gz"

    async def train(self, fingerprint: str, log: Path) -> None:
        """Train and put the model in its place at once or not at all. Raises SetupError."""
        self.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.cache) as folder:
            domain = Path(folder) / "domain.yml"
            domain.write_text(yaml.safe_dump({"version": "3.1", "intents": self.intents()}))
            code = await self._run(folder, domain, log)
            made = Path(folder) / "model.tar.gz"
            if code != 0 or not made.exists():
                raise SetupError(f"Training the language model failed; the reason is at the end of {log}")
            shutil.move(made, self.path(fingerprint))

    async def _run(self, folder: str, domain: Path, log: Path) -> int:
        command = [
            str(self.python), "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", "nlu",
            "--domain", str(domain), "--out", folder, "--fixed-model-name", "model",
        ]  # fmt: skip
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=self.root, env=rasa_environment(), stdout=out, stderr=out
            )
            try:
                return await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
