"""Killed anywhere, as often as you like: nothing is lost, nothing is done twice, order holds."""

import os
import random
from pathlib import Path

import pytest

from tests.storm.checker import check, repeats
from tests.storm.driver import Storm
from tests.storm.script import chats
from tests.storm.victim import POINTS

pytestmark = pytest.mark.storm

KILLS = int(os.environ.get("SAMBUT_STORM_KILLS", "30"))
MESSAGES = max(1500, 15 * KILLS)


def _points(kills: int) -> list[str]:
    """Every fourth kill at a named point, the points in turn; the others at random moments."""
    names = list(POINTS)
    points = [names[number // 4 % len(names)] if number % 4 == 0 else "" for number in range(kills)]
    random.Random(7).shuffle(points)
    return points


async def test_nothing_is_lost_or_doubled(database_url: str, tmp_path: Path) -> None:
    storm = Storm(database_url, tmp_path, chats(MESSAGES, 60), _points(KILLS))
    evidence = await storm.rage()
    assert evidence.kills == KILLS
    check(evidence)
    print(f"{len(evidence.said)} messages, {KILLS} kills, {len(repeats(evidence))} sent twice")


async def test_the_checker_sees_what_an_early_answer_loses(tmp_path: Path) -> None:
    """A house that says 200 before its commit loses messages: the same check must find that."""
    url = f"sqlite:///{tmp_path}/sambut.db"
    points = ["accept-uncommitted"] * 6
    hasty = chats(120, 20, habits=("hasty",))
    storm = Storm(url, tmp_path, hasty, points, copies=1, environment={"STORM_ACK_EARLY": "1"})
    evidence = await storm.rage()
    with pytest.raises(AssertionError, match="messages lost"):
        check(evidence)
