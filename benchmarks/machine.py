"""What this machine and this model server can do at all: the figures that others are measured by."""

import asyncio
import os
import time
from pathlib import Path

import aiohttp

_SECONDS = 2.0
_LOOP = 2_000_000
TEXTS = (
    "jam berapa cs buka?",
    "bagaimana cara membayar pesanan?",
    "berapa ongkos kirim?",
    "apakah ada toko di Surabaya?",
    "berapa lama pengiriman?",
    "cara retur barang bagaimana?",
)


def syncs(folder: Path) -> float:
    """Appends of one database page with fsync, per second."""
    path, count, started = folder / "sync.bin", 0, time.perf_counter()
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    while time.perf_counter() - started < _SECONDS:
        os.write(file, b"x" * 4096)
        os.fsync(file)
        count += 1
    os.close(file)
    path.unlink()
    return count / (time.perf_counter() - started)


def python_loop() -> float:
    """Milliseconds for a fixed loop: compares machines."""
    started, total = time.perf_counter(), 0
    for number in range(_LOOP):
        total += number & 7
    return (time.perf_counter() - started) * 1000


async def parses(url: str, token: str, side_by_side: int) -> tuple[float, float]:
    """Bare requests to the model server: how many a second, and the middle one's milliseconds."""
    took: list[float] = []
    end = time.perf_counter() + _SECONDS * 2
    params = {"token": token} if token else {}

    async def ask(session: aiohttp.ClientSession) -> None:
        while time.perf_counter() < end:
            started = time.perf_counter()
            body = {"text": TEXTS[len(took) % len(TEXTS)]}
            async with session.post(f"{url}/model/parse", params=params, json=body) as answer:
                await answer.read()
            took.append(time.perf_counter() - started)

    started = time.perf_counter()
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(ask(session) for _ in range(side_by_side)))
    return len(took) / (time.perf_counter() - started), sorted(took)[len(took) // 2] * 1000
