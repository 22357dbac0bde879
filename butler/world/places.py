"""The places of a world as arrays: what everyone can see of them, and what only the truth knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from butler.columns import UTC, C
from butler.world import tastes
from butler.world.catalogue import SEASON, season_months
from butler.world.geography import BASES, COAST, nearest
from butler.world.noise import Bools, Floats, Ints, normal, text_keys, uniform
from butler.world.tables import typed

QUALITY, FAME, CHARACTER, TICKET = "quality", "fame", "character", "ticket_minor"
CHARACTERS = 6  # dimensions in which a place can suit one traveller and not another
NEW_SHARE = 0.06  # of the places, opened during the simulated days
TICKET_MINOR = (0, 900, 1900, 3800, 7500)  # per adult, by price level
STREAM_QUALITY, STREAM_FAME, STREAM_CHARACTER, STREAM_TICKET, STREAM_OPENED = range(200, 205)
STREAM_SCALE = 210


@dataclass(frozen=True)
class Places:
    """Aligned arrays, one entry a place; `character` is (places, CHARACTERS)."""

    ids: pl.Series  # gathered from, not rebuilt: every event shares its text
    latitude: Floats
    longitude: Floats
    kind: Ints
    indoor: Floats
    price: Floats
    kids: Bools
    duration: Ints
    in_season: Bools  # (places, 12)
    opened: Ints  # created_at in minutes since 1970
    quality: Floats
    fame: Floats
    character: Floats
    ticket: Ints
    opening_hours: list[str | None]

    @classmethod
    def of(cls, pois: pl.DataFrame, hidden: pl.DataFrame) -> "Places":
        """From the dataset's pois and the truth's, both in the same order."""
        return cls(
            ids=pois[C.POI],
            latitude=pois[C.LATITUDE].to_numpy(),
            longitude=pois[C.LONGITUDE].to_numpy(),
            kind=tastes.kind_numbers(pois[C.CATEGORY].to_list()),
            indoor=pois[C.INDOOR_SHARE].fill_null(0.0).to_numpy(),
            price=pois[C.PRICE_LEVEL].fill_null(0).cast(pl.Float64).to_numpy(),
            kids=pois[C.KID_FRIENDLY].fill_null(False).to_numpy(),
            duration=pois[C.DURATION].fill_null(60).cast(pl.Int64).to_numpy(),
            in_season=np.array([months(text) for text in hidden[SEASON]]),
            opened=pois[C.CREATED_AT].dt.epoch("s").to_numpy() // 60,
            quality=hidden[QUALITY].to_numpy(),
            fame=hidden[FAME].to_numpy(),
            character=np.array(hidden[CHARACTER].to_list()),
            ticket=hidden[TICKET].to_numpy(),
            opening_hours=pois[C.OPENING_HOURS].to_list(),
        )


def make_pois(
    catalogue: pl.DataFrame, count: int, seed: int, start: datetime, end: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The dataset's pois and the truth's: all of the catalogue (`count` 0) or `count` places."""
    chosen = catalogue if count == 0 else scaled(catalogue, count, seed)
    keys = text_keys(chosen[C.POI].to_list())
    opened = pl.Series(C.CREATED_AT, _opened(seed, keys, start, end)).cast(UTC)
    return typed(chosen.with_columns(opened), "pois"), _hidden(chosen, seed, keys)


