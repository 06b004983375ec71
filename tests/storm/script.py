"""What the customers of a storm write: three habits, dealt out in turn."""

import itertools
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Habit = Literal["patient", "hasty", "escalating"]
_HABITS: tuple[Habit, ...] = ("patient", "hasty", "patient", "escalating", "hasty")
_QUESTIONS = (
    "jam berapa cs buka?",
    "bagaimana cara membayar pesanan?",
    "berapa ongkos kirim?",
    "lupa kata sandi, bagaimana?",
    "berapa lama pengiriman?",
    "cara retur barang bagaimana?",
)
_STARTED = 1_794_000_000


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `report` groups the three messages that make one complaint."""

    update_id: int
    chat: int
    text: str
    kind: Literal["question", "complaint", "order_number", "wish", "human"] = "question"
    report: str = ""

    @property
    def update(self) -> dict[str, Any]:
        """As Telegram delivers it."""
        sender = {"id": self.chat, "is_bot": False, "first_name": "Budi", "language_code": "id"}
        chat = {"id": self.chat, "first_name": "Budi", "type": "private"}
        at = _STARTED + self.update_id % 1_000_000
        message = {"message_id": at - _STARTED + 1, "from": sender, "chat": chat, "date": at, "text": self.text}
        return {"update_id": self.update_id, "message": message}


@dataclass(frozen=True, slots=True)
class Chat:
    """A patient customer waits for each reply; a hasty one writes on; an escalating one wants a person."""

    id: int
    habit: Habit
    said: tuple[Said, ...]


def chats(messages: int, count: int, habits: tuple[Habit, ...] = _HABITS) -> tuple[Chat, ...]:
    ids = itertools.count(500_000_000)
    each, more = divmod(messages, count)
    return tuple(_chat(n, habits[n % len(habits)], each + (n < more), ids) for n in range(count))


def _chat(number: int, habit: Habit, length: int, ids: Iterator[int]) -> Chat:
    lines = {"patient": _patient, "hasty": _hasty, "escalating": _escalating}[habit](number)
    said = (Said(next(ids), 1000 + number, *line) for line in itertools.islice(lines, length))
    return Chat(1000 + number, habit, tuple(said))


def _patient(number: int) -> Iterator[tuple[Any, ...]]:
    for turn in itertools.count():
        name = _word(number * 1000 + turn)
        yield f"kecewa banget pesanan saya belum juga datang {name}", "complaint", name
        yield f"RPN-{10_000 + number * 100 + turn}", "order_number", name
        yield f"minta dikirim ulang saja {name}", "wish", name
        yield (_QUESTIONS[(number + turn) % len(_QUESTIONS)],)


def _hasty(number: int) -> Iterator[tuple[Any, ...]]:
    return ((_QUESTIONS[(number + turn) % len(_QUESTIONS)],) for turn in itertools.count())


def _escalating(number: int) -> Iterator[tuple[Any, ...]]:
    yield (_QUESTIONS[number % len(_QUESTIONS)],)
    yield "saya mau bicara dengan petugas", "human"
    for turn in itertools.count():
        yield (f"masih menunggu ya kak {_word(turn)}",)


def _word(number: int) -> str:
    """Letters only: a figure would be taken for an order number."""
    letters = []
    for _ in range(5):
        number, digit = divmod(number, 26)
        letters.append(string.ascii_lowercase[digit])
    return "x" + "".join(reversed(letters))
