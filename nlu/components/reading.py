"""How a chat message is cut into words, and which spelling stands for each."""

import re
from collections.abc import Iterator

_WORD = re.compile(r"https?://\S+|@\w+|[^\W_]+|[?!]+|[\U0001F300-\U0001FAFF☀-➿]")
_LONG = re.compile(r"(.)\1{2,}")


def words(text: str) -> Iterator[tuple[str, str, int]]:
    """(as written, as read, position). Read: lower case, figures as `#`, `lamaaaa` as `lamaa`; no word is dropped."""
    for found in _WORD.finditer(text):
        yield found[0], _read(found[0].lower()), found.start()


def _read(word: str) -> str:
    if word.startswith("@"):
        return "@"
    if word.startswith(("http:", "https:")):
        return "url"
    return _LONG.sub(r"\1\1", re.sub(r"\d+", "#", word))
