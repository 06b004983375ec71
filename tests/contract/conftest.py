from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.desk_drivers import DESKS, SlackDriver, WebDriver, slack, web
from tests.contract.drivers import DRIVERS
from tests.house import House


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """slack_sdk takes any proxy of the environment, for loopback too; and no real token may be in reach."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("TOKEN", "WEBHOOK_URL", "WEBHOOK_SECRET", "API_BASE"):
        monkeypatch.delenv(f"TELEGRAM_{name}", raising=False)
    for name in ("BOT_TOKEN", "APP_TOKEN", "CHANNEL", "API_BASE"):
        monkeypatch.delenv(f"SLACK_{name}", raising=False)


@pytest.fixture
async def driver(request: pytest.FixtureRequest, sambut: House, tmp_path: Path) -> AsyncIterator[Any]:
    async with DRIVERS[request.param](sambut, tmp_path) as made:
        yield made


@pytest.fixture
async def desk(request: pytest.FixtureRequest, sambut: House, tmp_path: Path) -> AsyncIterator[Any]:
    async with DESKS[request.param](sambut, tmp_path) as made:
        yield made


@pytest.fixture
async def both(sambut: House, tmp_path: Path) -> AsyncIterator[dict[str, SlackDriver | WebDriver]]:
    async with slack(sambut, tmp_path) as first, web(sambut, tmp_path) as second:
        yield {"slack": first, "web": second}
