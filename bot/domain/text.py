"""Text from outside, made fit to store and to compare."""

import re

LONGEST = 20_000
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Without NUL, control characters, lone surrogates and direction overrides; cut at LONGEST.

    PostgreSQL refuses the first, JSON the third, and the last make a text read other than it is.
    """
    return _UNFIT.sub("", text)[:LONGEST].strip()
