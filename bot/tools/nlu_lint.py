"""`sambut nlu lint`: what would spoil the language model or its measurement, with file, line and what to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from bot.domain.intents import CATEGORIES, CUES
from bot.tools import nlu_files
from bot.tools.nearest import NEAR, Nearest
from bot.tools.nlu_files import Data, Example, Finding, Place, normalised

TRAINING, TEST = "nlu", "tests/nlu"
# Test messages may be told apart by what `style` says; the model learns from the other two.
_METADATA = {"category": CATEGORIES, "cue": CUES, "style": None}


def run(root: Path, out: TextIO) -> int:
    """Print the findings; the exit code."""
    training, test = nlu_files.read(root, TRAINING), nlu_files.read(root, TEST)
    findings = sorted(set(check(nlu_files.intents(root), training, test)))
    for finding in findings:
        print(finding, file=out)
    read = f"{len(training.examples)} training and {len(test.examples)} test messages"
    print(f"{read}: {len(findings)} errors" if findings else f"{read}: nothing to mend", file=out)
    return 1 if findings else 0


def check(known: Mapping[str, Place], training: Data, test: Data) -> Iterator[Finding]:
    for folder, data in ((TRAINING, training), (TEST, test)):
        yield from data.findings
        yield from _missing(known, folder, data)
        yield from _unknown(known, data)
        yield from _repeated(data)
    yield from _disputed([*training.examples, *test.examples])
    yield from _near(training.examples, test.examples)


def _missing(known: Mapping[str, Place], folder: str, data: Data) -> Iterator[Finding]:
    there = {example.intent for example in data.examples}
    for intent, place in known.items():
        if intent not in there:
            yield Finding(place, f"`{intent}` has no example in {folder}/; write some there, or delete the intent here")


def _unknown(known: Mapping[str, Place], data: Data) -> Iterator[Finding]:
    for place, intent in data.intents:
        if intent not in known:
            yield Finding(place, f"unknown intent `{intent}`; correct it, or add it to domain.yml")
    for place, name, value in data.metadata:
        allowed = _METADATA.get(name, ())
        if name not in _METADATA:
            yield Finding(place, f"unknown metadata `{name}`; use one of {', '.join(_METADATA)}")
        elif allowed is not None and value not in allowed:
            yield Finding(place, f"unknown {name} `{value}`; use one of {', '.join(allowed)}")


def _repeated(data: Data) -> Iterator[Finding]:
    """Word for word: other spellings of one text teach something."""
    first: dict[tuple[str, str], Place] = {}
    for example in data.examples:
        earlier = first.setdefault((example.intent, example.text), example.place)
        if earlier != example.place:
            yield Finding(example.place, f'"{_short(example)}" stands in {earlier} already; delete one of them')


def _disputed(examples: Iterable[Example]) -> Iterator[Finding]:
    first: dict[str, Example] = {}
    for example in examples:
        earlier = first.setdefault(normalised(example.text), example)
        if earlier.intent != example.intent:
            other = f"`{earlier.intent}` in {earlier.place}"
            yield Finding(example.place, f'"{_short(example)}" is `{example.intent}` here, {other}; choose one')


def _near(training: Sequence[Example], test: Sequence[Example]) -> Iterator[Finding]:
    """A test message that is nearly a training message says little about messages of other people."""
    index = Nearest.of(normalised(example.text) for example in training)
    for example in test:
        share, row = index.find(normalised(example.text))
        if share >= NEAR:
            like = f'like "{_short(training[row])}" in {training[row].place} ({share:.2f})'
            yield Finding(example.place, f'"{_short(example)}" is {like}; delete it here: it measures what was learnt')


def _short(example: Example) -> str:
    return example.text if len(example.text) <= 60 else example.text[:59] + "…"
