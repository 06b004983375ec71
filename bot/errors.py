"""The families of errors the parts agree on."""


class SambutError(Exception):
    """Base of every error with a message fit for the person who runs Sambut."""


class SetupError(SambutError):
    """Something outside must be put right before Sambut can run; the text says what."""


class BadRequest(SambutError):
    """A body that authenticated but cannot be read; answered 4xx, never stored."""


class RetryLater(SambutError):
    """A send that may succeed later. `after`: seconds the platform asked for, if it did.

    `unclear`: the message, or a part of it, may have left all the same; the next try is marked.
    """

    def __init__(self, reason: str, after: float | None = None, unclear: bool = False) -> None:
        super().__init__(reason)
        self.after, self.unclear = after, unclear


class PermanentFailure(SambutError):
    """A send that will never succeed (blocked, gone); the row leaves its lane at once."""


class ModelDown(SambutError):
    """The understanding service did not answer usably; the message must wait or go to a human."""


class LeaseLost(SambutError):
    """Another worker took the row over; this one must not write."""


class Refused(SambutError):
    """A desk command that the rules do not allow; `key` names the wording for the agent."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key, self.params = key, params


class BadPolicy(SambutError):
    """A policy, wording or knowledge file that cannot be used; the text names file and reason."""
