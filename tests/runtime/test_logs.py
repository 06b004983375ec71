"""What the whole house writes of a conversation full of personal data: none of it."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from bot.errors import PermanentFailure
from bot.runtime import logs
from bot.runtime.clock import utc_now
from bot.runtime.understanding import FixedServer, RasaClient
from tests.house import house

NIK, PHONE, EMAIL, CARD = "3174051203900007", "0812-3456-7890", "budi.santoso@contoh.co.id", "4111 1111 1111 1111"
TELEGRAM, SLACK, TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "xoxb-12345678-abcdefGHIJ", "f" * 32
STORY = f"kecewa! NIK {NIK}, hp {PHONE}, surel {EMAIL}, kartu {CARD}"
_PRIVATE = (NIK, PHONE, EMAIL, CARD, TELEGRAM.split(":")[1], SLACK, TOKEN, "geheim", "81234567890", "santoso")


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def _private_in(text: str) -> list[str]:
    digits = re.sub(r"\D", "", text)
    found = [word for word in _PRIVATE if word.lower() in text.lower()]
    return found + [word for word in (NIK, "081234567890", "4111111111111111") if word in digits]


async def test_a_conversation_through_the_house(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    client = RasaClient(FixedServer("http://127.0.0.1:9", TOKEN), 0.5, utc_now)
    client.down_since = None
    async with house(f"sqlite:///{tmp_path}/sambut.db", parse=client.parse) as sambut:
        budi = sambut.customer("Budi Santoso")
        await budi.says(STORY)  # nobody answers at that address
        client.down_since = None
        sambut.channel.fail = [OSError(f"connection reset while sending to {PHONE}: {STORY}")]
        await budi.says(f"petugas tolong {EMAIL}", "petugas")
        sambut.desk.fail = [PermanentFailure(f"token {SLACK} revoked for {EMAIL}")]
        await budi.says(STORY)
        for _ in range(40):
            await sambut.settle()
    await client.close()
    written = capfd.readouterr()
    assert _private_in(written.out + written.err) == []
    assert "send_unclear" in written.err, "something was written at all"


async def test_a_turn_that_fails_on_the_text_itself(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logs.set_up()

    async def explode(text: str) -> None:
        raise ValueError(f"cannot digest {text!r}")

    async with house(f"sqlite:///{tmp_path}/sambut.db", parse=explode) as sambut:  # type: ignore[arg-type]
        await sambut.customer("Budi").says(f"{NIK} {PHONE} {EMAIL}")
        for _ in range(80):
            await sambut.settle()
    written = capfd.readouterr().err
    assert "turn_failed" in written
    assert _private_in(written) == []


@pytest.mark.parametrize(
    "text",
    [
        f"Client error '401' for url 'https://api.telegram.org/bot{TELEGRAM}/getUpdates'",
        f"invalid_auth: {SLACK}",
        f"POST /model/parse?token={TOKEN} failed",
        "connection to postgresql://sambut:geheim@db/sambut lost",
        STORY,
    ],
)
def test_secrets_in_errors_of_libraries(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    structlog.get_logger().error("failed", error=text, nested={"inside": [text]})
    logging.getLogger("uvicorn.error").error("Exception: %s", text)
    try:
        raise RuntimeError(text)
    except RuntimeError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved")
    written = capfd.readouterr().err
    assert written.count("***") >= 4
    assert _private_in(written) == []


def test_no_record_can_be_forged(capfd: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    logging.getLogger("x").warning("text\nERROR root forged")
    structlog.get_logger().warning("told", text="text\nlevel='error' forged")
    assert len(capfd.readouterr().err.splitlines()) == 2


def test_numbers_and_ticket_numbers_stay_readable(capfd: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    structlog.get_logger().info("told", job=12, seconds=0.5, number="KLH-202611-00042", ok=True, gone=None)
    written = capfd.readouterr().err
    assert "job=12 seconds=0.5 number='KLH-202611-00042' ok=True gone=None" in written
    assert re.search(r"timestamp='\d{4}-\d\d-\d\dT", written)


def test_libraries_write_no_addresses_and_no_bodies(capfd: pytest.CaptureFixture[str]) -> None:
    """httpx tells every address at INFO, aiosqlite every statement with its values at DEBUG."""
    logs.set_up()
    logging.getLogger().setLevel(logging.DEBUG)  # somebody looks for a fault
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    httpx.Client(transport=transport).get(f"https://api.telegram.org/bot{TELEGRAM}/getMe")
    for name in ("httpx", "httpcore.http11", "telegram.ext.Updater", "slack_sdk.web", "slack_bolt.App", "aiosqlite",
                 "websockets.server", "sqlalchemy.engine.Engine", "uvicorn.access", "aiohttp.client"):  # fmt: skip
        assert not logging.getLogger(name).isEnabledFor(logging.INFO), name
        logging.getLogger(name).debug("body %s", "rahasia nama ibu kandung")
    assert "rahasia" not in capfd.readouterr().err
