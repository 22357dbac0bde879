"""Small histories made by hand or by chance, and the features of them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from butler.columns import INTERACTIONS, SCHEMAS, C
from features import transforms as t
from features import trending
from features.frame import Catalogue
from features.places import enrich
from features.store import Features

NOW = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)  # a Wednesday
ALICANTE = (38.3452, -0.4815)
CATEGORIES = ("nature/beach", "nature/trail", "culture/museum", "food/tapas", "culture/castle")
HOURS = (None, "24/7", "Mo-Su 10:00-20:00", "Tu-Su 10:00-14:00,17:00-21:00", "Fr-Sa 22:00-03:00")


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a frame of the dataset's table; columns that are not given are null."""
    columns = SCHEMAS[name].columns
    return pl.DataFrame([{c: row.get(c) for c in columns} for row in rows], schema=columns)


def poi(number: int, **changed: Any) -> dict[str, Any]:
    """A place of Alicante, about 300 m from the one before."""
    return {
        C.POI: f"p{number:02}",
        C.NAME: f"Place {number}",
        C.CATEGORY: CATEGORIES[number % len(CATEGORIES)],
        C.LATITUDE: ALICANTE[0] + 0.003 * number,
        C.LONGITUDE: ALICANTE[1] + 0.002 * (number % 3),
        C.PRICE_LEVEL: number % 5,
        C.INDOOR_SHARE: number % 3 / 2,
        C.OPENING_HOURS: HOURS[number % len(HOURS)],
        C.DURATION: 30 + 15 * (number % 4),
        C.ACCESSIBLE: number % 2 == 0,
        C.KID_FRIENDLY: number % 3 == 0,
        C.CAPACITY: 50 * (number + 1),
        C.CREATED_AT: NOW - timedelta(days=400),
        **changed,
    }


def pois(count: int) -> pl.DataFrame:
    return table("pois", [poi(n) for n in range(count)])


def event(
    user: str, kind: str, place: str, at: datetime, number: int | str = 0, **more: Any
) -> dict[str, Any]:
    return {
        C.EVENT: f"{user}/{kind}/{place}/{at.isoformat()}/{number}",
        C.USER: user,
        C.EVENT_TYPE: kind,
        C.POI: place,
        C.OCCURRED_AT: at,
        C.KNOWN_AT: at,
        **more,
    }


def chance_events(
    seed: int, users: int, places: int, count: int, days: float = 40.0, end: datetime = NOW
) -> pl.DataFrame:
    """Events of all kinds before `end`, on a coarse clock (so that ties occur) and off it."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        ago = timedelta(minutes=float(rng.integers(1, int(days * 96))) * 15)
        if rng.random() < 0.5:
            ago += timedelta(microseconds=int(rng.integers(1, 9e8)))
        kind = ["impression", *INTERACTIONS][int(rng.integers(0, 8))]
        user, place = f"u{rng.integers(0, users)}", f"p{rng.integers(0, places):02}"
        value = float(rng.integers(1, 6)) if kind == "rating" else None
        rows.append(event(user, kind, place, end - ago, n, value=value))
    return table("events", rows)


def chance_bookings(seed: int, users: int, places: int, count: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        made = NOW - timedelta(hours=float(rng.integers(30, 900)))
        cancelled = rng.random() < 0.3
        rows.append(
            {
                C.BOOKING: f"b{n}",
                C.USER: f"u{rng.integers(0, users)}",
                C.POI: f"p{rng.integers(0, places):02}",
                C.CREATED_AT: made,
                C.STARTS_AT: made + timedelta(hours=float(rng.integers(1, 300))),
                C.STATUS: "cancelled" if cancelled else "confirmed",
                C.CANCELLED_AT: made + timedelta(hours=20) if cancelled else None,
            }
        )
    return table("bookings", rows)


def forecast(
    valid_at: datetime, issued_at: datetime, temperature: float, rain: float = 0.0
) -> dict[str, Any]:
    return {
        C.LATITUDE: ALICANTE[0],
        C.LONGITUDE: ALICANTE[1],
        C.VALID_AT: valid_at,
        C.ISSUED_AT: issued_at,
        C.TEMPERATURE: temperature,
        C.PRECIPITATION: rain,
        C.WIND: 3.0,
        C.CLOUD: 20.0,
        C.UV: 6.0,
        C.CONDITION: "clear",
    }


def weather(days: int = 6) -> pl.DataFrame:
    """Hourly observations before NOW, and six-hourly runs of three-hourly forecasts."""
    first = NOW - timedelta(days=days)
    seen = [first + timedelta(hours=h) for h in range(24 * days)]
    rows = [forecast(at, at, 20.0 + at.hour / 2, 0.1 * at.day) for at in seen]
    for run in (first + timedelta(hours=h) for h in range(0, 24 * days, 6)):
        for lead in range(3, 73, 3):
            at = run + timedelta(hours=lead)
            rows.append(forecast(at, run, 19.0 + at.hour / 2 + lead / 100, 0.2))
    return table("weather", rows)


def traveller(user: str, **said: Any) -> dict[str, Any]:
    """A couple from Germany, on a trip around NOW with a base in Alicante."""
    trip = {
        "start": (NOW - timedelta(days=3)).isoformat(),
        "end": (NOW + timedelta(days=4)).isoformat(),
        "latitude": ALICANTE[0],
        "longitude": ALICANTE[1],
        "place": "Alicante",
    }
    return {
        C.USER: user,
        C.LANGUAGE: "de",
        C.HOME_COUNTRY: "DE",
        C.PARTY: "couple",
        C.BUDGET_LEVEL: 2,
        C.TRIPS: json.dumps([trip]),
        **said,
    }


class History:
    """A dataset with its places and behaviour, and its features in a folder."""

    def __init__(
        self,
        places: pl.DataFrame,
        events: pl.DataFrame,
        bookings: pl.DataFrame | None = None,
        sky: pl.DataFrame | None = None,
        travellers: pl.DataFrame | None = None,
    ) -> None:
        self.events = events
        self.bookings = table("bookings", []) if bookings is None else bookings
        self.weather = table("weather", []) if sky is None else sky
        self.travellers = table("travellers", []) if travellers is None else travellers
        self.places = enrich(places, self.weather)
        self.rows = t.behaviour(events, self.bookings, self.places)
        self.catalogue = Catalogue(self.places)

    def views(self, as_of: datetime = NOW, days: float = 45.0) -> dict[str, pl.DataFrame]:
        start = as_of - timedelta(days=days)
        return {
            "traveller": t.traveller(self.rows),
            "traveller_category": t.traveller_category(self.rows),
            "traveller_poi": t.traveller_poi(self.rows),
            "traveller_step": t.traveller_step(self.rows),
            "poi": t.poi(self.rows, self.places, start, as_of),
            "place_hour": t.place_hour(self.rows, start, as_of),
            "audience": t.audience(self.rows, self.travellers, start, as_of),
            "weather_forecast": t.weather_forecast(self.weather),
            "weather_observed": t.weather_observed(self.weather),
            "profile": t.profile(self.travellers),
        }

    def features(self, home: Path, as_of: datetime = NOW) -> Features:
        """The offline views, written and registered in `home`."""
        features = Features(home)
        features.apply()
        for name, view in self.views(as_of).items():
            features.write_history(name, view)
        self.count_for(home)
        return features

    def count_for(self, home: Path) -> None:
        """What a build keeps of places, moment by moment."""
        known = self.events.filter(pl.col(C.POI).is_in(self.catalogue.ids))
        trending.sums(known.lazy()).collect().write_parquet(trending.path(home))
