"""What is around a traveller who moves: the nearest places, and the weather there now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from butler.clock import Clock
from butler.columns import C
from butler.errors import ModelUnavailable
from features.places import distance_km
from serving.moment import Moment
from serving.recommend import name_in
from serving.vectors import sky_at


@dataclass(frozen=True, slots=True)
class Nearby:
    poi_id: str
    name: str
    category: str
    latitude: float
    longitude: float
    distance_km: float


class Surroundings(Protocol):
    """What sockets need of the platform. Safe for several threads; all of it is in memory."""

    def nearby(
        self, latitude: float, longitude: float, within_km: float, limit: int, language: str
    ) -> list[Nearby]:
        """The nearest first. Raises ModelUnavailable before there are places."""

    def weather(self, latitude: float, longitude: float) -> dict[str, Any] | None:
        """As answers tell it in their context; None where it is not known."""

    def weather_as_of(self) -> datetime | None:
        """The moment that forecasts are of; it changes when there are new ones, and is None before."""


class HasMoment(Protocol):
    @property
    def moment(self) -> Moment: ...


class OfEngine:
    """`Surroundings` from what the engine holds."""

    def __init__(self, engine: HasMoment, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def nearby(
        self, latitude: float, longitude: float, within_km: float, limit: int, language: str
    ) -> list[Nearby]:
        places = self._engine.moment.places
        catalogue = places.catalogue
        here = np.array(latitude), np.array(longitude)
        away = distance_km(*here, catalogue.latitude, catalogue.longitude)
        nearest = np.argsort(away, kind="stable")[:limit]
        return [
            _nearby(places.facts[row], float(away[row]), language)
            for row in nearest.tolist()
            if away[row] <= within_km
        ]

    def weather(self, latitude: float, longitude: float) -> dict[str, Any] | None:
        sky = self._engine.moment.sky
        return sky_at(sky, sky.nearest(latitude, longitude), self._clock.now())

    def weather_as_of(self) -> datetime | None:
        try:
            return self._engine.moment.sky.as_of
        except ModelUnavailable:
            return None


def _nearby(facts: dict[str, Any], away: float, language: str) -> Nearby:
    return Nearby(
        poi_id=facts[C.POI],
        name=name_in(facts, language),
        category=facts[C.CATEGORY],
        latitude=facts[C.LATITUDE],
        longitude=facts[C.LONGITUDE],
        distance_km=round(away, 2),
    )
