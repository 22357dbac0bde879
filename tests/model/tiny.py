"""A composite model of a tiny world, trained in a blink."""

import numpy as np
from histories import History, chance_events, pois

from features.vector import NAMES
from models.composite import Composite
from models.generators import all_generators
from models.ranker import LambdaMart, Matrix
from models.rerank import Rules

WORLD = History(pois(12), chance_events(1, 8, 12, 300))


def planted(
    seed: int = 0, requests: int = 120, size: int = 20
) -> tuple[Matrix, np.ndarray, np.ndarray, np.ndarray]:
    """(matrix, grade, request, worth): the nearer and the better liked, the higher the grade."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(requests * size, len(NAMES))).astype(np.float32)
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    near, liked = (matrix[:, NAMES.index(n)] for n in ("distance_km", "kind_share"))
    worth = np.nan_to_num(liked) - np.nan_to_num(near)
    grade = np.digitize(worth, [1.0, 2.0, 3.0])
    return matrix, grade, np.repeat(np.arange(requests), size), worth


def ranker(seed: int = 7, trees: int = 40) -> LambdaMart:
    model = LambdaMart(trees=trees, leaves=7, seed=seed)
    model.fit(*planted()[:3])
    return model


def composite(trees: int = 5) -> Composite:
    generators = all_generators()
    for g in generators:
        g.fit(WORLD.rows, WORLD.catalogue, 7)
    return Composite(
        generators=generators,
        ranker=ranker(trees=trees),
        rules=Rules(reach_km=42.0),
        candidates=9,
        place_ids=WORLD.catalogue.ids,
    )
