"""All files of knowledge_base/, read one by one: a broken one hides no other."""

from pathlib import Path

from bot.errors import BadPolicy
from bot.tools.kb_page import FOLDER, TESTS, Page, page
from bot.tools.kb_problem import Problem, problem


def pages(root: Path) -> tuple[list[Page], list[Problem]]:
    """Those that can be read, and what is wrong with the others."""
    read: list[Page] = []
    broken: list[Problem] = []
    for path in (*(root / FOLDER).glob("*.yml"), *(root / TESTS).glob("*.yml")):
        try:
            read.append(page(path.relative_to(root).as_posix(), text_of(root, path)))
        except BadPolicy as error:
            broken.append(_explained(problem(error, path.relative_to(root).as_posix())))
    return read, broken


def _explained(found: Problem) -> Problem:
    """libyaml says what it stumbled over, not what to do about it."""
    if any(word in found.text for word in ("twice", "aliases", "nested", "larger", "UTF-8")):
        return found
    hint = f"{found.text}: look for a missing quotation mark, colon or indent here or just above"
    return Problem(found.file, found.line, hint)


def text_of(root: Path, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as error:
        name = path.relative_to(root).as_posix()
        raise BadPolicy(f"{name}: cannot be read ({type(error).__name__}); save it as UTF-8") from None
