"""How well messages are understood and questions answered: `make eval [SHARED=folder]`.

Uses the running language model, or starts one. Everything printed is measured now; which of the
sets were looked at while building is said in docs/understanding.md.
"""

import argparse
import asyncio
import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from actions.dialogue import decide
from benchmarks.held_out import Message, assistant, messages, real
from benchmarks.processes import memory_mb
from benchmarks.scores import macro_f1, right_at_most_false, told
from bot.domain.effects import Situation
from bot.messages import Json
from bot.runtime.language import likely
from bot.runtime.model import ModelFiles, rasa_environment
from bot.runtime.rasa_server import RasaServer
from bot.settings import Settings
from bot.tools.kb_cases import Case, cases
from bot.tools.reader import Reader, reader
from bot.tools.understand import shown

_NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
_FALSE = 0.05  # of the unanswerable questions may be answered
_WORDS, _TEXTS, _RUNS = 20, 60, 5
_ONE_LANGUAGE, _LONGER = ("formal", "casual", "slang", "english"), 8
_CLASSES = ("general", "technical", "complaint")


@dataclass(frozen=True)
class Heard:
    message: Message
    answer: Json

    @property
    def intent(self) -> str:
        return str(self.answer["intent"])


@dataclass(frozen=True)
class Found:
    question: Case
    best: list[str]
    score: float
    told: str  # the article that a customer is answered with, through the whole dialogue
    language: str

    @property
    def right(self) -> bool:
        return self.best[:1] == [self.question.article]


def row(name: str, value: str) -> None:
    print(f"{name:<52}{value}", flush=True)


async def hear(read: Reader, said: Sequence[Message]) -> list[Heard]:
    return [Heard(m, shown(await read.read(m.text, _NOW), read.edition, 0)) for m in said]


def _right(heard: Sequence[Heard]) -> str:
    return told(sum(h.intent == h.message.intent for h in heard), len(heard))


def intents(name: str, heard: Sequence[Heard]) -> None:
    print(f"\n{name}")
    row("intents, accuracy", _right(heard))
    row("intents, macro-F1", f"{macro_f1([h.message.intent for h in heard], [h.intent for h in heard]):.3f}")
    row("the three message classes", _right([h for h in heard if h.message.intent in _CLASSES]))
    for style in sorted({h.message.style for h in heard} - {""}):
        row(f"  {style}", _right([h for h in heard if h.message.style == style]))
    outside = [h for h in heard if h.message.intent == "out_of_scope"]
    inside = [h for h in heard if h.message.intent != "out_of_scope"]
    row("out of scope, recall", _right(outside))
    row("requests rejected", told(sum(h.intent == "out_of_scope" for h in inside), len(inside)))


def categories_and_cues(heard: Sequence[Heard]) -> None:
    complaints = [h for h in heard if h.message.category not in ("", "-") and h.intent == "complaint"]
    right = sum(h.answer["category"] == h.message.category for h in complaints)
    row("complaint category", told(right, len(complaints)))
    known = [h for h in heard if h.message.cue]
    urgent, found = [h for h in known if h.message.cue != "-"], [h for h in known if h.answer["urgent"]]
    both = sum(h.answer["urgent"] for h in urgent)
    row("urgency, recall", told(both, len(urgent)))
    row("urgency, precision", told(both, len(found)))


async def look_up(read: Reader, question: Case) -> Found:
    understood = await read.read(question.text, _NOW)
    best = understood.matches
    score, language = best[0].score if best else 0.0, likely(question.text)
    noted = decide(Situation(read.edition, language=language), understood, _NOW).inquiry
    told = noted.article if noted and noted.outcome == "answered" else ""
    return Found(question, [match.article for match in best], score, told, language)


async def articles(name: str, read: Reader, asked: Sequence[Case]) -> None:
    print(f"\n{name}")
    found = [await look_up(read, question) for question in asked]
    known, unknown = [f for f in found if f.question.article], [f for f in found if not f.question.article]
    row("recall@1", told(sum(f.right for f in known), len(known)))
    row("recall@3", told(sum(f.question.article in f.best[:3] for f in known), len(known)))
    threshold, right = right_at_most_false([(f.score, f.right) for f in known], [f.score for f in unknown], _FALSE)
    row("answered right at 5 % false answers", f"{right:.3f}  (threshold {threshold:.2f})")
    right_ones = sum(f.told == f.question.article for f in known)
    row("through the dialogue: answered right", told(right_ones, len(known)))
    row("through the dialogue: answered wrong", told(sum(bool(f.told) for f in known) - right_ones, len(known)))
    row("through the dialogue: unanswerable answered", told(sum(bool(f.told) for f in unknown), len(unknown)))
    languages(found)


