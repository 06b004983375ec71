"""A parse inside Rasa's own process, on one core: run by Rasa's interpreter, for benchmarks.understanding.

`python -m benchmarks.in_process MODEL < texts` prints one JSON object: the medians of each run, in milliseconds.
"""

import asyncio
import json
import os
import sys
import time
from statistics import median

import numpy as np
from rasa.core.agent import Agent

from nlu.components.encoder import Encoder, folder

_RUNS = 5


def _matrices() -> float:
    """Milliseconds for a fixed product of matrices: compares machines."""
    square = np.ones((512, 512), np.float32)
    started = time.perf_counter()
    for _ in range(10):
        square @ square
    return (time.perf_counter() - started) * 100


def _encoding(encoder: Encoder, text: str) -> float:
    started = time.perf_counter()
    encoder.encode(text)
    return (time.perf_counter() - started) * 1000


async def _parsing(agent: Agent, text: str) -> float:
    started = time.perf_counter()
    await agent.parse_message(text)
    return (time.perf_counter() - started) * 1000


def _memory() -> float:
    with open("/proc/self/status", encoding="utf-8") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


async def main() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = [line.strip() for line in sys.stdin if line.strip()]
    agent, encoder = Agent.load(sys.argv[1]), Encoder(folder())
    found: dict[str, list[float]] = {"matrices": [], "vector": [], "parse": []}
    for _ in range(_RUNS):
        found["matrices"].append(_matrices())
        found["vector"].append(median(_encoding(encoder, text) for text in texts))
        found["parse"].append(median([await _parsing(agent, text) for text in texts]))
    print(json.dumps({**found, "memory": _memory()}))


if __name__ == "__main__":
    asyncio.run(main())
