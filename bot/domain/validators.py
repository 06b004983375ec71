"""Validators of form answers. Each takes what the customer typed and returns the value to keep.

They raise InvalidAnswer with the wording key of a sentence that helps.
"""

import re
from collections.abc import Iterable

from bot.domain.details.codes import is_code, order_numbers
from bot.domain.details.contacts import EMAIL, PHONE, emails, phones
from bot.domain.details.names import NO_NAME, names, spelt
from bot.messages import Detail

_TOKEN = r"(?=[A-Za-z/-]{0,8}\d)[A-Za-z0-9][A-Za-z0-9/-]{3,28}"
_ORDER = re.compile(rf"(?<![A-Za-z0-9]){_TOKEN}[A-Za-z0-9](?![A-Za-z0-9])")
_NAME_START = re.compile(
    r"^(?:(?:nama|nm)(?:\s+lengkap)?(?:\s+(?:saya|aku|gw))?|saya|aku|dengan|atas nama|a\.n\.?|a/n|my name"
    r"|panggil(?:\s+(?:saja|aja|saya))?)(?:\s+(?:adalah|is))?(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r"[\s,;]+(?:hp|no|nomor|mau|ingin|dari|dan|order|pesanan|email|telp|wa|saya)\b.*", re.I)
_GREETING = re.compile(r"selamat\s+(?:pagi|siang|sore|malam)\b", re.I)
_NAME = re.compile(r"[^\W\d_][^\W\d_.'’ -]*(?:[ .'’-]+[^\W\d_]+){0,5}\.?")


class InvalidAnswer(ValueError):
    """The answer cannot be kept; `key` names the wording that says why and what would do."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def story(text: str) -> str:
    """Free text of at least two words; what the customer tells is never argued with."""
    if len(text.split()) < 2:
        raise InvalidAnswer("utter_invalid_story")
    return text


def anything(text: str) -> str:
    if not text.strip():
        raise InvalidAnswer("utter_invalid_story")
    return text.strip()


def name(text: str) -> str:
    """A name as it was written; a phone number or an address beside it is left to its own question."""
    said = _NAME_START.sub("", " ".join(text.split())[:200])
    said = _AFTER_NAME.sub("", PHONE.sub("", EMAIL.sub("", said)).strip(" .,;:!-")).strip(" .,;:!-")
    wrong = not 2 <= len(said) <= 60 or not _NAME.fullmatch(said) or _GREETING.match(said)
    if wrong or said.lower().split()[0] in NO_NAME:
        raise InvalidAnswer("utter_invalid_name")
    return spelt(said)


def contact(text: str) -> str:
    """An e-mail address in lower case, or a phone number as E.164 (read as Indonesian)."""
    found = find_contact(text)
    if found is None:
        raise InvalidAnswer("utter_invalid_contact")
    return found


def order_number(text: str) -> str:
    """A code with a digit in it; a date and a phone number are none."""
    codes = (hit.group() for hit in _ORDER.finditer(text))
    found = find_order_number(text) or next((code for code in codes if is_code(code)), None)
    if found is None:
        raise InvalidAnswer("utter_invalid_order_number")
    return found.upper()


def find_contact(text: str) -> str | None:
    """A reachable contact anywhere in a text."""
    return _first(emails(text)) or _first(phones(text))


def find_order_number(text: str) -> str | None:
    """An order number that the text names as one (`no pesanan ...`, `pesanan RPN-12345`)."""
    return _first(order_numbers(text))


def find_name(text: str) -> str | None:
    """A name that the text says is one (`nama saya ...`, `a.n. ...`)."""
    return _first(names(text))


def _first(found: Iterable[Detail]) -> str | None:
    return next((detail.value for detail in found), None)
