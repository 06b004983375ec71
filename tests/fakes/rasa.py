"""An imitation of `python -m rasa run` and `python -m rasa train nlu`, as quick and as naughty as a test wants.

`fake = FakeRasa(folder)` makes a project and an executable `fake.python` to put where Rasa's
interpreter stands. `fake.behave(answer="html")` changes what it does at once, also while it runs;
`fake.starts` are the process ids it had. The program is this same file, with nothing but the
standard library.
"""

import argparse
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_HOW = "fake-rasa.json"
_GOOD = {
    "text": "halo",
    "intent": {"name": "greet", "confidence": 0.9},
    "entities": [],
    "intent_ranking": [{"name": "greet", "confidence": 0.9}, {"name": "general", "confidence": 0.1}],
}
_TOO_DEEP = b'{"intent": ' + b"[" * 100_000
# Status and body of everything that a server may answer when it is not well.
BAD: dict[str, tuple[int, bytes]] = {
    "500": (500, b'{"status": "failure"}'),
    "401": (401, b'{"reason": "NotAuthenticated"}'),
    "redirect": (302, b""),
    "html": (200, b"<html><body>Bad gateway</body></html>"),
    "empty": (200, b""),
    "truncated": (200, json.dumps(_GOOD).encode()[:40]),
    "not utf-8": (200, b'{"intent": "\xff\xfe"}'),
    "list": (200, b"[]"),
    "null": (200, b"null"),
    "no intent": (200, json.dumps({"intent_ranking": []}).encode()),
    "no ranking": (200, json.dumps({"intent": _GOOD["intent"]}).encode()),
    "no name": (200, json.dumps(_GOOD | {"intent": {"name": None, "confidence": 0.0}}).encode()),
    "wrong types": (200, json.dumps(_GOOD | {"intent": "greet", "intent_ranking": 7}).encode()),
    "text confidence": (200, json.dumps(_GOOD | {"intent": {"name": "greet", "confidence": "high"}}).encode()),
    "NaN": (200, json.dumps(_GOOD | {"intent": {"name": "greet", "confidence": float("nan")}}).encode()),
    "above one": (200, json.dumps(_GOOD | {"intent": {"name": "greet", "confidence": 99}}).encode()),
    "endless number": (200, b'{"intent_ranking": [], "intent": {"name": "a", "confidence": 1' + b"0" * 400 + b"}}"),
    "deep": (200, _TOO_DEEP),
    "huge": (200, json.dumps(_GOOD | {"text": "x" * 20_000_000}).encode()),
}


class FakeRasa:
    def __init__(self, folder: Path) -> None:
        self.root, self.cache, self.python = folder / "project", folder / "cache", folder / "python"
        (self.root / "nlu" / "components").mkdir(parents=True)
        (self.root / "config.yml").write_text("pipeline: []\n")
        (self.root / "domain.yml").write_text("intents: [greet, general]\nresponses: {utter_greet: [{text: Halo}]}\n")
        (self.root / "nlu" / "smalltalk.yml").write_text("nlu: []\n")
        # exec: the server keeps the process id, as a virtual environment's python does.
        self.python.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E {Path(__file__).resolve()} "$@"\n')
        self.python.chmod(0o755)

    def behave(self, **how: Any) -> None:
        """`answer`: good, a key of BAD, hang, drip or close; `extra`: other values in a good answer;
        `poison`: a text answered with 500; `start_after`: seconds; `exit`: a code instead of a start;
        `train_exit`, `train_after`."""
        new = self.root / f"{_HOW}.new"
        new.write_text(json.dumps(how))
        new.replace(self.root / _HOW)

    @property
    def starts(self) -> list[int]:
        return self._logged("starts.log")

    @property
    def trainings(self) -> list[int]:
        return self._logged("trainings.log")

    def _logged(self, name: str) -> list[int]:
        path = self.root / name
        return [int(line) for line in path.read_text().split()] if path.exists() else []


def _how(name: str, default: Any) -> Any:
    try:
        return json.loads(Path(_HOW).read_text()).get(name, default)
    except OSError:
        return default


def _note(name: str) -> None:
    with Path(name).open("a") as file:
        file.write(f"{os.getpid()}\n")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    token = ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        answer = "401" if f"token={self.token}" not in self.path else _how("answer", "good")
        answer = "500" if asked == _how("poison", None) else answer
        if answer == "hang":
            time.sleep(600)
        if answer == "close":
            self.close_connection = True
            return
        status, body = BAD.get(answer, (200, json.dumps(_GOOD | _how("extra", {}) | {"text": asked}).encode()))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send(body, 0.1 if answer == "drip" else 0)

    def _send(self, body: bytes, pause: float) -> None:
        if not pause:
            self.wfile.write(body)
            return
        for number in range(len(body)):
            self.wfile.write(body[number : number + 1])
            time.sleep(pause)

    def log_message(self, *_: Any) -> None: ...


def _run(args: argparse.Namespace) -> None:
    _note("starts.log")
    time.sleep(_how("start_after", 0))
    if code := _how("exit", 0):
        sys.exit(code)
    assert Path(args.model).exists(), "the model is not there"
    _Handler.token = args.auth_token
    ThreadingHTTPServer((args.interface, args.port), _Handler).serve_forever()


def _train(args: argparse.Namespace) -> None:
    _note("trainings.log")
    time.sleep(_how("train_after", 0))
    if code := _how("train_exit", 0):
        sys.exit(code)
    Path(args.out, f"{args.fixed_model_name}.tar.gz").write_bytes(b"a model")


def _main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run")
    run.add_argument("--enable-api", action="store_true")
    run.add_argument("-i", "--interface")
    run.add_argument("-p", "--port", type=int)
    run.add_argument("-m", "--model")
    run.add_argument("--auth-token")
    train = commands.add_parser("train")
    train.add_argument("what", choices=["nlu"])
    for name in ("--config", "--nlu", "--domain", "--out", "--fixed-model-name"):
        train.add_argument(name)
    args = parser.parse_args(sys.argv[3:])  # behind "-m rasa"
    (_run if args.command == "run" else _train)(args)


if __name__ == "__main__":
    _main()
