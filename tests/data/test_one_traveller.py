"""The row that feedback makes is the row that a build makes, to the bit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.columns import CLICK, DISMISS, RATING, SAVE, SHARE, VIEW, VISIT, C
from butler.columns import UTC as UTC_TIME
from features import one_traveller, online
from features import transforms as t
from features.places import CELL, GROUP, TIMEZONE

NOW = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the night the clocks go back
KINDS = [CLICK, DISMISS, RATING, SAVE, SHARE, VIEW, VISIT, t.BOOKING, t.CANCELLATION]
PLACES = pl.DataFrame(
    {
        C.POI: ["a", "Ä", "b", "c", "é", "z"],
        C.CATEGORY: ["food", "food/tapas", "food/tapas", "nature/beach", "nature/beach", "arts/x"],
        GROUP: ["food", "food", "food", "nature", "nature", "arts"],
        CELL: ["1", "1", "2", "2", "3", "3"],
        TIMEZONE: ["Europe/Madrid"] * 3 + ["Atlantic/Canary"] * 2 + ["Europe/Athens"],
        C.PRICE_LEVEL: [None, 0, 1, 2, 3, 4],
        C.INDOOR_SHARE: [None, 0.0, 0.125, 0.995, 0.005, 1.0],
        C.LATITUDE: [38.1, 38.2, 38.3, 28.1, 28.2, 37.9],
        C.LONGITUDE: [-0.1, -0.2, -0.3, -15.1, -15.2, 23.7],
    }
)
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    C.USER: pl.String,
    C.POI: pl.String,
    C.EVENT_TYPE: pl.String,
    C.KNOWN_AT: UTC_TIME,
    C.VALUE: pl.Float64,
    C.REQUEST: pl.String,
    "lead_hours": pl.Int64,
}
AGO = st.one_of(
    st.integers(0, 5).map(lambda n: timedelta(microseconds=n)),
    st.integers(0, 90).map(lambda n: timedelta(minutes=n)),
    st.sampled_from(
        [w + timedelta(microseconds=d) for w in t.WINDOWS.values() for d in (-1, 0, 1)]
    ),
    st.integers(0, 800).map(lambda n: timedelta(days=n)),
)
EVENT = st.tuples(
    st.sampled_from([*PLACES[C.POI].to_list(), "gone"]),
    st.sampled_from(KINDS),
    AGO,
    st.sampled_from([None, 1.0, 4.25, 4.35, 4.75, 5.0]),
    st.integers(0, 4000),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENT, max_size=40))
def test_one_travellers_row_is_that_of_the_transforms(events: list[Any]) -> None:
    """Windows at their very edge, ties, places that are gone, a night of 25 hours, many zones."""
    frame = pl.DataFrame(
        [
            ("u", poi, kind, NOW - ago, value, None, lead if kind == t.BOOKING else None)
            for poi, kind, ago, value, lead in events
        ],
        schema=SCHEMA,
        orient="row",
    )
    known = t.with_place_facts(frame, PLACES)
    past = next((fields for _, _, fields in online.past_rows(frame, 0)), None)
    found = one_traveller.row(
        "u", one_traveller.Done.of(past, [], one_traveller.MetPlaces.of(PLACES))
    )
    expected = next(online.traveller_rows(known), None) if known.height else None
    assert (found is None) == (expected is None)
    if found is None or expected is None:
        return
    assert found[:2] == expected[:2]
    for name, value in expected[2].items():
        made = found[2][name]
        if name.endswith(("values", "vector")):
            assert np.array(made).tobytes() == np.array(value, dtype=np.float64).tobytes(), name
        else:
            assert made == value, name
