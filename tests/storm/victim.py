"""The process that the storm kills: the real application, with kill points put in from outside.

Run as `python -m tests.storm.victim`. One environment as JSON per line of standard input starts the
application in a fork, with the imports already done: a restart costs a fraction of a second instead
of seconds. The answer is one line with the process id, and one with how it ended.

STORM_KILL_AT=point:n   the process kills itself with SIGKILL at the n-th passage of that point
STORM_ACK_EARLY=1       a wrong house: it says 200 first and stores afterwards
"""

import asyncio
import ctypes
import functools
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from bot import app
from bot.runtime import logs
from bot.runtime.sender import Sender
from bot.runtime.understanding import Understander
from bot.services.intake import Intake
from bot.services.turns import Turns
from bot.settings import Settings
from bot.store.queue import Queue
from channels.telegram import TelegramChannel

Step = Callable[..., Coroutine[Any, Any, Any]]
Counts = Callable[[tuple[Any, ...], Any], object]


def _customers(args: tuple[Any, ...], _: Any) -> bool:
    return bool(args[0].table.name == "inbox")


def _claimed(args: tuple[Any, ...], job: Any) -> bool:
    return job is not None and _customers(args, job)


# Each point lies right behind a step: what it wraps, and which passages count.
POINTS: dict[str, tuple[type, str, Counts]] = {
    "accept-uncommitted": (Intake, "_store", lambda _, is_new: is_new),
    "accept-committed": (Intake, "accept", lambda _, new: any(new)),
    "claimed": (Queue, "claim", _claimed),
    "understood": (Understander, "read", lambda *_: True),
    "turn-uncommitted": (Queue, "finish", _customers),
    "turn-committed": (Turns, "take", lambda *_: True),
    "sent": (TelegramChannel, "send", lambda *_: True),
    "receipt-committed": (Sender, "_sent", lambda *_: True),
}


def die_with_parent() -> None:
    """Linux: nothing of the storm outlives a test run that is killed itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _kill_at(point: str, passage: int) -> None:
    owner, name, counts = POINTS[point]
    step: Step = getattr(owner, name)
    passed = 0

    @functools.wraps(step)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal passed
        result = await step(*args, **kwargs)
        passed += bool(counts(args, result))
        if passed >= passage:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, wrapped)


def _ack_early() -> None:
    store: Step = Intake.accept
    under_way: set[asyncio.Task[Any]] = set()

    async def accept(self: Intake, messages: list[Any], now: Any) -> list[bool]:
        task = asyncio.create_task(store(self, messages, now))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        return [True] * len(messages)

    setattr(Intake, "accept", accept)  # noqa: B010


def serve() -> None:
    # What a platform allows per second has tests of its own; here it would only stretch the time.
    TelegramChannel.pace = None
    if os.environ.get("STORM_ACK_EARLY"):
        _ack_early()
    if wanted := os.environ.get("STORM_KILL_AT"):
        point, _, passage = wanted.partition(":")
        _kill_at(point, int(passage))
    logs.set_up()
    asyncio.run(app.run(Settings(), lambda line: print(line, file=sys.stderr)))


def _fork(environment: dict[str, str]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.environ.update(environment)
        serve()
        code = 0
    except BaseException as error:
        print(f"victim: {error!r}", file=sys.stderr, flush=True)
    os._exit(code)


def main() -> None:
    die_with_parent()
    for line in sys.stdin:
        started = time.monotonic()
        pid = _fork(json.loads(line))
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), round(time.monotonic() - started, 3), flush=True)


if __name__ == "__main__":
    main()
