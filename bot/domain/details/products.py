"""The company's products, also in loose spelling: "kamera rpn", "rpncam", "robot sapu"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.details.reading import spotted
from bot.messages import Detail

# What people call a thing whose name holds the word on the left.
_ALSO = {
    "cam": "kamera camera cctv",
    "plug": "colokan steker smart pintar",
    "mesh": "router",
    "sapu": "robot penyapu vacuum vakum",
    "udara": "air purifier pemurni",
}
_WORD = re.compile(r"[^\W_]+")
_GAP = r"[\s_-]{0,2}"


@dataclass(frozen=True, slots=True)
class _Product:
    """`pattern` finds its full name, or two or more of the words that may name it side by side."""

    name: str
    own: frozenset[str]
    telling: frozenset[str]
    word: re.Pattern[str]
    pattern: re.Pattern[str]


def products_in(text: str, products: tuple[str, ...]) -> Iterator[Detail]:
    """Longest first; of two products that share the words, the one whose own words they are."""
    hits = [(p, hit, _said(p, hit)) for p in _known(products) for hit in p.pattern.finditer(text)]
    named = [(p, hit, said) for p, hit, said in hits if said == p.own or (len(said) > 1 and said & p.telling)]
    named.sort(key=lambda each: (-len(each[1][0]), -len(each[2] & each[0].own), len(each[0].own)))
    return (spotted("product", hit, product.name) for product, hit, _ in named)


def _said(product: _Product, hit: re.Match[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in product.word.findall(hit.group()))


@lru_cache(maxsize=8)
def _known(products: tuple[str, ...]) -> tuple[_Product, ...]:
    """What all of them share, the brand, tells none from another."""
    words = {name: own for name in products if (own := frozenset(_WORD.findall(name.lower())))}
    brand = frozenset.intersection(*words.values()) if len(words) > 1 else frozenset()
    return tuple(_product(name, own, brand) for name, own in words.items())


def _product(name: str, own: frozenset[str], brand: frozenset[str]) -> _Product:
    words = own | {also for word in own for also in _ALSO.get(word, "").split()}
    word = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    least = min(len(own), 2) - 1
    pattern = rf"(?<![^\W_])(?:{word})(?:{_GAP}(?:{word})){{{least},5}}(?=(?:nya|ku|s)?(?![^\W_]))"
    return _Product(name, own, words - brand, re.compile(word, re.IGNORECASE), re.compile(pattern, re.IGNORECASE))
