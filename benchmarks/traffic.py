"""Made-up traffic in any amount: the tables of a dataset, skewed as real traffic is.

Nothing is simulated here (that is `butler world`): numbers are drawn by column, a million events in
about a second, the same for the same seed. Few places and few travellers have most of the events
(Zipf), days have mornings, afternoons and nights, and four fifths of all events are impressions in
slates of ten. What is clicked falls with the position.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import CLICK, DISMISS, IMPRESSION, PARTIES, RATING, SAVE, SHARE, VIEW, VISIT, C
from butler.datasets import write_table

END = datetime(2026, 7, 1, tzinfo=UTC)
DAYS = 90
SLATE = 10
EVENTS_A_TRAVELLER = 100  # on average
PLACES = 5_000
AHEAD = 0.8  # share of events that are impressions
KINDS = (
    *("nature/beach", "nature/trail", "nature/cave", "culture/museum", "culture/castle"),
    *("culture/church", "food/tapas", "food/fine_dining", "food/cafe", "shopping/market"),
    *("shopping/mall", "nightlife/bar", "nightlife/club", "family/zoo", "family/aquapark"),
    *("wellness/spa", "sport/diving", "sport/golf", "sport/kayak", "events/concert"),
)
OTHERS = {VIEW: 0.3, CLICK: 0.35, SAVE: 0.08, SHARE: 0.03, DISMISS: 0.06, RATING: 0.04, VISIT: 0.14}
_MICROS_A_DAY = 86_400_000_000
# the share of a day's events by UTC hour: asleep until seven, busy at eleven and at seven
_HOURS = np.array(
    [3, 2, 1, 1, 1, 2, 4, 7, 12, 18, 22, 24, 22, 18, 16, 17, 20, 24, 28, 30, 26, 18, 11, 6]
)


def write_traffic(out: Path, events: int, places: int = PLACES, seed: int = 7) -> Path:
    """A dataset of about `events` events (whole slates) in the folder `out`."""
    chance = np.random.default_rng(seed)
    travellers = max(10, events // EVENTS_A_TRAVELLER)
    write_table(out, "pois", pois(places, chance))
    write_table(out, "travellers", people(travellers, chance))
    made = happened(events, travellers, places, chance)
    write_table(out, "events", made)
    write_table(out, "bookings", bookings(made, chance))
    return out


def pois(count: int, chance: np.random.Generator) -> pl.DataFrame:
    """Places along a coast, in towns of many sizes."""
    towns = np.sort(chance.random(40))
    town = towns[zipf(len(towns), count, chance)]
    number = np.arange(count)
    return pl.DataFrame(
        {
            C.POI: _named("p", number),
            C.NAME: _named("Place ", number),
            C.CATEGORY: np.array(KINDS)[zipf(len(KINDS), count, chance)],
            C.LATITUDE: 37.9 + town * 0.9 + chance.normal(0, 0.02, count),
            C.LONGITUDE: -0.8 + town * 1.0 + chance.normal(0, 0.02, count),
            C.PRICE_LEVEL: chance.integers(0, 5, count).astype(np.int32),
            C.INDOOR_SHARE: chance.integers(0, 5, count) / 4,
            C.CREATED_AT: np.full(count, _micros(END - timedelta(days=400))),
        }
    ).with_columns(_moment(C.CREATED_AT))


def people(count: int, chance: np.random.Generator) -> pl.DataFrame:
    return pl.DataFrame(
        {
            C.USER: _named("u", np.arange(count)),
            C.HOME_COUNTRY: np.array(["ES", "GB", "DE", "NL", "FR"])[zipf(5, count, chance)],
            C.PARTY: np.array(PARTIES)[chance.integers(0, len(PARTIES), count)],
            C.BUDGET_LEVEL: chance.integers(1, 5, count).astype(np.int32),
        }
    )


def happened(
    events: int, travellers: int, places: int, chance: np.random.Generator
) -> pl.DataFrame:
    """Slates of impressions, and what came of them or came unprompted; in the order of time."""
    slates = int(events * AHEAD) // SLATE
    others = events - slates * SLATE
    who, when = zipf(travellers, slates, chance, 0.6), _moments(slates, chance)
    place = zipf(places, slates * SLATE, chance)
    of = (chance.integers(0, slates, others) * SLATE) + _positions(others, chance)
    unprompted = chance.random(others) < 0.2
    later = when[of // SLATE] + chance.integers(1_000_000, 900_000_000, others)
    kind = chance.choice(list(OTHERS), others, p=list(OTHERS.values()))
    shown = pl.DataFrame(
        {
            "_user": np.repeat(who, SLATE),
            "_place": place,
            "_slate": np.repeat(np.arange(slates), SLATE),
            C.POSITION: np.tile(np.arange(1, SLATE + 1, dtype=np.int32), slates),
            C.OCCURRED_AT: np.repeat(when, SLATE),
        }
    ).with_columns(pl.lit(IMPRESSION).alias(C.EVENT_TYPE), pl.lit(None, pl.Float64).alias(C.VALUE))
    done = pl.DataFrame(
        {
            "_user": who[of // SLATE],
            "_place": place[of],
            "_slate": np.where(unprompted, -1, of // SLATE),
            C.POSITION: pl.Series([None] * others, dtype=pl.Int32),
            C.OCCURRED_AT: later,
            C.EVENT_TYPE: kind,
            C.VALUE: np.where(kind == RATING, chance.integers(1, 6, others), np.nan),
        }
    )
    rows = pl.concat([shown, done], how="diagonal").sort(C.OCCURRED_AT, maintain_order=True)
    return rows.with_row_index("_n").select(
        pl.format("e{}", "_n").alias(C.EVENT),
        pl.format("u{}", "_user").alias(C.USER),
        pl.format("p{}", "_place").alias(C.POI),
        C.EVENT_TYPE,
        _moment(C.OCCURRED_AT),
        pl.col(C.VALUE).fill_nan(None),
        pl.when(pl.col("_slate") >= 0).then(pl.format("s{}", "_slate")).alias(C.REQUEST),
        C.POSITION,
    )


def bookings(events: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """Every twentieth click is booked a few minutes later; one of ten bookings is cancelled."""
    made = events.filter(pl.col(C.EVENT_TYPE) == CLICK).gather_every(20).with_row_index("_n")
    starts = pl.Series(chance.integers(3_600_000_000, 20 * _MICROS_A_DAY, made.height))
    cancelled = pl.Series(chance.random(made.height) < 0.1)
    at = (pl.col(C.OCCURRED_AT) + timedelta(minutes=5)).alias(C.CREATED_AT)
    return made.select(
        pl.format("b{}", "_n").alias(C.BOOKING),
        C.USER,
        C.POI,
        at,
        (at.dt.epoch("us") + starts).cast(pl.Datetime("us", "UTC")).alias(C.STARTS_AT),
        pl.when(cancelled).then(pl.lit("cancelled")).otherwise(pl.lit("confirmed")).alias(C.STATUS),
        pl.when(cancelled).then(at + timedelta(minutes=30)).alias(C.CANCELLED_AT),
    )


def zipf(
    count: int, draws: int, chance: np.random.Generator, power: float = 1.0
) -> NDArray[np.int64]:
    """Numbers of 0 .. count - 1, the n-th drawn as often as 1 / (n + 1) ** power."""
    share = np.cumsum(1.0 / np.arange(1, count + 1) ** power)
    return np.searchsorted(share, chance.random(draws) * float(share[-1])).astype(np.int64)


def _positions(draws: int, chance: np.random.Generator) -> NDArray[np.int64]:
    return zipf(SLATE, draws, chance, 0.8)


def _moments(draws: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """Sorted microseconds since 1970 in the DAYS before END, by the hours of a day."""
    day = chance.integers(0, DAYS, draws)
    hour = np.searchsorted(np.cumsum(_HOURS) / _HOURS.sum(), chance.random(draws), side="right")
    within = chance.integers(0, _MICROS_A_DAY // 24, draws)
    start = _micros(END) - DAYS * _MICROS_A_DAY
    return np.sort(start + day * _MICROS_A_DAY + hour * (_MICROS_A_DAY // 24) + within)


def _named(prefix: str, numbers: NDArray[np.int64]) -> pl.Series:
    return pl.DataFrame({"n": numbers}).select(pl.format(prefix + "{}", "n")).to_series()


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def _moment(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Datetime("us", "UTC"))
