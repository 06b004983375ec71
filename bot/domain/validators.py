"""Validators of form answers. Each takes what the customer typed and returns the value to keep.

They raise InvalidAnswer with the wording key of a sentence that helps.
"""

import re

import phonenumbers

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}")
_PHONE = re.compile(r"(?:\+|00)?\d[\d ().‐-―-]{6,20}\d")
_TOKEN = r"(?=[A-Za-z/-]{0,8}\d)[A-Za-z0-9][A-Za-z0-9/-]{3,28}"
_ORDER = re.compile(rf"(?<![A-Za-z0-9]){_TOKEN}[A-Za-z0-9](?![A-Za-z0-9])")
_THING = r"(?:pesanan|order|invoice|transaksi|pemesanan|resi)"
_ORDER_NAMED = re.compile(
    rf"(?:no(?:mor|\.)?|nomer|id|kode)\s{{0,3}}{_THING}[\s:#]{{0,3}}(?:(?:saya|nya|itu|adalah)[\s:#]{{0,3}}){{0,2}}"
    r"([A-Za-z0-9][A-Za-z0-9/-]{3,28})",
    re.IGNORECASE,
)
# "pesanan RPN-12345": without the word "nomor" only a code is one, a bare figure may be an amount.
_ORDER_CODE = re.compile(
    rf"\b{_THING}[\s:#]{{1,3}}(?:(?:saya|nomor|nomer|no\.?|id|dengan)[\s:#]{{1,3}}){{0,3}}"
    r"([A-Za-z]{1,6}[/-]?\d[A-Za-z0-9/-]{2,24})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}[/-]\d{1,2}[/-]\d{2,4}")
_NAME_START = re.compile(
    r"^(?:(?:nama|nm)(?:\s+lengkap)?(?:\s+(?:saya|aku|gw))?|saya|aku|dengan|atas nama|a\.n\.?|a/n|my name"
    r"|panggil(?:\s+(?:saja|aja|saya))?)(?:\s+(?:adalah|is))?(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
_NAME_SAID = re.compile(
    r"\bnama (?:saya|lengkap saya|aku|gw)\s{0,3}:?\s{1,3}((?:adalah )?[^\W\d_][^\d_\n,;:!?]{1,60})", re.I
)
_AFTER_NAME = re.compile(r"[\s,;]+(?:hp|no|nomor|mau|ingin|dari|dan|order|pesanan|email|telp|wa|saya)\b.*", re.I)
_GREETING = re.compile(r"selamat\s+(?:pagi|siang|sore|malam)\b", re.I)
_NO_NAME = frozenset(
    "apa apakah kapan berapa brp gimana gmn bagaimana kenapa knp mana dimana siapa kok jam harga tolong mohon mau"
    " bisa ya iya ga gak tidak belum halo hai ok oke cek what when where how why pagi siang sore malam terima"
    " makasih baik sudah udah nanti promo ongkir permisi sebentar assalamualaikum kalau kalo boleh ada masih salah"
    " beda keliru tertulis terdaftar berubah di yang".split()
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
    """A name as it was written; a phone number or an address beside it is left to its own question."""
    said = _NAME_START.sub("", " ".join(text.split())[:200])
    said = _AFTER_NAME.sub("", _PHONE.sub("", _EMAIL.sub("", said)).strip(" .,;:!-")).strip(" .,;:!-")
    wrong = not 2 <= len(said) <= 60 or not _NAME.fullmatch(said) or _GREETING.match(said)
    if wrong or said.lower().split()[0] in _NO_NAME:
        raise InvalidAnswer("utter_invalid_name")
    return said.title() if said.islower() or said.isupper() else said


def contact(text: str) -> str:
    """An e-mail address in lower case, or a phone number as E.164 (read as Indonesian)."""
    found = find_contact(text)
    if found is None:
        raise InvalidAnswer("utter_invalid_contact")
    return found


def order_number(text: str) -> str:
    """A code with a digit in it; a date and a phone number are none."""
    codes = (hit.group() for hit in _ORDER.finditer(text))
    found = find_order_number(text) or next((code for code in codes if _is_code(code)), None)
    if found is None:
        raise InvalidAnswer("utter_invalid_order_number")
    return found.upper()


def _is_code(text: str) -> bool:
    phone = text.startswith(("08", "62")) and _e164(text)
    return any(c.isdigit() for c in text) and not _DATE.fullmatch(text) and not phone


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
    """An order number that the text names as one (`no pesanan ...`, `pesanan RPN-12345`)."""
    hits = (hit.group(1) for pattern in (_ORDER_NAMED, _ORDER_CODE) for hit in pattern.finditer(text))
    return next((hit.upper() for hit in hits if any(c.isdigit() for c in hit)), None)


def find_name(text: str) -> str | None:
    """A name after `nama saya`, up to the first word that is no name."""
    found = _NAME_SAID.search(text)
    try:
        return name(found[1]) if found else None
    except InvalidAnswer:
        return None
