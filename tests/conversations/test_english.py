"""A customer who is served in English reads no Indonesian, whoever or whatever speaks; the desk stays Indonesian."""

import re

import pytest

from bot.messages import Understood
from bot.store import tables
from tests.house import Customer, Hints, House, house

STORY = "I am very disappointed, my parcel is a week late and nobody answers"
UNKNOWN = "xyzzy plugh frobnicate?"
INDONESIAN = re.compile(r"\b(kami|anda|petugas|nomor|pukul|mohon|tiket|terima kasih|hari|selesai)\b", re.IGNORECASE)


async def english(sambut: House, name: str = "Budi", **more: object) -> Customer:
    """A conversation in English that has just begun."""
    customer = sambut.customer(name, **more)  # type: ignore[arg-type]
    await customer.says("hello", intent="greet")
    await customer.speaks("en")
    return customer


def only_english(customer: Customer) -> bool:
    """Since the greeting, which came before the language was known."""
    return not any(INDONESIAN.search(reply.text) for reply in customer.replies[1:])


async def test_a_question_is_answered_in_english(sambut: House) -> None:
    budi = await english(sambut)
    await budi.says("What are your customer service hours?")
    assert budi.heard("by chat and phone Monday-Friday 08:00-20:00")
    assert [b.title for b in budi.replies[-1].buttons] == ["That answers it", "Not answered yet"]
    await budi.presses("helpful:no")
    assert budi.heard("did not help")
    assert only_english(budi)


async def test_a_question_without_an_answer_has_a_number_and_an_estimate(sambut: House) -> None:
    guest = await english(sambut, "", lane="memory:guest", reachable=False)
    await guest.says(UNKNOWN)
    assert guest.heard("under number INQ-202611-00001")
    assert guest.heard("no later than tomorrow (Tuesday, 24 November 2026) at 20:00 WIB")
    assert guest.heard("May we know your name?")
    await guest.says("Siti")
    assert guest.heard("mobile number or email address")
    await guest.says("later", intent="affirm")
    assert guest.heard("We could not read that number")
    await guest.says("0812 3456 7890")
    assert guest.heard("noted your contact details")
    assert only_english(guest)


async def test_a_complaint_is_taken_in_english_and_read_by_agents_in_indonesian(sambut: House) -> None:
    budi = await english(sambut)
    await budi.says(STORY, intent="complaint")
    assert budi.heard("KLH-202611-00001")
    assert budi.heard("today at 11:05 WIB")
    assert budi.heard("Thursday, 26 November 2026 at 20:00 WIB")
    assert budi.heard("Is there an order number")
    await budi.says("RPN-12345")
    assert [b.title for b in budi.replies[-1].buttons] == ["Repair", "Replacement", "Refund", "Explanation"]
    await budi.presses("wish:Pengembalian dana")
    assert budi.heard("all the details of your complaint KLH-202611-00001")
    assert only_english(budi)
    view = await sambut.core.cases.view(1)
    assert view
    assert (view.fields["wish"], view.status_label) == ("Pengembalian dana", "sudah kami terima")


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("I want to become a customer", "register", "your registration request under number ONB-202611-00001"),
        ("please send a technician", "request_service", "your service request under number SRV-202611-00001"),
        ("please delete my data", "manage_data", "your personal data under number INQ-202611-00001"),
    ],
)
async def test_a_request_is_noted_in_english(sambut: House, text: str, intent: str, said: str) -> None:
    budi = await english(sambut)
    await budi.says(text, intent=intent)
    assert budi.heard(said)
    assert budi.heard("no later than today at 14:05 WIB")
    assert only_english(budi)


async def test_the_state_of_a_ticket_is_told_in_english(sambut: House) -> None:
    budi = await english(sambut)
    await budi.says("send a technician", intent="request_service")
    await budi.says("SRV-202611-00001")
    assert budi.heard('Ticket SRV-202611-00001 ("send a technician"): received.')
    assert budi.heard("Target for resolving it: Wednesday, 2 December 2026 at 20:00 WIB.")
    await budi.says("SRV-202611-00099")
    assert budi.heard("We cannot find ticket SRV-202611-00099")
    assert only_english(budi)


async def test_danger_is_answered_in_english(sambut: House) -> None:
    budi = await english(sambut)
    await budi.says("help, the camera is on fire!", intent="technical")
    assert budi.heard("Your safety comes first")
    assert budi.heard("An agent will reply here no later than today at 11:05 WIB")
    assert only_english(budi)


async def test_what_is_said_outside_a_turn_is_in_the_language_of_the_conversation(sambut: House) -> None:
    budi = await english(sambut)
    await budi.says("agent")
    assert budi.heard("We have passed this conversation to our agents under number INQ-202611-00001")
    await sambut.agent("claim")
    assert budi.heard("Hello, I am Rina from RPN")
    await sambut.agent("return")
    assert budi.heard("Our virtual assistant is ready to help you again")
    await sambut.agent("claim")
    await sambut.agent("resolve")
    assert budi.heard("We have marked ticket INQ-202611-00001 as resolved")
    assert only_english(budi)


async def test_the_desk_stays_indonesian(sambut: House) -> None:
    budi = await english(sambut)
    await budi.says("agent")
    await sambut.agent("reply", " ")
    assert sambut.desk.shown[-1].text == "Tulis isi pesannya lebih dulu."
    sambut.passes(minutes=11)
    await sambut.core.sweeps.unclaimed(sambut.now)
    await sambut.settle()
    assert "belum diambil" in sambut.desk.alerts[-1]
    (case, *_) = [update.case for update in sambut.desk.shown if update.case]
    assert (case.status_label, case.reasons) == ("sudah kami terima", ("Pelanggan meminta petugas",))


async def test_a_delay_is_told_in_english_and_then_a_human_is_promised(sambut: House) -> None:
    budi = await english(sambut)
    sambut.model.down = True
    await budi.write("a long question that needs the model")
    for _ in range(3):
        sambut.passes(seconds=8)
        await sambut.step()
    assert budi.heard("The answer is a little delayed")
    sambut.passes(minutes=6)
    await sambut.settle()
    assert budi.heard("An agent will reply here no later than")
    assert only_english(budi)


async def test_an_apology_for_a_parked_message_is_in_english(database_url: str) -> None:
    hints = Hints()

    async def parse(text: str) -> Understood:
        if text == "poison":
            raise RuntimeError("cannot be read")
        return await hints.parse(text)

    async with house(database_url, parse=parse) as sambut:
        hints.known["hello"] = ("greet", 0.9)
        budi = await english(sambut)
        await budi.write("poison")
        for _ in range(10):
            sambut.passes(minutes=10)
            await sambut.step()
        assert budi.heard("our system had a problem reading your message")
        assert only_english(budi)


async def test_two_conversations_at_once_keep_their_languages(sambut: House) -> None:
    budi, ani = await english(sambut), sambut.customer("Ani")
    for customer in (budi, ani):
        await customer.says("agent")
    assert budi.heard("An agent will reply here")
    assert ani.heard("Petugas akan membalas di sini")
    for ticket_id in (1, 2):
        await sambut.agent("claim", ticket_id=ticket_id)
    assert budi.heard("Hello, I am Rina")
    assert ani.heard("Halo, saya Rina")
    stored = await sambut.rows(tables.conversations)
    assert [row.language for row in stored] == ["en", "id"]