def languages(found: Sequence[Found]) -> None:
    """Of questions of some length that are written in one language."""
    longer = [f for f in found if f.question.style in _ONE_LANGUAGE and len(f.question.text.split()) >= _LONGER]
    if longer:
        right = sum(f.language == ("en" if f.question.style == "english" else "id") for f in longer)
        row(f"language, questions of {_LONGER} words and more", told(right, len(longer)))


async def own(read: Reader, said: Sequence[Path], asked: Sequence[Path]) -> None:
    for path in said:
        heard = await hear(read, messages(path))
        intents(path.name, heard)
        if any(h.message.cue for h in heard):
            categories_and_cues(heard)
    for path in asked:
        await articles(path.name, read, cases([path]))


async def measure(settings: Settings, shared: Path) -> None:
    async with reader(settings) as read:
        said, asked = settings.root / "tests" / "nlu", settings.root / "knowledge_base" / "tests"
        await own(read, sorted(said.glob("*.yml")), sorted(asked.glob("*.yml")))
        await others(read, shared)
        await speed(settings, read)


async def measure_only(settings: Settings, said: Sequence[Path], asked: Sequence[Path]) -> None:
    async with reader(settings) as read:
        await own(read, said, asked)


async def others(read: Reader, shared: Path) -> None:
    print(f"\nReal text by other people ({shared})")
    if not shared.is_dir():
        return row("not measured", "the folder is not here")
    classes, outside = real(shared)
    row("the three classes, strict", _right(await hear(read, classes)))
    row("out of scope rejected", _right(await hear(read, outside)))
    row("voice assistant requests rejected", _right(await hear(read, assistant(shared))))


async def speed(settings: Settings, read: Reader) -> None:
    """Medians over messages of at most twenty words, and the median, best and worst of five such runs."""
    said = [m.text for path in sorted((settings.root / "tests" / "nlu").glob("*.yml")) for m in messages(path)]
    short = [text for text in said if len(text.split()) <= _WORDS]
    texts = short[:: max(1, len(short) // _TEXTS)]
    print(f"\nSpeed, {len(texts)} messages of up to {_WORDS} words, median of {_RUNS} runs, one core")
    inside = in_process(settings, texts)
    row("calibration: a product of two 512 x 512 matrices", spread(inside["matrices"]))
    row("the sentence vector, in process", spread(inside["vector"]))
    row("the whole parse, in process", spread(inside["parse"]))
    row("the whole parse, over HTTP", spread([await over_http(read, texts) for _ in range(_RUNS)]))
    server = RasaServer(0, read.server.token, read.server.fingerprint, 0).find()
    row("memory of the model's process", f"{memory_mb(server):.0f} MB" if server else "not on this machine")


def in_process(settings: Settings, texts: Sequence[str]) -> dict[str, list[float]]:
    files = ModelFiles(settings.root.resolve(), settings.cache, settings.rasa_python.absolute())
    command = [str(files.python), "-m", "benchmarks.in_process", str(files.path(files.fingerprint()))]
    ran = subprocess.run(
        command, input="\n".join(texts), capture_output=True, text=True, check=True, cwd=files.root,
        env=rasa_environment(files.cache),
    )  # fmt: skip
    found: dict[str, list[float]] = json.loads(ran.stdout.splitlines()[-1])
    return found


async def over_http(read: Reader, texts: Sequence[str]) -> float:
    took = []
    for text in texts:
        started = time.perf_counter()
        await read.model.parse(text)
        took.append((time.perf_counter() - started) * 1000)
    return median(took)


def spread(runs: Sequence[float]) -> str:
    return f"{median(runs):.1f} ms  ({min(runs):.1f} to {max(runs):.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/eval"), help="real text by other people")
    parser.add_argument("--messages", type=Path, nargs="*", default=[], help="only these, written as in tests/nlu")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], help="only these, as in knowledge_base/tests")
    args = parser.parse_args()
    only = args.messages or args.questions
    work = measure_only(Settings(), args.messages, args.questions) if only else measure(Settings(), args.shared)
    asyncio.run(work)


if __name__ == "__main__":
    main()
