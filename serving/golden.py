"""A new model is warmed and tried before it answers: its golden requests, then the world of now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from butler.columns import C
from butler.errors import ModelUnavailable
from models.golden import GOLDEN, Golden
from models.registry import models_folder
from serving.answers import Answer, Request
from serving.impressions import Nowhere
from serving.moment import Moment
from serving.recommend import recommend

TRIES, LIMIT = 3, 10
NOON = 10  # UTC: late morning around the Mediterranean, when most places are open


class NothingKnown:
    """An online store that knows nobody: a trial must not depend on a store or a traveller."""

    def read_now(self, view: str, keys: Sequence[str]) -> list[dict[str, Any] | None]:
        return [None] * len(keys)

    def read_together(self, views: Sequence[str], key: str) -> list[dict[str, Any] | None]:
        return [None] * len(views)

    def write_now(self, view: str, rows: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> int:
        return 0


def try_out(home: Path, new: Moment, old: Moment | None, now: datetime) -> None:
    """Raises ModelUnavailable where the new moment's model must not answer; it is warm afterwards.

    A slate is only missed where the old moment has one: with all closed, nobody has.
    """
    stored = models_folder(home) / new.model.version / GOLDEN
    if stored.exists():  # models of an earlier version have none
        Golden.load(stored).check(new.model.ranker)
    for request in _requests(new, now):
        found = _answer(request, new)
        if not all(np.isfinite(item.score) for item in found.items):
            raise ModelUnavailable("It scores places of today's catalogue with no number.")
        if not found.items and old is not None and _answer(request, old).items:
            raise ModelUnavailable("It finds nothing where the champion before it does.")


def _answer(request: Request, moment: Moment) -> Answer:
    return recommend(request, moment, NothingKnown(), Nowhere(), "golden")


def _requests(moment: Moment, now: datetime) -> Iterator[Request]:
    """Strangers at places spread over the catalogue, tomorrow at noon."""
    facts = moment.places.facts
    noon = (now + timedelta(days=1)).replace(hour=NOON, minute=0, second=0, microsecond=0)
    for n in np.linspace(0, len(facts) - 1, min(TRIES, len(facts))).astype(int).tolist():
        yield Request(
            user_id="golden",
            requested_at=now,
            at=noon,
            limit=LIMIT,
            latitude=facts[n][C.LATITUDE],
            longitude=facts[n][C.LONGITUDE],
        )
