"""Validators of form answers. Each takes what the customer typed and returns the value to keep.

They raise InvalidAnswer with the wording key of a sentence that helps.
"""

import re

import phonenumbers

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}")
_PHONE = re.compile(r"(?:\+|00)?\d[\d ().-]{6,20}\d")
_ORDER = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z/-]{0,8}\d)[A-Za-z0-9][A-Za-z0-9/-]{3,28}[A-Za-z0-9](?![A-Za-z0-9])")
_ORDER_NAMED = re.compile(
    r"(?:no(?:mor|\.)?|nomer|id|kode)\s*(?:pesanan|order|invoice|transaksi|pemesanan|resi)"
    r"\s*(?:saya|nya|:|#|itu|adalah)*\s*"
    r"([A-Za-z0-9][A-Za-z0-9/-]{3,28})",
    re.IGNORECASE,
)
_NAME_START = re.compile(
    r"^(?:(?:nama|nm)\s+(?:saya|aku|gw|lengkap(?: saya)?)?|saya|aku|dengan|atas nama|a\.?n\.?|my name is)\s*:?\s+",
    re.IGNORECASE,
)
_NAME_SAID = re.compile(r"\bnama (?:saya|lengkap saya|aku|gw)\s*:?\s+([A-Za-z.' -]{2,60})", re.I)
_AFTER_NAME = re.compile(r"\s+(?:hp|no|nomor|mau|ingin|dari|dan|order|pesanan|email|telp|wa|saya)\b", re.IGNORECASE)
_NO_NAME = frozenset(
    "apa apakah kapan berapa brp gimana gmn bagaimana kenapa knp mana dimana siapa kok jam harga tolong mohon mau"
    " bisa ya iya ga gak tidak belum halo hai ok oke cek what when where how why".split()
)
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
    said = _NAME_START.sub("", text.strip()).strip(" .,")
    if not 2 <= len(said) <= 60 or not _NAME.fullmatch(said) or said.lower().split()[0] in _NO_NAME:
        raise InvalidAnswer("utter_invalid_name")
    return said.title() if said.islower() or said.isupper() else said


def contact(text: str) -> str:
    """An e-mail address in lower case, or a phone number as E.164 (read as Indonesian)."""
    found = find_contact(text)
    if found is None:
        raise InvalidAnswer("utter_invalid_contact")
    return found


def order_number(text: str) -> str:
    found = find_order_number(text) or next((m.group() for m in _ORDER.finditer(text)), None)
    if found is None or not any(c.isdigit() for c in found):
        raise InvalidAnswer("utter_invalid_order_number")
    return found.upper()


def find_contact(text: str) -> str | None:
    """A reachable contact anywhere in a text."""
    mail = _EMAIL.search(text)
    if mail:
        return mail.group().lower()
    return next((number for hit in _PHONE.finditer(text) if (number := _e164(hit.group()))), None)


def _e164(text: str) -> str | None:
    try:
        parsed = phonenumbers.parse("+" + text[2:] if text.startswith("00") else text, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def find_order_number(text: str) -> str | None:
    """An order number that the text names as one (`no pesanan ...`)."""
    hits = (m.group(1) for m in _ORDER_NAMED.finditer(text) if any(c.isdigit() for c in m.group(1)))
    return next((hit.upper() for hit in hits), None)


def find_name(text: str) -> str | None:
    """A name after `nama saya`, up to the first word that is no name."""
    found = _NAME_SAID.search(text)
    if not found:
        return None
    words = re.split(r"\s+(?:hp|no|nomor|mau|ingin|dari|dan|order|pesanan|email|telp|wa|saya)\b", found[1], flags=re.I)
    try:
        return name(words[0])
    except InvalidAnswer:
        return None
