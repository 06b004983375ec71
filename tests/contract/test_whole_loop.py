"""The whole loop, as a customer and an agent see it."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.desk_drivers import DESKS
from tests.contract.drivers import DRIVERS
from tests.contract.help import quiet
from tests.house import House

STORY = "kecewa banget, paket sudah seminggu belum sampai juga"


@pytest.mark.parametrize(
    ("channel", "desk"),
    [("telegram-webhook", "slack"), ("telegram-polling", "slack"), ("webchat", "web"), ("telegram-webhook", "web"),
     ("webchat", "slack")],
)  # fmt: skip
async def test_from_a_complaint_to_a_person_and_back_to_the_bot(
    sambut: House, tmp_path: Path, channel: str, desk: str
) -> None:
    async with DRIVERS[channel](sambut, tmp_path) as budi, DESKS[desk](sambut, tmp_path) as agents:

        async def says(words: str, intent: str = "general") -> None:
            sambut.model.known[words] = (intent, 0.95)
            assert await budi.deliver(budi.text("Budi", words)) == [True]
            await quiet(sambut)

        async def heard() -> list[str]:
            return [reply.text for reply in await budi.heard("Budi")]

        await says(STORY, "complaint")
        assert "KLH-202611-00001" in (await heard())[-1]
        await says("petugas")
        assert "kami teruskan kepada petugas kami dengan nomor KLH-202611-00001" in (await heard())[-1]

        case: Any = await agents.seen()
        assert all(words in case for words in ("KLH-202611-00001", "Budi", STORY, "Pelanggan meminta petugas"))
        assert await agents.act("Rina", "claim") == ""
        assert "Halo, saya Rina" in (await heard())[-1]
        assert await agents.act("Rina", "reply", "Paket Anda kami lacak, mohon tunggu.") == ""
        assert (await heard())[-1] == "Paket Anda kami lacak, mohon tunggu."
        assert await agents.delivery("Paket Anda kami lacak, mohon tunggu.") == "sent"

        before = await heard()
        await says("jam berapa cs buka?")
        assert await heard() == before, "the bot is silent"
        assert (await agents.transcript()).count("jam berapa cs buka?") == 1

        assert await agents.act("Rina", "resolve") == ""
        assert "KLH-202611-00001 kami nyatakan selesai" in (await heard())[-1]
        await says("jam berapa cs buka?")
        assert "08.00-20.00" in (await heard())[-1]
        assert len(await heard()) == len(before) + 2
