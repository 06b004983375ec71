"""`sambut kb search`: which articles a text finds, and what speaks for each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import numpy as np

from bot.domain.ranker import Floats, Ranker, centred
from bot.messages import Json, Match, Understood
from bot.settings import Settings
from bot.store import vectors
from bot.tools.kb_ask import ask, table
from bot.tools.reader import Reader, reader

_MOST = 5
_LITTLE = 0.1  # of a word's part of the score: less is not shown
_OUTCOMES = {"answer": "the first is told", "offer": "the likeliest are offered", "none": "none is told"}


async def run(settings: Settings, text: str, as_json: bool, out: TextIO) -> None:
    async with reader(settings) as read:
        found = await explained(read, text)
        limits = read.edition.limits
    if as_json:
        print(json.dumps(found, ensure_ascii=False), file=out)
        return
    print(f"{_OUTCOMES[found['band']]} (told from {limits.answer}, offered from {limits.offer})", file=out)
    print(*shown(found), sep="\n", file=out)


async def explained(read: Reader, text: str) -> Json:
    """The best articles, each with the words that speak for it and the nearest of its example questions."""
    heard, ranker = await ask(read, text), read.search.ranker
    assert ranker is not None, "the reader has fitted it"
    best = [await _reasons(read, ranker, heard, match) for match in heard.matches[:_MOST]]
    return {"text": text, "band": heard.band, "articles": best}


async def _reasons(read: Reader, ranker: Ranker, heard: Understood, match: Match) -> Json:
    questions = read.edition.articles[match.article].questions
    known = await vectors.load(read.database, heard.encoder, questions)
    question, cosine = nearest(heard.vector, ranker.centre, known)
    return {
        "id": match.article,
        "score": match.score,
        "words": [{"word": word, "part": part} for word, part in ranker.words(heard.text, match.article)],
        "nearest": {"question": question, "cosine": cosine},
    }


def nearest(vector: Sequence[float], centre: Floats, known: Mapping[str, Floats]) -> tuple[str, float]:
    """Measured from the examples' mean, as the ranker does: raw vectors of one encoder are all alike."""
    near = centred(np.stack(list(known.values())), centre) @ centred(np.asarray(vector, np.float32), centre)
    best = int(near.argmax())
    return list(known)[best], round(float(near[best]), 3)


def shown(found: Json) -> list[str]:
    rows = [_row(article) for article in found["articles"]]
    return table([("score", "article", "words that speak for it", "cosine", "nearest example question"), *rows])


def _row(article: Json) -> tuple[Any, ...]:
    telling = [each for each in article["words"] if each["part"] >= _LITTLE]
    words = ", ".join(f"{each['word']} {each['part']:.1f}" for each in telling) or "-"
    near = article["nearest"]
    return f"{article['score']:.3f}", article["id"], words, f"{near['cosine']:.3f}", near["question"]
