"""Rasa's classifier over `heads`: intent, complaint category and urgency cues of a message."""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    FEATURE_TYPE_SEQUENCE,
    INTENT,
    METADATA,
    METADATA_INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from nlu.components.heads import NONE, Head, Space, load, save

_FILE = "heads.npz"
_TOLD = 0.02  # a cue below this is not worth telling
_NEAR = 0.3  # of the strongest word's part: its neighbours above this belong to the same phrase
_WORDS = 4


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HeadsClassifier(IntentClassifier, GraphComponent):
    """Sets `intent`, `intent_ranking`, `category` and `cues` on a parsed message.

    Categories and cues are learnt from the examples' metadata (`metadata: {category: ..., cue: ...}`).
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._space: Space | None = None
        self._heads: dict[str, Head] = {}

    @classmethod
    def required_components(cls) -> list[type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength` is the inverse of the regularisation; `importance` weighs the examples of an intent."""
        return {"strength": 10.0, "dense_weight": 1.0, "importance": {}, "cue_importance": 2.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "HeadsClassifier":
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if not examples:
            return self._resource
        blocks, dense = _features(examples)
        self._space = Space.fit(blocks, dense, self._config["dense_weight"])
        features, strength = self._space.map(blocks, dense), self._config["strength"]
        intents, importance = [e.get(INTENT) for e in examples], self._config["importance"]
        self._heads["intent"] = Head.fit(features, intents, strength, importance, calibrated=True)
        told = [_told(e) for e in examples]
        categories = [about.get("category") for about in told]
        of_complaints = [row for row, category in enumerate(categories) if category]
        if of_complaints:
            labels = [categories[row] for row in of_complaints]
            self._heads["category"] = Head.fit(features[of_complaints], labels, strength)
        cues = [about.get("cue", NONE) for about in told]
        if len(set(cues)) > 1:
            emphasis = {cue: self._config["cue_importance"] for cue in set(cues) - {NONE}}
            self._heads["cue"] = Head.fit(features, cues, strength, emphasis)
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._space and message.get(TEXT):
                self._classify(message, self._space)
        return messages

    def _classify(self, message: Message, space: Space) -> None:
        features = space.map(*_features([message]))
        ranking = [{"name": n, "confidence": c} for n, c in self._heads["intent"].ranked(features)]
        message.set("intent", ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        if "category" in self._heads:
            name, confidence = self._heads["category"].ranked(features)[0]
            message.set("category", {"name": name, "confidence": confidence}, add_to_output=True)
        if "cue" in self._heads:
            found = [(n, c) for n, c in self._heads["cue"].ranked(features) if n != NONE and c >= _TOLD]
            cues = [{"name": n, "confidence": c, "words": self._words(message, space, n)} for n, c in found]
            message.set("cues", cues, add_to_output=True)

    def _words(self, message: Message, space: Space, cue: str) -> str:
        """The phrase that speaks most for the cue: its strongest word and the neighbours that speak for it too."""
        head, tokens = self._heads["cue"], message.get(TOKENS_NAMES[TEXT])
        column = head.weights[: space.rarity.size, head.names.index(cue)] * space.rarity
        parts, start = np.zeros(len(tokens)), 0
        for block in _sparse(message, FEATURE_TYPE_SEQUENCE):
            parts += block @ column[start : start + block.shape[1]]
            start += block.shape[1]
        first = last = int(parts.argmax())
        while last - first + 1 < _WORDS:
            left = parts[first - 1] if first else -np.inf
            right = parts[last + 1] if last + 1 < len(parts) else -np.inf
            if max(left, right) < _NEAR * parts.max():
                break
            first, last = (first - 1, last) if left > right else (first, last + 1)
        return message.get(TEXT)[tokens[first].start : tokens[last].end]

    def _persist(self) -> None:
        assert self._space
        with self._storage.write_to(self._resource) as folder:
            save(folder / _FILE, self._space, self._heads)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "HeadsClassifier":
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._space, component._heads = load(folder / _FILE)
        return component


def _told(example: Message) -> dict[str, str]:
    return (example.get(METADATA) or {}).get(METADATA_INTENT) or {}


def _features(messages: list[Message]) -> tuple[list[csr_matrix], np.ndarray]:
    """The blocks of each sparse featurizer, one row a message, and the sentence vectors."""
    rows = [_sparse(message, FEATURE_TYPE_SENTENCE) for message in messages]
    dense = [message.get_dense_features(TEXT)[1].features[0] for message in messages]
    return [vstack(block, format="csr") for block in zip(*rows, strict=True)], np.stack(dense).astype(np.float32)


def _sparse(message: Message, kind: str) -> list[csr_matrix]:
    return [
        csr_matrix(f.features) for f in message.features if f.is_sparse() and f.type == kind and f.attribute == TEXT
    ]
