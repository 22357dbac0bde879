"""A logged answer as it was told: the same places and reasons, of the vectors that lie in the log."""

from typing import Any

from butler.domain import Impression
from models.composite import Composite
from serving.answers import Answer, Item, Reason, RuleMove
from serving.explain.attributed import asked_language, shown_of
from serving.explain.reasons import slate_reasons
from serving.explain.words import Words
from serving.moment import Places
from serving.recommend import DISTANCE, MINUTES_LEFT, described, on_arrival


def answer_of(impression: Impression, model: Composite | None, places: Places) -> Answer:
    """With the reasons that the leaves of `model` give, the version that answered; without them where
    none ranked (None). Places that have left the catalogue are left out, names are today's.

    Raises ExplanationUnavailable for vectors of other features than today's.
    """
    chosen, shown = shown_of(impression, "reasons")
    language = asked_language(impression)
    words, context = Words.of(language), impression.context
    why: list[tuple[Reason, ...]] = [()] * len(shown)
    if model is not None and len(shown):
        leaves = model.ranker.ranked(shown)[1]
        why = slate_reasons(model.ranker.leaf_table.by_group(leaves), shown, words)
    moved: Any = context.get("moved", {})
    items = tuple(
        Item(
            rank=n + 1,
            score=round(impression.scores[chosen[n]], 6),
            propensity=impression.propensities[n],
            reasons=why[n],
            moved=tuple(RuleMove(*move) for move in moved.get(poi, ())),
            **on_arrival(float(shown[n, MINUTES_LEFT]), float(shown[n, DISTANCE])),
            **described(places.facts[places.catalogue.index[poi]], language),
        )
        for n, poi in enumerate(impression.slate)
        if poi in places.catalogue.index
    )
    return Answer(
        request_id=impression.request_id,
        model_name=impression.model_name,
        model_version=impression.model_version,
        context=context,
        items=items,
        degraded=impression.degraded,
        language=words.language,
    )
