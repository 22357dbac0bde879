"""Training requests from history: what was asked, what was shown, what came of it.

A request is either a slate that was shown (impressions share its request_id) or, where a traveller
went somewhere unprompted, the moment before that ("organic"). When the visit was to be, with whom
and for how much stands in the table of requests, if it is known. Labels are graded 0 to 3.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from butler.columns import CLICK, IMPRESSION, RATING, SAVE, SHARE, VIEW, VISIT, C
from features.context import BUDGET, REQUEST_SCHEMA, REQUESTED_AT, VISIT_AT
from models.attribution import BOOKING, DELAY, OUTCOME, OUTCOME_KIND, Windows

GRADE = "grade"
ORGANIC = "organic:"
GOOD_RATING = 4.0
_OF_AN_OUTCOME = [
    *(C.EVENT, C.EVENT_TYPE, C.REQUEST, C.USER, C.POI),
    *(C.OCCURRED_AT, C.KNOWN_AT),
]
_SHOWN_LATITUDE, _SHOWN_LONGITUDE = "shown_latitude", "shown_longitude"

_GRADE_OF: pl.Expr = (
    pl.when(pl.col(C.EVENT_TYPE).is_in([VIEW, CLICK]))
    .then(1)
    .when(pl.col(C.EVENT_TYPE).is_in([SAVE, SHARE]))
    .then(2)
    .when(pl.col(C.EVENT_TYPE) == VISIT)
    .then(3)
    .when((pl.col(C.EVENT_TYPE) == RATING) & (pl.col(C.VALUE) >= GOOD_RATING))
    .then(3)
    .otherwise(0)
    .cast(pl.Int64)
)


@dataclass(frozen=True)
class Split:
    """Half-open windows: train [train_from, test_from), test [test_from, end).

    >>> from datetime import UTC
    >>> Split.ending(datetime(2026, 7, 1, tzinfo=UTC), 21, 7).test_from.isoformat()
    '2026-06-24T00:00:00+00:00'
    """

    train_from: datetime
    test_from: datetime
    end: datetime

    @classmethod
    def ending(cls, end: datetime, train_days: int, test_days: int) -> "Split":
        test_from = end - timedelta(days=test_days)
        return cls(test_from - timedelta(days=train_days), test_from, end)


@dataclass(frozen=True)
class Labelled:
    """`requests` (REQUEST_SCHEMA), `labels` (request_id, poi_id, grade >= 1, known_at: when the
    platform learned of it, outcome: click, save, visit or booking, delay_hours since the slate),
    `impressions` (request_id, poi_id, position from 1 or null): most of all events, so they are read
    only for the requests that are wanted."""

    requests: pl.DataFrame
    labels: pl.DataFrame
    impressions: pl.LazyFrame

    @property
    def shown(self) -> pl.DataFrame:
        """What the slates of these requests held: each place once, where it stood first."""
        first = pl.col(C.POSITION).min()
        return self.impressions.group_by(C.REQUEST, C.POI).agg(first).collect(engine="streaming")

    def only(self, requests: pl.DataFrame) -> "Labelled":
        """Some of the requests, with all that is known of them."""
        ids = requests.select(C.REQUEST)
        return Labelled(
            requests,
            self.labels.join(ids, on=C.REQUEST, how="semi"),
            self.impressions.join(ids.lazy(), on=C.REQUEST, how="semi"),
        )

    def inside(self, start: datetime, end: datetime) -> "Labelled":
        """Requests of [start, end), with all that is known of them."""
        at = pl.col(REQUESTED_AT)
        return self.only(self.requests.filter((at >= start) & (at < end)))

    def organic(self) -> pl.Series:
        """Which requests nobody made: a traveller went somewhere unprompted."""
        return self.requests[C.REQUEST].str.starts_with(ORGANIC)

    def between(
        self, start: datetime, end: datetime, most: int, seed: int, answered: bool = True
    ) -> "Labelled":
        """Requests of [start, end) that came to something by its end; at most `most`, by `seed`.

        An outcome known only after the window is no label: the next window would leak into it.
        Labels come with the best grade of each place. With `answered=False` slates that came to
        nothing are there too: what nobody clicked is as telling as what somebody did.
        """
        outcome = self.labels.filter(pl.col(C.KNOWN_AT) < end)
        inside = self.inside(start, end).requests
        if answered:
            inside = inside.join(outcome, on=C.REQUEST, how="semi")
        if inside.height > most:
            inside = inside.sort(C.REQUEST).sample(most, seed=seed)
        inside = inside.sort(REQUESTED_AT, C.REQUEST)
        return Labelled(
            inside,
            outcome.join(inside, on=C.REQUEST, how="semi")
            .group_by(C.REQUEST, C.POI)
            .agg(pl.col(GRADE).max(), pl.col(C.KNOWN_AT).min())
            .sort(C.REQUEST, C.POI),
            self.only(inside).impressions.collect(engine="streaming").lazy(),
        )


def labelled(
    events: pl.DataFrame | pl.LazyFrame,
    bookings: pl.DataFrame,
    requests: pl.DataFrame,
    windows: Windows = Windows(),
) -> Labelled:
    """All requests of the history with their graded outcomes, each within its kind's window.

    The frames are tables of the history; `requests` may lack slates, or be empty. Lazy events are
    not held: of a history larger than memory only requests and outcomes are.
    """
    events = events.lazy()
    slates = events.filter((pl.col(C.EVENT_TYPE) == IMPRESSION) & pl.col(C.REQUEST).is_not_null())
    asked = _asked(slates, requests)
    graded = (
        events.with_columns(_GRADE_OF.alias(GRADE))
        .filter(pl.col(GRADE) > 0)
        .select(*_OF_AN_OUTCOME, GRADE)
        .collect(engine="streaming")
    )
    followed = graded.join(asked.select(C.REQUEST, C.USER, REQUESTED_AT), on=[C.REQUEST, C.USER])
    answered = _timely(followed, windows)
    organic = _organic(graded)
    label = [C.REQUEST, C.POI, GRADE, C.KNOWN_AT, OUTCOME_KIND, DELAY]
    labels = [
        answered.select(label),
        _booked(followed, bookings, windows).select(label),
        organic.select(label),
    ]
    return Labelled(
        pl.concat([asked, organic.select(list(REQUEST_SCHEMA))]),
        pl.concat(labels),
        slates.select(C.REQUEST, C.POI, C.POSITION),
    )


def _timely(followed: pl.DataFrame, windows: Windows) -> pl.DataFrame:
    """What followed a slate within the window of its kind, with how many hours it took.

    A view or a click long after is a click on something else that happens to carry the request.
    """
    hours = pl.col(OUTCOME_KIND).replace_strict(windows.hours(), return_dtype=pl.Float64)
    kind = pl.col(C.EVENT_TYPE).replace_strict(dict(OUTCOME), default=None, return_dtype=pl.String)
    return followed.with_columns(kind.alias(OUTCOME_KIND), _hours_since(C.OCCURRED_AT)).filter(
        pl.col(DELAY) <= hours
    )


def _hours_since(moment: str) -> pl.Expr:
    passed = (pl.col(moment) - pl.col(REQUESTED_AT)).dt.total_microseconds() / 3.6e9
    return pl.max_horizontal(passed, 0.0).alias(DELAY)


def _asked(slates: pl.LazyFrame, requests: pl.DataFrame) -> pl.DataFrame:
    """One request a slate (REQUEST_SCHEMA), asked when the slate was shown.

    What was asked comes from the traveller's own row of `requests`. Without it the visit was to be
    at once, nothing is known of party and budget, and the place is the one the impressions name.
    """
    shown = (
        slates.group_by(C.REQUEST)
        .agg(
            pl.col(C.USER).first(),
            pl.col(C.KNOWN_AT).min().alias(REQUESTED_AT),
            pl.col(C.LATITUDE).drop_nulls().first().alias(_SHOWN_LATITUDE),
            pl.col(C.LONGITUDE).drop_nulls().first().alias(_SHOWN_LONGITUDE),
        )
        .collect(engine="streaming")
    )
    return (
        shown.join(requests.drop(REQUESTED_AT), on=[C.REQUEST, C.USER], how="left")
        .with_columns(
            pl.coalesce(VISIT_AT, REQUESTED_AT).alias(VISIT_AT),
            pl.coalesce(C.LATITUDE, _SHOWN_LATITUDE).alias(C.LATITUDE),
            pl.coalesce(C.LONGITUDE, _SHOWN_LONGITUDE).alias(C.LONGITUDE),
            pl.col(BUDGET).cast(REQUEST_SCHEMA[BUDGET]),
        )
        .select(list(REQUEST_SCHEMA))
    )


def _organic(graded: pl.DataFrame) -> pl.DataFrame:
    """Visits nobody asked us about. Where the traveller was is not known: an event's coordinates
    are those of the place itself, and would tell the answer."""
    return graded.filter(pl.col(C.REQUEST).is_null() & (pl.col(C.EVENT_TYPE) == VISIT)).select(
        pl.concat_str(pl.lit(ORGANIC), C.EVENT).alias(C.REQUEST),
        C.USER,
        C.POI,
        GRADE,
        C.KNOWN_AT,
        pl.lit(VISIT).alias(OUTCOME_KIND),
        pl.lit(0.0).alias(DELAY),
        pl.col(C.KNOWN_AT).alias(REQUESTED_AT),
        pl.col(C.KNOWN_AT).alias(VISIT_AT),
        pl.lit(None, pl.Float64).alias(C.LATITUDE),
        pl.lit(None, pl.Float64).alias(C.LONGITUDE),
        pl.lit(None, pl.String).alias(C.PARTY),
        pl.lit(None, pl.Float64).alias(BUDGET),
    )


def _booked(followed: pl.DataFrame, bookings: pl.DataFrame, windows: Windows) -> pl.DataFrame:
    """Bookings, given to the last answered request of the same traveller and place before them."""
    looked = followed.select(C.USER, C.POI, C.REQUEST, REQUESTED_AT, C.KNOWN_AT).sort(C.KNOWN_AT)
    made = bookings.select(C.USER, C.POI, C.CREATED_AT).sort(C.CREATED_AT)
    joined = made.join_asof(
        looked,
        left_on=C.CREATED_AT,
        right_on=C.KNOWN_AT,
        by=[C.USER, C.POI],
        tolerance=windows.of(BOOKING),
        check_sortedness=False,
    )
    return joined.filter(pl.col(C.REQUEST).is_not_null()).select(
        C.REQUEST,
        C.POI,
        pl.lit(3, pl.Int64).alias(GRADE),
        pl.col(C.CREATED_AT).alias(C.KNOWN_AT),
        pl.lit(BOOKING).alias(OUTCOME_KIND),
        _hours_since(C.CREATED_AT),
    )
