"""Personal data made unreadable before it leaves for Slack or a log.

Source of the identifiers: NIK and NPWP (16 and 15 digits, also dotted or spaced), payment cards,
Indonesian phone numbers, e-mail. Ticket numbers keep their digits: they are ours and no secret.
"""

import re

_TICKET = re.compile(r"\b(?:INQ|KLH|SRV|ONB)-\d{6}-\d{5,6}\b", re.IGNORECASE)
_EMAIL = re.compile(r"\b([A-Za-z0-9])[A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})")
_DIGITS = re.compile(r"(?<![\w.])\+?\(?\d(?:[ .\-()/]{0,2}\d){7,24}(?![\w])")
_STAR = "*"


def mask(text: str) -> str:
    """The text with numbers of eight digits and more and mail addresses starred out."""
    kept: list[str] = []
    end = 0
    for ticket in _TICKET.finditer(text):
        kept += [_mask_part(text[end : ticket.start()]), ticket.group()]
        end = ticket.end()
    return "".join([*kept, _mask_part(text[end:])])


def _mask_part(text: str) -> str:
    return _DIGITS.sub(_stars, _EMAIL.sub(r"\1***@\2", text))


def _stars(found: re.Match[str]) -> str:
    """First four and last two digits stay (two and two of a short number), so that an agent can compare."""
    digits = re.sub(r"\D", "", found.group())
    head = 4 if len(digits) >= 10 else 2
    return digits[:head] + _STAR * (len(digits) - head - 2) + digits[-2:]
