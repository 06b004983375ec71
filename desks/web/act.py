"""The id of an agent's action."""

import hashlib


def command_id(session: str, nonce: str, ticket_id: int, verb: str, text: str) -> str:
    """One id for one intention: a double click repeats it, an edited text from an old page does not."""
    parts = "\0".join((session, nonce, str(ticket_id), verb, text))
    return hashlib.sha256(parts.encode(errors="replace")).hexdigest()[:32]
