"""Messages that no training saw: the project's own, and other people's where they are at hand."""

import json
from dataclasses import dataclass
from pathlib import Path

import yaml

_THREE = ("general", "technical", "complaint")


@dataclass(frozen=True)
class Message:
    """`cue` and `category` are "-" where there is none, "" where nobody said."""

    text: str
    intent: str
    style: str = ""
    category: str = ""
    cue: str = ""


def messages(path: Path) -> list[Message]:
    """From Rasa's own format for test messages; `metadata` of a block may name style, category and cue."""
    blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return [message for block in blocks for message in _of_block(block)]


def _of_block(block: dict[str, object]) -> list[Message]:
    told = block.get("metadata") or {}
    assert isinstance(told, dict)
    style = str(told.get("style", ""))
    known = (str(told.get("category", "-")), str(told.get("cue", "-"))) if style else ("", "")
    lines = str(block["examples"]).splitlines()
    return [Message(line[2:].strip(), str(block["intent"]), style, *known) for line in lines if line.startswith("- ")]


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def real(folder: Path) -> tuple[list[Message], list[Message]]:
    """Real messages of other industries whose label is clear: the three classes, and what is out of scope."""
    known = [m for m in lines(folder / "stif" / "visible_labelled.jsonl") if not m["ambiguous"]]
    found = [Message(str(m["text"]), str(m["intent"])) for m in known]
    return [m for m in found if m.intent in _THREE], [m for m in found if m.intent == "out_of_scope"]


def assistant(folder: Path) -> list[Message]:
    """Requests to a voice assistant: nothing a customer service handles."""
    return [Message(str(m["text"]), "out_of_scope") for m in lines(folder / "xsid" / "id_out_of_scope.jsonl")]
