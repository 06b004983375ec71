"""How fast a turn is, from the webhook request to the sent reply: `python -m benchmarks.turn [--stub-model]`.

The application is a real process over SQLite on this disk, with the real model when Rasa is
installed. Only Telegram is an imitation, in this process. Everything stays on loopback.
"""

import argparse
import os
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from benchmarks.load import TOKEN, Load, stub_parse, telegram
from benchmarks.machine import parses, python_loop, syncs
from benchmarks.processes import SECRET, App, app, cpu_seconds, memory_mb
from benchmarks.wire import Poster, serving

_TURNS, _SECONDS = 200, 20.0  # of one conversation; whichever comes first
_LOAD = 0.6  # of the measured capacity


def row(name: str, value: float, unit: str, note: str = "") -> None:
    print(f"{name:<44}{value:>10.1f}  {unit:<10}{note}", flush=True)


def at(share: float, sorted_values: list[float]) -> float:
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]


async def calibrate(folder: Path, url: str, token: str) -> tuple[float, float, float]:
    """fsyncs a second, parses a second, milliseconds of one parse."""
    disk = syncs(folder)
    one, parse_ms = await parses(url, token, 1)
    eight, _ = await parses(url, token, 8)
    row("fsync of a page in the data folder", disk, "/s")
    row("bare parse, one at a time", one, "/s", f"p50 {parse_ms:.1f} ms")
    row("bare parse, eight at a time", eight, "/s")
    row("fixed Python loop", python_loop(), "ms")
    return disk, max(one, eight), parse_ms


async def converse(load: Load, running: App, side_by_side: int) -> tuple[float, list[float]]:
    before, own, replies = cpu_seconds(running.pid), time.process_time(), load.api.replies
    rate, took = await load.conversations(side_by_side, _TURNS, _SECONDS)
    turns = load.api.replies - replies
    cpu = (cpu_seconds(running.pid) - before) / turns * 1000
    row(f"turns, conversations: {side_by_side}", rate, "/s", f"{turns} turns")
    row("  webhook to sent reply, p50", at(0.5, took), "ms")
    row("  webhook to sent reply, p95", at(0.95, took), "ms")
    row("  processor time of the application", cpu, "ms/turn")
    row("  processor time of this measurement", (time.process_time() - own) / turns * 1000, "ms/turn")
    return rate, took


async def measure(stub: bool, folder: Path) -> None:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(telegram())
        model = await stack.enter_async_context(serving(stub_parse)) if stub else ""
        running = await stack.enter_async_context(app(folder, api.url, TOKEN, model))
        webhook = Poster(running.port, "/webhooks/telegram", {"X-Telegram-Bot-Api-Secret-Token": SECRET})
        stack.callback(webhook.close)
        rasa = None if stub else running.rasa()
        _, url, token = rasa or (0, model, "")
        disk, parse_rate, parse_ms = await calibrate(folder, url, token)
        load = Load(api, webhook)
        await load.conversations(2, 10, _SECONDS)
        _, alone = await converse(load, running, 1)
        capacity, _ = await converse(load, running, 8)
        answers = await load.at_rate(capacity * _LOAD, _SECONDS / 2)
        row(f"webhook answer at {capacity * _LOAD:.0f} messages/s, p50", at(0.5, answers), "ms")
        row(f"webhook answer at {capacity * _LOAD:.0f} messages/s, p99", at(0.99, answers), "ms")
        row("memory of the application", memory_mb(running.pid), "MB")
        if rasa:
            row("memory of the Rasa server", memory_mb(rasa[0]), "MB")
        row("memory of this measuring process", memory_mb(os.getpid()), "MB")
        ceiling = min(parse_rate, disk / 2)
        row("turns/s by min(parses/s, fsyncs/s / 2)", capacity / ceiling, "", f"of {ceiling:.0f}/s")
        row("p50 of one conversation minus one parse", at(0.5, alone) - parse_ms, "ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stub-model", action="store_true", help="an imitation answers instead of Rasa")
    parser.add_argument("--folder", type=Path, default=Path("var"), help="where the data lies: the disk to measure")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=args.folder) as folder:
        uvloop.run(measure(args.stub_model, Path(folder)))


if __name__ == "__main__":
    main()
