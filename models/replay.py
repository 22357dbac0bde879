"""Bit-exact replay: a logged request, scored and reranked again by the model version that answered."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from butler.domain import Impression
from features.vector import NAMES
from models.composite import Composite
from models.rerank import Facts, Rules, Slate, rerank


@dataclass(frozen=True)
class Ranked:
    """Scores of the candidates and the slate made of them."""

    score: NDArray[np.float64]
    slate: Slate


def seed_of(request_id: str) -> int:
    """The seed of a request's exploration: a function of its id, so that it can be drawn again."""
    return int.from_bytes(hashlib.sha256(request_id.encode()).digest()[:8], "big")


def rank(facts: Facts, limit: int, rules: Rules, request_id: str) -> Slate:
    """The slate of scored candidates, its tail drawn with the request's own seed."""
    return rerank(facts, limit, rules, seed_of(request_id))


def logged_matrix(impression: Impression) -> NDArray[np.float32]:
    """(candidates, features), as it was ranked."""
    flat = np.frombuffer(impression.features, dtype="<f4")
    return flat.reshape(len(impression.candidates), len(NAMES))


def logged_facts(
    impression: Impression, matrix: NDArray[np.float32], score: NDArray[np.float64]
) -> Facts:
    """What the rules looked at; `matrix` and `score` are the logged ones, or others in their place."""
    context: dict[str, Any] = impression.context
    kind = np.array(context["kinds"], dtype=np.int64)
    each_its_own = range(len(kind))  # as a log from before there were providers
    provider = np.array(context.get("providers", each_its_own), dtype=np.int64)
    return Facts.of(matrix, score, kind, provider, context["asked"]["budget"] is not None)


def replay(impression: Impression, model: Composite) -> Ranked:
    """What the model makes of the logged vectors: equal to the log to the bit."""
    context: dict[str, Any] = impression.context
    matrix = logged_matrix(impression)
    score = model.ranker.predict(matrix)
    slate = rank(
        logged_facts(impression, matrix, score),
        int(context["limit"]),
        Rules.logged(context["rules"]),
        impression.request_id,
    )
    return Ranked(score, slate)


def agrees(impression: Impression, again: Ranked) -> bool:
    """Whether scores, slate and propensities are the logged ones, bit for bit."""
    shown = tuple(impression.candidates[i] for i in again.slate.chosen.tolist())
    return (
        np.array(impression.scores).tobytes() == again.score.tobytes()
        and shown == impression.slate
        and np.array(impression.propensities).tobytes() == again.slate.propensity.tobytes()
    )
