"""What the examples teach: examination, outcomes that belong to a slate, and those still to come."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from butler.columns import CLICK, C
from features import frame as f
from features.vector import NAMES
from models import attribution
from models.attribution import WORTH, Windows, Worth
from models.clicks import UNASKED_WEIGHT, Floats, Lessons
from models.examples import Examples, by_request
from models.position import NO_BIAS, Examination, estimate
from models.ranker import Matrix
from models.requests import Labelled

MOST_CARDS = 100_000  # that examination is estimated from: enough for three digits
FEW_CLICKS = 200  # from fewer no examination is learned, and every card is taken as looked at


def examination_of(learn: Examples) -> Examination:
    """Examination by position from the slates among the examples; NO_BIAS where they are too few."""
    shown = np.flatnonzero(learn.position > 0)
    shown = shown[:: max(1, len(shown) // MOST_CARDS)]
    clicked = learn.grade[shown] > 0
    if clicked.sum() < FEW_CLICKS or (~clicked).sum() < FEW_CLICKS:
        return NO_BIAS
    return estimate(learn.matrix[shown], clicked, learn.position[shown])[0]


def lessons(
    learn: Examples,
    history: Labelled,
    wanted: Labelled,
    catalogue: f.Catalogue,
    end: datetime,
    examination: Examination,
    windows: Windows,
    worth: Worth,
) -> Lessons:
    """What came of every row by `end`: rows of the requests `wanted`, delays of all of `history`.

    A click that could not have come by `end` is as if the card had not been looked at; a booking
    counts for those of its age that have not come yet.
    """
    asked = history.requests.filter(~history.organic())
    delays = attribution.learned(history.labels, asked, end, windows)
    mine = history.labels.join(wanted.requests, on=C.REQUEST, how="semi")
    valued = attribution.worth(mine, asked, end, delays, worth)
    age = (end.timestamp() * 1e6 - learn.asked_us) / 3.6e9
    answerable = np.where(learn.unasked, 1.0, delays[CLICK].seen(np.asarray(age, dtype=np.float64)))
    return Lessons(
        liked=(learn.grade > 0).astype(np.float64),
        examined=examination.at(learn.position) * np.maximum(answerable, attribution.LEAST_SEEN),
        weight=_worth_of(learn, by_request(valued, WORTH, wanted.requests, catalogue)),
        request=learn.request,
        unasked=learn.unasked,
    )


def _worth_of(learn: Examples, valued: Sequence[Mapping[int, float]]) -> Floats:
    pairs = zip(learn.request.tolist(), learn.place.tolist(), strict=True)
    weight = np.array([valued[r].get(p, 1.0) for r, p in pairs], dtype=np.float64)
    return np.where(learn.unasked, UNASKED_WEIGHT, weight)


def silent(matrix: Matrix) -> dict[str, list[str]]:
    """Names of features that can teach nothing here: `missing` everywhere, or `constant`."""
    found: dict[str, list[str]] = {"missing": [], "constant": []}
    for j, name in enumerate(NAMES):
        known = matrix[~np.isnan(matrix[:, j]), j]
        if not len(known):
            found["missing"].append(name)
        elif len(known) == len(matrix) and known.min() == known.max():
            found["constant"].append(name)
    return found
