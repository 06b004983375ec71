"""YAML that people edit: its traps are refused with file and line, never met."""

import time

import pytest

from bot.domain.yaml_text import load
from bot.errors import BadPolicy

BOMB = "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n"


def refusal(text: str) -> str:
    with pytest.raises(BadPolicy) as caught:
        load("articles/a.yml", text)
    return str(caught.value)


def test_plain_yaml_is_read() -> None:
    assert load("a.yml", "a: 1\nb: [x, {c: d}]\n") == {"a": 1, "b": ["x", {"c": "d"}]}


@pytest.mark.parametrize("text", [BOMB, "&a [*a]", "a: &x {b: 1}\nc:\n  <<: *x\n"])
def test_aliases_are_refused(text: str) -> None:
    assert "aliases" in refusal(text)


def test_a_refused_alias_is_named_with_its_line() -> None:
    assert "articles/a.yml, line 2:" in refusal(BOMB)


@pytest.mark.parametrize("deep", ["[" * 190_000, "[" * 190_000 + "]" * 190_000, "{a: " * 60_000 + "1" + "}" * 60_000])
def test_deep_nesting_is_refused_at_once(deep: str) -> None:
    start = time.perf_counter()
    assert "nested" in refusal(deep)
    assert time.perf_counter() - start < 1.0


def test_deep_block_nesting_is_refused_too() -> None:
    assert "nested" in refusal("\n".join(" " * n + "a:" for n in range(300)))


def test_a_tab_is_named_with_its_line() -> None:
    assert refusal("a:\n\tb: 1\n").startswith("articles/a.yml, line 2:")


def test_a_file_that_is_too_large_is_refused() -> None:
    assert "larger" in refusal("a: " + "x" * 400_001)


def test_a_key_that_stands_twice_is_refused() -> None:
    """YAML itself keeps the last one in silence: a lead's article would lose half of its answer."""
    assert "line 3" in refusal("a: 1\nb: 2\na: 3\n")


@pytest.mark.parametrize(
    "text", ["a: !!python/object/apply:os.system ['id']", "a: \x00", "a: \ud800", "? [a, b]\n: 1\n", "2026-13-45: x\n"]
)
def test_what_no_yaml_should_hold_is_refused(text: str) -> None:
    assert refusal(text).startswith("articles/a.yml")
