"""Why a logged answer ranked as it did: SHAP values of the very vectors it was ranked by, on demand."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from butler.domain import Impression
from butler.errors import ExplanationUnavailable
from features.vector import GROUP_OF, NAMES, by_group
from models.composite import Composite
from models.counterfactual import readable
from models.replay import logged_matrix
from serving.answers import Contribution, ExplainedItem, Explanation
from serving.explain.reasons import slate_reasons
from serving.explain.words import ENGLISH, Words

_GROUPS = [GROUP_OF[name] for name in NAMES]


def explanation(impression: Impression, model: Composite) -> Explanation:
    """Of each place shown, what every feature contributed to its score, the strongest first.

    `model` is the version that answered. Exact: `expected` and the contributions of an item add up
    to the score it was ranked by. Reasons are in the language of the request. Raises
    ExplanationUnavailable for vectors of other features than today's.
    """
    chosen, shown = shown_of(impression, "contributions")
    words = Words.of(asked_language(impression))
    values = model.ranker.contributions(shown) if chosen else np.empty((0, len(NAMES)))
    items = tuple(
        ExplainedItem(
            rank=n + 1,
            poi_id=impression.slate[n],
            score=impression.scores[chosen[n]],
            reasons=why,
            contributions=_contributions(values[n], shown[n]),
        )
        for n, why in enumerate(slate_reasons(by_group(values), shown, words))
    )
    return Explanation(
        impression.request_id,
        impression.model_name,
        impression.model_version,
        model.ranker.expected,
        items,
        words.language,
    )


def shown_of(impression: Impression, what: str) -> tuple[list[int], NDArray[np.float32]]:
    """The rows of the slate among the candidates, and their vectors (places, features).

    Raises ExplanationUnavailable for vectors of other features than today's: `what` they gave has no
    names any more.
    """
    if not readable(impression):
        raise ExplanationUnavailable(
            f"The answer {impression.request_id} was ranked by other features than today's: its "
            f"{what} can no longer be named."
        )
    row = {poi: n for n, poi in enumerate(impression.candidates)}
    chosen = [row[poi] for poi in impression.slate]
    return chosen, logged_matrix(impression)[chosen]


def asked_language(impression: Impression) -> str:
    """As the request named it; imported impressions have asked for none."""
    asked = impression.context.get("asked")
    return str(asked.get("language", ENGLISH)) if isinstance(asked, Mapping) else ENGLISH


def _contributions(
    value: NDArray[np.float64], vector: NDArray[np.float32]
) -> tuple[Contribution, ...]:
    """What counted at all, the strongest first."""
    order = np.argsort(-np.abs(value), kind="stable")
    order = order[value[order] != 0.0]
    each = zip(order.tolist(), vector[order].tolist(), value[order].tolist(), strict=True)
    return tuple(
        Contribution(NAMES[n], _GROUPS[n], None if held != held else held, counted)
        for n, held, counted in each
    )
