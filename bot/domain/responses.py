"""The responses that workflows and services say, and what each may contain beside `company`.

A lead edits domain.yml while customers write: a response that is gone or names an unknown
placeholder must be refused when it is saved, not when a customer waits for it. One that lacks a
language would answer customers in words that they may not read.
"""

from collections.abc import Collection, Mapping
from typing import Any

from bot.domain.tickets import TRANSITIONS
from bot.domain.wording import LANGUAGES, Variant, Wording, fill
from bot.errors import BadPolicy

_MARK = "`metadata: {language: en}`"

PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "utter_intro", "utter_greet", "utter_goodbye", "utter_thank", "utter_affirm", "utter_deny",
            "utter_out_of_scope", "utter_rephrase", "utter_helped", "utter_not_helped", "utter_attachment",
            "utter_ask_story", "utter_ask_order_number", "utter_ask_wish", "utter_ask_name", "utter_ask_contact",
            "utter_invalid_story", "utter_invalid_name", "utter_invalid_contact", "utter_invalid_order_number",
            "utter_cannot_skip", "utter_stale_button", "utter_cancel", "utter_no_tickets", "utter_danger",
            "utter_fraud", "utter_returned", "utter_delayed", "utter_language", "utter_offer", "utter_step_worked",
            "utter_steps_stopped",
        ),
        (),
    ),
    **{f"utter_status_{status}": () for status in TRANSITIONS},
    "utter_article": ("answer",),
    "utter_step": ("intro", "at", "of", "step"),
    **dict.fromkeys(
        (
            "utter_inquiry_ticket", "utter_register_ticket", "utter_service_ticket", "utter_data_ticket",
            "utter_handoff", "utter_apology", "utter_steps_exhausted",
        ),
        ("number", "estimate"),
    ),
    "utter_complaint_ticket": ("number", "first_response", "resolution"),
    **dict.fromkeys(
        (
            "utter_complaint_done", "utter_contact_done", "utter_cancelled", "utter_ticket_unknown", "utter_resolved",
        ),
        ("asked",),
    ),
    "utter_ticket_status": ("asked", "subject", "due", "with_human", "status_label"),
    "utter_also_noted": ("also",),
    "utter_claimed": ("agent",),
}  # fmt: skip


def check(wording: Wording, company: Mapping[str, str]) -> None:
    """Raises BadPolicy naming the response that is missing or cannot be said."""
    for key, names in PLACEHOLDERS.items():
        variants = wording.get(key, ())
        for variant in variants:
            _say(key, variant.text, {"company": company, **dict.fromkeys(names, "x")})
            _say(key, variant.text, {"company": company, **dict.fromkeys(names, "")})
        _in_every_language(key, variants)


def _in_every_language(key: str, variants: Collection[Variant]) -> None:
    spoken = {variant.language for variant in variants}
    if missing := [name for code, name in LANGUAGES.items() if code not in spoken]:
        raise BadPolicy(f"domain.yml has no {missing[0]} response {key}; English ones carry {_MARK}")


def _say(key: str, text: str, values: Mapping[str, Any]) -> None:
    try:
        fill(text, values)
    except BadPolicy as error:
        raise BadPolicy(f"domain.yml, {key}: {error}") from None
