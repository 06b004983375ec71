"""Details that a customer's message names, with their values."""

from collections.abc import Sequence
from datetime import date

from bot.domain.details.amounts import amounts
from bot.domain.details.codes import order_numbers, serial_numbers, ticket_numbers
from bot.domain.details.contacts import emails, phones
from bot.domain.details.dates import dates
from bot.domain.details.names import names
from bot.domain.details.products import products_in
from bot.domain.details.reading import read
from bot.messages import Detail


def details(text: str, today: date, products: Sequence[str]) -> tuple[Detail, ...]:
    """What the text names, in its order, no two overlapping. `today` is the customer's, `products` what is sold."""
    # The surer a finder is of its own, the earlier it reads: digits of a code are no phone, those of a phone no price.
    finders = (
        emails, ticket_numbers, serial_numbers, order_numbers,
        lambda left: dates(left, today), phones, amounts,
        lambda left: products_in(left, tuple(products)), names,
    )  # fmt: skip
    found = (detail for detail in read(text, finders) if detail.value)
    return tuple(sorted(found, key=lambda detail: detail.start))
