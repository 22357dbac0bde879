"""Two rankers on the very cards that were shown: neither is judged by what only the other showed.

Clicks fall on what was shown, and most on what was shown first. Whoever is measured by them against
the whole catalogue loses to the policy that showed them, however good: the champion would stay for
ever. Here each ranker only orders the cards of a slate anew, and a click counts by how much more or
less its card is looked at then: examination[new] / examination[old]. Under the position-based model
that is an unbiased estimate of the clicks of the new order, whoever made the slate (Joachims,
Swaminathan, Schnabel: Unbiased Learning-to-Rank with Biased Feedback, WSDM 2017; Li et al.: Offline
Evaluation of Ranking Policies with Click Models, KDD 2018). It must not be divided by the best of
its own request: most slates have one click, whose weight would cancel, and with it the correction.
What it cannot see is a better choice of cards.
"""

import numpy as np

from models.examples import Examples, groups
from models.position import Examination, Floats, Ints
from models.ranker import Ranker
from models.statistics import Interval, Paired, paired


def reordered(
    ours: Ranker, theirs: Ranker, shown: Examples, examination: Examination
) -> Paired | None:
    """Clicks in our order less those in theirs, as a share of theirs; None without a click.

    `shown` are all slates of a time, also those that came to nothing.
    """
    a, b = (
        clicks_if_ordered(ranker.predict(shown.matrix), shown, examination)
        for ranker in (ours, theirs)
    )
    known = ~np.isnan(a)
    if not known.any() or not b[known].any():
        return None
    found, scale = paired(a[known], b[known]), 1 / b[known].mean()
    d = found.difference
    return Paired(Interval(d.mean * scale, d.low * scale, d.high * scale, d.count), found.p)


def clicks_if_ordered(score: Floats, shown: Examples, examination: Examination) -> Floats:
    """(requests,): estimated clicks had each slate's cards been ordered by score; NaN without one."""
    out = np.full(len(shown.relevant), np.nan)
    for n, rows in enumerate(groups(shown.request, len(shown.relevant))):
        cards = rows.start + np.flatnonzero(shown.position[rows] > 0)
        if len(cards):
            liked = shown.grade[cards] > 0
            out[n] = _clicks(score[cards], liked, shown.position[cards], examination)
    return out


def _clicks(score: Floats, liked: Floats, position: Ints, examination: Examination) -> float:
    """The cards change places among the positions they had."""
    moved = np.empty_like(position)
    moved[np.argsort(-score, kind="stable")] = np.sort(position)
    return float((liked * examination.at(moved) / examination.at(position)).sum())
