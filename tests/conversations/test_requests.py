"""Registration, service and data requests: noted with a number, carried out by people."""

import pytest

from bot.store import tables
from tests.house import House


@pytest.mark.parametrize(
    ("text", "intent", "number", "type_"),
    [
        ("saya mau daftar jadi pelanggan", "register", "ONB-202611-00001", "onboarding"),
        ("minta teknisi untuk kamera saya", "request_service", "SRV-202611-00001", "service"),
        ("tolong hapus data saya", "manage_data", "INQ-202611-00001", "inquiry"),
    ],
)
async def test_a_request_opens_a_ticket(sambut: House, text: str, intent: str, number: str, type_: str) -> None:
    budi = sambut.customer("Budi")
    await budi.says(text, intent=intent)
    assert budi.heard(number)
    assert budi.heard("paling lambat hari ini pukul 14.05 WIB")
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.type, ticket.category, ticket.fields["request"]) == (type_, intent, text)
    assert ticket.first_response_due_at is not None


async def test_numbers_count_per_kind(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("mau daftar", intent="register")
    await budi.says("minta teknisi", intent="request_service")
    await budi.says("mau daftar lagi", intent="register")
    numbers = [ticket.number for ticket in await sambut.rows(tables.tickets)]
    assert numbers == ["ONB-202611-00001", "SRV-202611-00001", "ONB-202611-00002"]
