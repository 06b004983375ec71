"""`sambut kb test`: held-out questions against the search alone; what a dialogue answers, `make eval` measures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.errors import BadPolicy
from bot.messages import Understood
from bot.settings import Settings
from bot.tools.kb_ask import ask, scored, table
from bot.tools.kb_cases import Case, cases
from bot.tools.kb_page import TESTS
from bot.tools.reader import reader

_MOST = 3  # articles that a customer is shown at most
_HEADING = (
    "", "questions", "recall@1", "recall@3", "answered right", "answered wrong", "offered", "unanswerable answered"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    case: Case
    heard: Understood

    @property
    def found(self) -> list[str]:
        return [match.article for match in self.heard.matches]

    @property
    def answered(self) -> bool:
        return self.heard.band == "answer"

    @property
    def lost(self) -> bool:
        return self.case.article is not None and self.case.article not in self.found[:_MOST]

    @property
    def fault(self) -> str:
        """What went wrong, if anything did. Silence and an offer are no faults, a wrong answer is."""
        if self.answered and self.case.article is None:
            return "unanswerable, answered"
        if self.answered and self.found[0] != self.case.article:
            return "answered wrong"
        return "not in the first three" if self.lost else ""


async def run(settings: Settings, files: Sequence[Path], strict: bool, out: TextIO) -> bool:
    """Print the figures; whether they pass. Without files all of the folder are asked."""
    asked = cases(files or sorted((settings.root / TESTS).glob("*.yml")))
    if not asked:
        raise BadPolicy(f"{TESTS}/ holds no questions")
    async with reader(settings) as read:
        tried = [Tried(case, await ask(read, case.text)) for case in asked]
    for line in report(tried):
        print(line, file=out)
    return not any(each.fault if strict else each.lost for each in tried)


def report(tried: Sequence[Tried]) -> Iterator[str]:
    groups = dict.fromkeys(name for each in tried for name in _groups(each))
    yield from table([_HEADING, *(_row(name, [each for each in tried if name in _groups(each)]) for name in groups)])
    for each in tried:
        if each.fault:
            yield f"\n{each.case.file}, {each.fault}: {each.case.text}"
            yield f"    expected {each.case.article or 'silence'}; found {scored(each.heard.matches[:_MOST])}"


def _groups(tried: Tried) -> list[str]:
    file, style = tried.case.file, tried.case.style
    return ["all", file, f"{file}, {style}"] if style else ["all", file]


def _row(name: str, tried: Sequence[Tried]) -> list[str]:
    known = [each for each in tried if each.case.article is not None]
    others = [each for each in tried if each.case.article is None]
    first = [each for each in known if each.found[:1] == [each.case.article]]
    right = sum(each.answered for each in first)
    return [
        name,
        str(len(tried)),
        _share(len(first), len(known)),
        _share(sum(not each.lost for each in known), len(known)),
        _share(right, len(known)),
        _share(sum(each.answered for each in known) - right, len(known)),
        _share(sum(each.heard.band == "offer" for each in known), len(known)),
        _share(sum(each.answered for each in others), len(others)),
    ]


def _share(part: int, total: int) -> str:
    return f"{part}/{total} {part / total:.1%}" if total else "-"
