"""The form engine. A SOP form is declared once, as fields with validators.

The declaration is asked question by question in chat; its state is a value kept with the
conversation, so it survives restarts and days of silence. A changed form asks only what is new:
answers are kept by field name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from bot.domain.validators import InvalidAnswer
from bot.messages import Json

Find = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Field:
    """`ask` is the wording key of the question; `find` spots the value in what was said before.

    `free_text` accepts anything below a stop and a human; `optional` may be skipped.
    """

    name: str
    ask: str
    validate: Callable[[str], str]
    find: Find | None = None
    free_text: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    version: int
    fields: tuple[Field, ...]
    done: str  # wording key once everything is known
    yields: bool = False  # whether a new request may take its place

    def next(self, answers: Mapping[str, str]) -> Field | None:
        return next((f for f in self.fields if f.name not in answers), None)

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class FormState:
    """A form under way. `ticket_id` is the ticket that its answers enrich."""

    form: str
    version: int
    asked: str | None = None
    answers: Json = field(default_factory=dict)
    failures: int = 0
    ticket_id: int | None = None

    def to_json(self) -> Json:
        return {slot: getattr(self, slot) for slot in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, data: Json | None) -> Self | None:
        return cls(**data) if data else None


def begin(form: Form, known: Mapping[str, str], said: str = "", ticket_id: int | None = None) -> FormState:
    """A form with what is known and what was already said; nothing of that is asked again."""
    answers = {**known, **_spot(form, said)}
    return _ask(form, FormState(form.name, form.version, None, answers, 0, ticket_id))


def take(form: Form, state: FormState, said: str) -> FormState:
    """The state after an answer to the asked field. Raises InvalidAnswer."""
    asked = form.field(state.asked or "")
    if asked is None:  # the form changed while the customer was away
        return _ask(form, state)
    kept = asked.validate(said)
    return _ask(form, replace(state, answers={**_spot(form, said), **state.answers, asked.name: kept}))


def skip(form: Form, state: FormState) -> FormState:
    """Leave the asked field empty. Raises InvalidAnswer where the field is needed."""
    asked = form.field(state.asked or "")
    if asked is None or not asked.optional:
        raise InvalidAnswer("utter_cannot_skip")
    return _ask(form, replace(state, answers={**state.answers, asked.name: ""}))


def fail(state: FormState) -> FormState:
    return replace(state, failures=state.failures + 1)


def _spot(form: Form, said: str) -> dict[str, str]:
    return {f.name: value for f in form.fields if f.find and (value := f.find(said))}


def _ask(form: Form, state: FormState) -> FormState:
    upcoming = form.next(state.answers)
    name = upcoming.name if upcoming else None
    return replace(state, version=form.version, asked=name, failures=0)
