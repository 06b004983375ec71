"""`sambut kb lint`: everything in knowledge_base/ that serving would refuse, or that weakens the search."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePath
from typing import TextIO

from bot.domain.edition import UNANSWERABLE, Edition, _values, build
from bot.errors import BadPolicy
from bot.tools.kb_article import check
from bot.tools.kb_cases import case
from bot.tools.kb_files import pages, text_of
from bot.tools.kb_page import FOLDER, Page
from bot.tools.kb_problem import Problem, problem
from bot.tools.kb_repeated import repeated


def run(root: Path, now: datetime, out: TextIO) -> bool:
    """Print every problem; whether no error is among them."""
    found = lint(root, now)
    errors = sum(not each.warning for each in found)
    for each in found:
        print(each, file=out)
    print(f"{FOLDER}/: errors {errors}, warnings {len(found) - errors}", file=out)
    return not errors


def lint(root: Path, now: datetime) -> list[Problem]:
    """In the order of files and lines."""
    read, found = pages(root)
    house, wrong = _built(root, {})
    names = {path.stem for path in (root / FOLDER).glob("*.yml")} - {PurePath(UNANSWERABLE).stem}
    values = _values(house.company, house.calendar, house.sla) if house else None
    today = now.astimezone(house.calendar.zone if house else None).date()
    for page in read:
        if page.kind == "article":
            found += check(page, names, values, today)
        elif page.kind == "test":
            found += _tests(page, names)
        elif house:  # else what is wrong with the house would be said twice
            found += page.unquoted("questions") or _built(root, {page.name: page.text})[1]
    return sorted((*found, *wrong, *_unread(root), *repeated(read)))


def _built(root: Path, more: Mapping[str, str]) -> tuple[Edition | None, list[Problem]]:
    """The house without its articles: what they may name, and whether the rest can serve."""
    paths = (root / "domain.yml", *(root / "policies").glob("*.yml"))
    try:
        files = {path.relative_to(root).as_posix(): text_of(root, path) for path in paths if path.is_file()}
        return build({**files, **more}), []
    except BadPolicy as error:
        return None, [problem(error)]


def _unread(root: Path) -> Iterator[Problem]:
    for path in (root / FOLDER).rglob("*.yaml"):
        yield Problem(path.relative_to(root).as_posix(), 1, "nobody reads this file; let its name end in .yml")


def _tests(page: Page, names: set[str]) -> Iterator[Problem]:
    if not isinstance(page.data, list):
        yield Problem(page.name, 1, "must be a list of `- {q: text, article: id or null}`")
        return
    for position, entry in enumerate(page.data):
        try:
            expected = case(page.name, entry).article
        except BadPolicy as error:
            yield problem(error, page.name, page.line(position))
            continue
        if expected and expected not in names:
            yield Problem(page.name, page.line(position), f"no article is called {expected}; correct the id")
