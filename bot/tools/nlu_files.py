"""Rasa's NLU files as plain YAML, each example with its place. Needs no Rasa."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SetupError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SKIPPED = "Rasa skips this line; begin it with `- ` and a text, or delete it"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What is wrong at a place, and what to do about it."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Example:
    place: Place
    intent: str
    text: str


@dataclass(slots=True)
class Data:
    """What some files hold. `metadata` are the names and values of all blocks and examples with their places."""

    examples: list[Example] = field(default_factory=list)
    metadata: list[tuple[Place, str, str]] = field(default_factory=list)
    intents: list[tuple[Place, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def normalised(text: str) -> str:
    """What is left when case, punctuation and spaces do not count; of signs alone, the signs."""
    lower = text.casefold()
    return " ".join(re.sub(r"[\W_]+", " ", lower).split()) or " ".join(lower.split())


def intents(root: Path) -> dict[str, Place]:
    """The intents of domain.yml. Raises SetupError when they cannot be read."""
    try:
        listed = _entries(_compose(root / "domain.yml"))["intents"].value
        return {node.value: Place("domain.yml", node.start_mark.line + 1) for node in listed}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
        raise SetupError(f"domain.yml: its intents cannot be read ({type(error).__name__})") from None


def read(root: Path, folder: str) -> Data:
    data = Data()
    for path in sorted((root / folder).glob("*.yml")):
        name = path.relative_to(root).as_posix()
        try:
            blocks = _entries(_compose(path)).get("nlu")
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            data.findings.append(Finding(Place(name, line), f"no YAML: {error.problem}; mend it"))
        except (OSError, ValueError, yaml.YAMLError) as error:
            data.findings.append(Finding(Place(name, 1), f"cannot be read ({type(error).__name__}); mend it"))
        else:
            for block in _items(blocks):
                _read_block(data, name, block)
    return data


def _read_block(data: Data, file: str, block: Any) -> None:
    """Synonyms, lookups and regular expressions say no intent: they are passed over."""
    entries = _entries(block)
    if "intent" not in entries:
        return
    place, intent = Place(file, block.start_mark.line + 1), str(entries["intent"].value)
    data.intents.append((place, intent))
    data.metadata += _metadata(file, entries)
    node = entries.get("examples")
    found = list(_lines(node) if isinstance(node, yaml.ScalarNode) else _listed(node))
    data.examples += [Example(Place(file, line), intent, text) for line, text in found if text]
    data.findings += [Finding(Place(file, line), _SKIPPED) for line, text in found if not text]
    if not found:
        data.findings.append(Finding(place, "no `examples:` that Rasa would read; write some, or delete the block"))
    for item in _items(node):
        data.metadata += _metadata(file, _entries(item))


def _lines(node: Any) -> Iterator[tuple[int, str]]:
    """`examples: |` with a `- text` a line: each line's number and text; none where Rasa skips the line."""
    first, step = (node.start_mark.line + 2, 1) if node.style == "|" else (node.start_mark.line + 1, 0)
    for number, line in enumerate(node.value.splitlines()):
        yield first + number * step, line[1:].strip() if line.startswith("-") else ""


def _listed(node: Any) -> Iterator[tuple[int, str]]:
    """The other form of Rasa, a list of `- text: ...`."""
    for item in _items(node):
        text = _entries(item).get("text")
        yield item.start_mark.line + 1, str(text.value).strip() if text else ""


def _metadata(file: str, entries: Mapping[str, Any]) -> list[tuple[Place, str, str]]:
    node = entries.get("metadata")
    return [(Place(file, v.start_mark.line + 1), k, str(v.value)) for k, v in _entries(node).items()]


def _compose(path: Path) -> Any:
    return yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)


def _entries(node: Any) -> dict[str, Any]:
    return {str(key.value): value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _items(node: Any) -> Sequence[Any]:
    return node.value if isinstance(node, yaml.SequenceNode) else ()
