"""`sambut understand`: a text a line in, what was understood as one JSON object a line out."""

import json
import time
from typing import TextIO

from bot.domain.edition import Edition
from bot.messages import Json, Understood
from bot.runtime.clock import utc_now
from bot.runtime.language import likely
from bot.settings import Settings
from bot.tools.reader import reader

_MOST = 3  # articles


async def run(settings: Settings, lines: TextIO, out: TextIO) -> None:
    async with reader(settings) as read:
        for line in lines:
            text = line.strip()
            started = time.perf_counter()
            understood = await read.read(text, utc_now())
            took = (time.perf_counter() - started) * 1000
            print(json.dumps(shown(understood, read.edition, took), ensure_ascii=False), file=out, flush=True)


def shown(understood: Understood, edition: Edition, took: float) -> Json:
    """As documented in docs/understanding.md. An intent below the threshold counts as out of scope, as in a chat."""
    clear = understood.confidence >= edition.limits.intent
    return {
        "intent": understood.intent if clear else "out_of_scope",
        "confidence": round(understood.confidence, 4),
        "ranking": [{"name": name, "confidence": round(share, 4)} for name, share in understood.ranking],
        "entities": [
            {"entity": d.kind, "text": d.text, "value": d.value, "start": d.start, "end": d.start + len(d.text)}
            for d in understood.details
        ],
        "category": understood.category or None,
        "urgent": bool(understood.cues),
        "cues": [{"name": name, "words": words} for name, words in understood.cues],
        "articles": [{"id": m.article, "score": m.score} for m in understood.matches[:_MOST]],
        "band": understood.band,
        "language": understood.language or likely(understood.text),
        "also": understood.also.intent if understood.also else None,
        "ms": round(took, 2),
    }
