"""Questions that stand in more than one place of knowledge_base/."""

from collections.abc import Iterator, Sequence

from bot.tools.kb_cases import plain
from bot.tools.kb_page import Page
from bot.tools.kb_problem import Problem

_ADVICE = {  # in the order in which a question's first place is looked for
    "article": "keep it in the one article that answers it",
    "unanswerable": "an article answers it: delete the line here",
    "test": "a test proves something only in other words: rewrite it here",
}
_IN_VAIN = "delete one of the two"


def repeated(read: Sequence[Page]) -> Iterator[Problem]:
    """Twice in one file or in two tests only wastes a line; elsewhere the search is taught or tested wrongly."""
    seen: dict[str, tuple[Page, int]] = {}
    for page in sorted(read, key=lambda page: (list(_ADVICE).index(page.kind), page.name)):
        for text, line in _asked(page):
            if plain(text) in seen:
                yield _problem(page, line, text, *seen[plain(text)])
            else:
                seen[plain(text)] = page, line


def _problem(page: Page, line: int, text: str, first: Page, at: int) -> Problem:
    harmless = first is page or first.kind == page.kind == "test"
    advice = _IN_VAIN if harmless else _ADVICE[page.kind]
    return Problem(page.name, line, f"{text!r} stands in {first.name}:{at} already; {advice}", harmless)


def _asked(page: Page) -> Iterator[tuple[str, int]]:
    """The questions of a file with their lines."""
    if page.kind != "test":
        yield from page.said.get("questions", ())
    elif isinstance(page.data, list):
        given = ((entry.get("q"), at) for at, entry in enumerate(page.data) if isinstance(entry, dict))
        yield from ((text, page.line(at)) for text, at in given if isinstance(text, str))
