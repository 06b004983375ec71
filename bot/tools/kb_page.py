"""A file of knowledge_base/ as its tools read it: what it says, and in which line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from bot.domain.edition import UNANSWERABLE
from bot.domain.yaml_text import load
from bot.tools.kb_problem import Problem

FOLDER, TESTS = "knowledge_base", "knowledge_base/tests"
_TEXT = "tag:yaml.org,2002:str"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Page:
    """A YAML file. `lines` are those of its top entries, by field or position.

    `said` are the texts below each, `odd` the lines of list entries below that YAML takes for something else.
    """

    name: str
    text: str
    data: Any
    lines: Mapping[Any, int]
    said: Mapping[Any, tuple[tuple[str, int], ...]]
    odd: Mapping[Any, tuple[int, ...]]

    @property
    def kind(self) -> Literal["article", "unanswerable", "test"]:
        if self.name.startswith(f"{TESTS}/"):
            return "test"
        return "unanswerable" if self.name == UNANSWERABLE else "article"

    def line(self, field: Any) -> int:
        return self.lines.get(field, 1)

    def unquoted(self, field: str) -> list[Problem]:
        said = f"{field}: YAML takes this entry for something else than text; put it in quotation marks"
        return [Problem(self.name, line, said) for line in self.odd.get(field, ())]

    def line_of(self, field: Any, text: str, part: str = "") -> int:
        """Where a text of the field begins, or a part of it stands."""
        start = next((line for known, line in self.said.get(field, ()) if known == text), self.line(field))
        below = enumerate(self.text.splitlines()[start - 1 :], start)
        return next((number for number, line in below if part in line), start)


def page(name: str, text: str) -> Page:
    """Raises BadPolicy as serving does: the second look, for the lines, is at what the first let through."""
    data = load(name, text)
    entries = list(_entries(yaml.compose(text, Loader=_Loader)))
    return Page(
        name,
        text,
        data,
        lines={field: _line(at) for field, at, _ in entries},
        said={field: tuple(_texts(below)) for field, _, below in entries},
        odd={field: tuple(_odd(below)) for field, _, below in entries},
    )


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _entries(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Of a mapping or a list: field or position, the node where it begins, the node of its value."""
    if isinstance(node, yaml.MappingNode):
        yield from ((key.value, key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))
    elif isinstance(node, yaml.SequenceNode):
        yield from ((position, item, item) for position, item in enumerate(node.value))


def _texts(node: Any) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.ScalarNode):
        yield node.value.strip(), _line(node)
    for _, _, below in _entries(node):
        yield from _texts(below)


def _odd(node: Any) -> Iterator[int]:
    for _, at, below in _entries(node):
        if isinstance(node, yaml.SequenceNode) and below.tag != _TEXT:
            yield _line(at)
        else:
            yield from _odd(below)
