"""`sambut kb`: every planted mistake is named with file and line, and figures are what the answers were."""

import re
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.domain.edition import build
from bot.services.editions import read_files
from bot.tools.kb_lint import lint
from tests.house import MONDAY, ROOT

ROUTER, HOURS = "knowledge_base/router-slow.yml", "knowledge_base/opening-hours.yml"
NOTHING, TESTS = "knowledge_base/unanswerable.yml", "knowledge_base/tests/questions.yml"
FIRST = "kenapa router RPN Mesh lambat?"  # of router-slow
ASKED = r"^  id:\n    - kenapa.*?^answer"  # its questions


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The company's files, free to be spoilt."""
    for folder in ("policies", "knowledge_base"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


def plant(root: Path, name: str, old: str, new: str) -> None:
    """`old` is a pattern, replaced once."""
    text, times = re.subn(old, lambda _: new, (root / name).read_text(encoding="utf-8"), count=1, flags=re.M | re.S)
    assert times == 1
    (root / name).write_text(text, encoding="utf-8")


def said(root: Path, now: datetime = MONDAY) -> list[str]:
    return [str(problem) for problem in lint(root, now)]


def test_the_real_folder_is_clean_and_checked_quickly() -> None:
    started = time.process_time()
    assert said(ROOT) == []
    assert time.process_time() - started < 2


MISTAKES = [
    # file, what is replaced by what, a text in the line that is named (else the first), what is said
    (ROUTER, "title:", "title: [", "en: Slow", "look for a missing quotation mark"),
    (ROUTER, "^owner", "owner: x\nowner", "owner: cs-lead", "'owner' stands here twice"),
    (ROUTER, "Router lambat$", "*lambat", "*lambat", "aliases (*name) are not allowed here"),
    (ROUTER, "Router lambat$", "[" * 60 + "]" * 60, "[[", "nested too deeply"),
    (ROUTER, ".*", "- lambat", "", "must hold `field: value` entries"),
    (ROUTER, ".*", "", "", "must hold `field: value` entries"),
    (ROUTER, "^owner: cs-lead\n", "", "", "the field owner is missing"),
    (ROUTER, "^owner", "pemilik: x\nowner", "pemilik", "pemilik is no field of an article"),
    (ROUTER, "^id: router-slow", "id: router", "id: router", "the id 'router' differs from the file's name"),
    (ROUTER, "\n  en: Slow router", "", "title:", "title: English is missing: write it under `en:`"),
    (ROUTER, "^    - Please restart.*?\n", "", "steps:", "steps: must be at least one, and as many in every language"),
    (ROUTER, "^valid_from: .*?\n", "valid_from: besok\n", "valid_from", "'besok' is no date"),
    (ROUTER, "^valid_from: .*?\n", "valid_from: 2026-11-24\n", "valid_from", "warning: not told before 2026-11-24"),
    (ROUTER, "^owner", "valid_until: 2026-11-22\nowner", "valid_until", "warning: not told since 2026-11-22"),
    (ROUTER, r"related: \[", "related: [router-fast, ", "related:", "no article is called router-fast"),
    (ROUTER, f"{FIRST[:-1]}.", "kenapa: router lambat?", "kenapa: router", "put it in quotation marks"),
    (ROUTER, ASKED, "  id: [a b c, d]\n  eng: [e, f]\nanswer", "questions:", "must hold lists under id and en"),
    (ROUTER, ASKED, "  id: [q r s, t]\n  en: [u]\nanswer", "questions:", "warning: only 3 example questions"),
    (ROUTER, r"^  en:\n    - Why is.*?^answer", "answer", "questions:", "warning: no question in English"),
    (HOURS, r"\{\{ hours.zone", "{{ hours.zona", "hours.zona", "hours.zona }} has no value in the Indonesian answer"),
    (HOURS, r"\{\{ hours_en.zone", "{{ hours.zone", "{{ hours.zone }}). Outside", "in the English answer"),
    (HOURS, r"\{\{ hours.zone \}\}", "{{ hours.zone", "{{ hours.zone", "is not written as {{ name }}"),
    (ROUTER, "restart the router every", "wait {{ days }} every", "{{ days }}", "has no value in the English steps"),
    (ROUTER, "^answer", "    - KENAPA  router RPN-Mesh lambat\nanswer", "KENAPA", f"stands in {ROUTER}:11 already"),
    (NOTHING, "^questions:", "questions:\n  - Kenapa router RPN Mesh lambat??", "Kenapa", "delete the line here"),
    (NOTHING, "^questions:", "questions:\n  - bisa bahasa Sunda: gak?", "Sunda", "put it in quotation marks"),
    (NOTHING, "^questions:", "pertanyaan:", "", "questions: must be a list of `- text`"),
    (TESTS, r"\Z", f'\n- {{q: "{FIRST}", article: router-slow}}\n', FIRST, "rewrite it here"),
    (TESTS, r"\Z", "\n- {q: kantor pusatnya di gedung apa lantai berapa, article: null}\n", "kantor pusat", "rewrite"),
    (TESTS, r"\Z", "\n- {q: Xyzzy?, article: null}\n- {q: xyzzy, article: null}\n", "xyzzy", "warning: 'xyzzy' stands"),
    (TESTS, r"\Z", "\n- {q: xyzzy?, article: xyzzy}\n", "xyzzy", "no article is called xyzzy"),
    (TESTS, r"\Z", "\n- {q: xyzzy?}\n", "xyzzy", "write it as {q: text, article: id or null}"),
    (TESTS, r"\Z", "\n- {q: xyzzy?, artikel: null, article: null}\n", "xyzzy", "write it as {q: text"),
    (TESTS, r"\Z", "\n- xyzzy\n", "xyzzy", "write it as {q: text"),
    (TESTS, ".*", "q: xyzzy", "", "must be a list of `- {q: text, article: id or null}`"),
    ("policies/sla.yml", "resolution: 3d", "resolution: besok", "", "besok"),
    ("domain.yml", r"\Z", "\nx: *y\n", "x: *y", "aliases (*name)"),
]


@pytest.mark.parametrize(("name", "old", "new", "at", "text"), MISTAKES)
def test_a_mistake_is_named_with_its_line(root: Path, name: str, old: str, new: str, at: str, text: str) -> None:
    plant(root, name, old, new)
    (found,) = said(root)
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    line = next((number for number, said in enumerate(lines, 1) if at and at in said), 1)
    assert found.startswith(f"{name}:{line}: ")
    assert text in found


def test_what_serving_refuses_is_an_error_and_nothing_else_is_refused(root: Path) -> None:
    plant(root, HOURS, "^valid_from: .*?$", "valid_from: 2027-01-01")
    plant(root, ROUTER, "^answer", f"    - {FIRST}\nanswer")
    assert all("warning: " in found for found in said(root))
    build(read_files(root))


def test_a_question_of_two_articles_is_named_in_the_second(root: Path) -> None:
    plant(root, HOURS, "^questions:\n  id:", "questions:\n  id:\n    - KENAPA Router RPN-Mesh  lambat")
    (found,) = said(root)
    assert found.startswith(f"{ROUTER}:11: {FIRST!r} stands in {HOURS}:11 already; keep it in the one article")


def test_all_problems_are_reported_also_those_of_one_article(root: Path) -> None:
    plant(root, HOURS, "^id: ", "id: [")
    plant(root, ROUTER, "^owner: cs-lead\n", "")
    plant(root, ROUTER, "\n  en: Slow router", "")
    plant(root, ROUTER, "- Silakan perbarui firmware router", "- Tunggu {{ hari }} lalu {{ jam }}")
    plant(root, ROUTER, "^valid_from", "valid_until: 2025-12-31\nvalid_from")
    plant(root, ROUTER, "- lemot$", "- 5")
    plant(root, NOTHING, "^questions:", "questions:\n  - a: b\n  - c: d")
    (root / "knowledge_base/parkir.yaml").touch()
    (root / "knowledge_base/lama.yml").write_bytes(b"caf\xe9")
    found = said(root)
    parts = ["owner is", "title: ", "valid_from", "not told since", "questions: YAML", "{{ hari }}", "{{ jam }}"]
    assert [sum(part in each for each in found if ROUTER in each) for part in parts] == [1] * len(parts)
    assert [each.split(":")[0] for each in found if "router-slow" not in each] == [
        "knowledge_base/lama.yml", HOURS, "knowledge_base/parkir.yaml", NOTHING, NOTHING
    ]  # fmt: skip


def test_a_broken_house_is_said_once_and_hides_no_article(root: Path) -> None:
    plant(root, "policies/company.yml", "^name:", "- name:")
    plant(root, ROUTER, "^owner: cs-lead\n", "")
    assert [found.split(":")[0] for found in said(root)] == [ROUTER, "policies/company.yml"]


def test_a_day_is_the_companys_day(root: Path) -> None:
    plant(root, ROUTER, "^owner", "valid_until: 2026-11-23\nowner")
    assert said(root, datetime(2026, 11, 23, 16, 59, tzinfo=UTC)) == []
    assert len(said(root, datetime(2026, 11, 23, 17, 0, tzinfo=UTC))) == 1  # midnight in Jakarta


@pytest.mark.parametrize(
    ("old", "new", "code", "last"),
    [
        ("^owner", "owner", 0, "errors 0, warnings 0"),
        ("^owner", "valid_until: 2026-01-02\nowner", 0, "errors 0, warnings 1"),
        ("^owner", "pemilik: x\nowner", 1, "errors 1, warnings 0"),
    ],
)
def test_the_command_fails_on_errors_only(
    root: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, code: int, last: str
) -> None:
    plant(root, ROUTER, old, new)
    monkeypatch.setenv("SAMBUT_ROOT", str(root))
    result = CliRunner().invoke(app, ["kb", "lint"])
    assert (result.exit_code, result.output.splitlines()[-1]) == (code, f"knowledge_base/: {last}")
