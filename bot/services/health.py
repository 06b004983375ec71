"""What the parts say of themselves, for the health page and the chat page."""

from dataclasses import dataclass
from typing import Literal

ModelState = Literal["training", "starting", "ready", "down", "failed"]


@dataclass(slots=True)
class Health:
    """`model_note` is a short technical line for whoever runs Sambut, never for customers."""

    model: ModelState = "starting"
    model_note: str = ""
    worker: bool = False
    sender: bool = False

    @property
    def ready(self) -> bool:
        return self.worker and self.sender