def scaled(catalogue: pl.DataFrame, count: int, seed: int) -> pl.DataFrame:
    """`count` places: a sample of the catalogue, or all of it and variants along the coast.

    A variant keeps what its model is and lies around another town as the model lies around its
    own, turned by some angle. It may lie in the sea: it is for load, not for looking at.
    """
    have = len(catalogue)
    if count <= have:
        order = np.argsort(uniform(seed, STREAM_SCALE, text_keys(catalogue[C.POI].to_list())))
        return catalogue[np.sort(order[:count])]
    number = np.arange(count - have)
    model = (uniform(seed, STREAM_SCALE, 1, number) * have).astype(np.int64)
    towns = [(name, lat, lon) for name, lat, lon, _ in BASES] + list(COAST)
    town = (uniform(seed, STREAM_SCALE, 2, number) * len(towns)).astype(np.int64)
    north, east = _turned_offsets(catalogue, seed, model, number)
    centres = np.array([(lat, lon) for _, lat, lon in towns])[town]
    label = pl.Series([name for name, _, _ in towns])[town]
    suffix = pl.Series(number + 1).cast(pl.String)
    variants = catalogue[model].with_columns(
        (pl.col(C.POI) + "-" + suffix).alias(C.POI),
        (pl.col(C.NAME) + " (" + label + " " + suffix + ")").alias(C.NAME),
        pl.lit(None, pl.String).alias(C.NAMES),
        pl.Series(C.LATITUDE, np.round(centres[:, 0] + north, 5)),
        pl.Series(C.LONGITUDE, np.round(centres[:, 1] + east, 5)),
    )
    return pl.concat([catalogue, variants], how="vertical")


def months(season: str) -> Bools:
    """Which of the twelve months a season of the catalogue covers, January first."""
    covered = season_months(season)
    return np.array([month in covered for month in range(1, 13)])


def _turned_offsets(
    catalogue: pl.DataFrame, seed: int, model: Ints, number: Ints
) -> tuple[Floats, Floats]:
    lat, lon = catalogue[C.LATITUDE].to_numpy(), catalogue[C.LONGITUDE].to_numpy()
    centres = np.array([(base_lat, base_lon) for _, base_lat, base_lon, _ in BASES])
    home = centres[nearest(lat, lon, centres)]
    away = (lat - home[:, 0])[model] + 1j * (lon - home[:, 1])[model]
    angle = 2 * np.pi * uniform(seed, STREAM_SCALE, 3, number)
    spread = 0.6 + 0.8 * uniform(seed, STREAM_SCALE, 4, number)
    north, east = (normal(seed, STREAM_SCALE, stream, number) for stream in (5, 6))
    jitter = 0.01 * (north + 1j * east)
    moved = away * np.exp(1j * angle) * spread + jitter
    return moved.real, moved.imag


def _opened(seed: int, keys: Ints, start: datetime, end: datetime) -> list[datetime]:
    """Most places were there long before; NEW_SHARE open during the simulated days."""
    draw, when = uniform(seed, STREAM_OPENED, keys, 0), uniform(seed, STREAM_OPENED, keys, 1)
    days = (end - start).days
    offset = np.where(draw < NEW_SHARE, np.floor(when * days), -30 - np.floor(when * 900))
    return [start + timedelta(days=int(day)) for day in offset]


def _size_among_its_kind() -> pl.Expr:
    """Standardised log capacity: a large museum is famous, though smaller than any beach."""
    size = pl.col(C.CAPACITY).fill_null(100).clip(1).cast(pl.Float64).log()
    spread = size.std().over(C.CATEGORY).fill_null(0.0)
    return (size - size.mean().over(C.CATEGORY)) / (spread + 0.1)


def _hidden(chosen: pl.DataFrame, seed: int, keys: Ints) -> pl.DataFrame:
    """Quality, fame, character and ticket price, functions of the place's id and the seed."""
    quality = 0.6 * normal(seed, STREAM_QUALITY, keys)
    size = chosen.select(_size_among_its_kind()).to_series().to_numpy()
    fame = 0.5 * size + 0.8 * quality + 0.5 * normal(seed, STREAM_FAME, keys)
    character = normal(seed, STREAM_CHARACTER, keys[:, None], np.arange(CHARACTERS)[None, :])
    level = chosen[C.PRICE_LEVEL].fill_null(0).clip(0, 4).to_numpy()
    factor = 0.75 + 0.5 * uniform(seed, STREAM_TICKET, keys)
    ticket = np.round(np.array(TICKET_MINOR)[level] * factor / 50).astype(np.int64) * 50
    return pl.DataFrame(
        {
            C.POI: chosen[C.POI],
            SEASON: chosen[SEASON],
            QUALITY: quality,
            FAME: fame,
            CHARACTER: character,
            TICKET: ticket,
        },
        schema_overrides={CHARACTER: pl.List(pl.Float64)},
    )
