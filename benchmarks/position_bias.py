"""Does correcting for position recover the truth better? On the sample world, whose truth is known.

    BUTLER_HOME=.butler python -m benchmarks.position_bias [--trees N]

The same trees, the same rows, four treatments of the logged position: ignored; examination estimated
from the log and part of the likelihood (what the platform does); clicks weighted by one over the
same examination; and LambdaMART with LightGBM's own estimate of the bias, beside LambdaMART without.
Also prints the examination that was estimated beside the world's. Writes `reports/position_bias.json`.
"""

import argparse
import os
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.report import write_report
from benchmarks.truth import LENGTH, Ground, _print, ground
from butler.settings import Settings
from butler.world.utility import examination
from models.clicks import Lessons
from models.lessons import examination_of
from models.position import NO_BIAS, Examination
from models.ranker import BoostedTrees, ClickRanker, LambdaMart


def compared(on: Ground, seen: Examination, trees: int) -> dict[str, dict[str, float]]:
    """Share of the best expected clicks and NDCG@10 under the truth, by treatment."""
    made: dict[str, BoostedTrees] = {
        "click model, position ignored": _clicks(on, on.lessons(NO_BIAS), trees),
        "click model, estimated examination": _clicks(on, on.lessons(seen), trees),
        "click model, inverse weights": _clicks(on, _inverse(on.lessons(seen)), trees),
        "LambdaMART, position ignored": _lambdamart(on, trees, False),
        "LambdaMART, LightGBM's positions": _lambdamart(on, trees, True),
    }
    return {name: on.shares(on.slates(model)) for name, model in made.items()}


def _clicks(on: Ground, taught: Lessons, trees: int) -> ClickRanker:
    ranker = ClickRanker(trees, on.settings.training.leaves, on.settings.training.seed)
    ranker.fit(on.learn.matrix, taught)
    return ranker


def _inverse(taught: Lessons) -> Lessons:
    """Each click stands for all that would have been made had every card been looked at."""
    liked = np.where(taught.liked > 0, 1.0 / taught.examined, 1.0)
    return replace(taught, examined=np.ones_like(taught.examined), weight=taught.weight * liked)


def _lambdamart(on: Ground, trees: int, positions: bool) -> LambdaMart:
    ranker = LambdaMart(trees, on.settings.training.leaves, on.settings.training.seed)
    at = on.learn.position if positions else None
    ranker.fit(on.learn.matrix, np.minimum(on.learn.grade, 1), on.learn.request, at)
    return ranker


def report(on: Ground, trees: int = 0) -> None:
    seen = examination_of(on.learn)
    true = examination(LENGTH)
    for position, (found, truth) in enumerate(zip(seen.chance, true, strict=False), start=1):
        print(f"position {position:2d}: examination {found:.3f}, in truth {truth:.3f}")
    found = compared(on, seen, trees or on.settings.training.trees)
    _print("treatment", found)
    estimated = {"estimated": seen.chance.tolist(), "true": true.tolist()}
    write_report(on.settings, "position_bias", {"examination": estimated, "treatments": found})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trees", type=int, default=0)
    settings = Settings()
    report(ground(settings.home, settings), parser.parse_args().trees)


if __name__ == "__main__":
    main()
