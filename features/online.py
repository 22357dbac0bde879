"""What holds now: packed online rows, made by the same transforms as history."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from butler.columns import C
from butler.domain import LoggedInteraction
from butler.stores.ports import FeedbackLog
from features import one_traveller
from features import transforms as t
from features.guarded import Online
from features.places import CELL, with_numbers
from features.views import COLUMNS, PREFIX, TEXT_COLUMNS

OnlineRow = tuple[str, datetime, dict[str, Any]]


def numbers(view: str) -> list[str]:
    """The order of a packed vector: the view's columns without its texts, unprefixed."""
    prefix = PREFIX[view]
    return [c.removeprefix(prefix) for c in COLUMNS[view] if c not in TEXT_COLUMNS]


def vector_rows(view: str, rows: pl.DataFrame) -> Iterator[OnlineRow]:
    """Newest row of each key, packed: for views with one key."""
    key = t.VIEW_KEYS[view][0]
    newest = t.latest(rows, [key])
    matrix = with_numbers(newest, numbers(view))
    for k, at, vector in zip(newest[key].to_list(), newest[t.AT].to_list(), matrix, strict=True):
        yield k, at, {"vector": vector.tolist()}


def audience_rows(rows: pl.DataFrame) -> Iterator[OnlineRow]:
    """Packed online rows of view `audience`: all segments of each category."""
    at = dict(rows.group_by(C.CATEGORY).agg(pl.col(t.AT).max()).iter_rows())
    for category, (keys, values) in _grouped(rows, t.SEGMENT, "audience", of=C.CATEGORY).items():
        yield category, at[category], {"segment_keys": keys, "segment_values": values}


def hour_rows(rows: pl.DataFrame) -> Iterator[OnlineRow]:
    """Packed online rows of view `place_hour`: all local hours of each cell."""
    key = pl.col(t.PLACE_HOUR).str.split_exact("|", 1)
    named = t.latest(rows, [t.PLACE_HOUR]).with_columns(
        key.struct[0].alias(CELL), key.struct[1].cast(pl.Int64).alias("hour")
    )
    for (cell,), part in named.sort(CELL, "hour").group_by(CELL, maintain_order=True):
        values = with_numbers(part, numbers("place_hour")).ravel().tolist()
        at: datetime = part[t.AT].max()  # type: ignore[assignment]
        yield str(cell), at, {"hours": part["hour"].to_list(), "hour_values": values}


def traveller_rows(rows: pl.DataFrame) -> Iterator[OnlineRow]:
    """Packed online rows of every traveller in `rows` (behaviour, see `transforms.behaviour`)."""
    return packed({name: view(rows) for name, view in t.TRAVELLER_VIEWS.items()})


def packed(views: Mapping[str, pl.DataFrame]) -> Iterator[OnlineRow]:
    """The same of the views of TRAVELLER_VIEWS."""
    by_category = _grouped(views["traveller_category"], C.CATEGORY, "traveller_category")
    by_poi = _grouped(views["traveller_poi"], C.POI, "traveller_poi")
    by_step = _steps(views["traveller_step"])
    newest = t.latest(views["traveller"], [C.USER]).with_columns(
        pl.col(t.AT).dt.epoch("us").alias("known_until")
    )
    matrix = with_numbers(newest, numbers("traveller"))
    for row, vector in zip(newest.iter_rows(named=True), matrix, strict=True):
        user = row[C.USER]
        category_keys, category_values = by_category[user]
        poi_keys, poi_values = by_poi[user]
        chosen, minutes = by_step.get(user, ([], []))
        position = {p: n for n, p in enumerate(poi_keys)}
        yield (
            user,
            row[t.AT],
            {
                "vector": vector.tolist(),
                "known_until": int(row["known_until"]),
                "last_category": row["last_category"],
                "last_poi": row["last_poi"],
                "category_keys": category_keys,
                "category_values": category_values,
                "poi_keys": poi_keys,
                "poi_values": poi_values,
                "step_places": [position[p] for p in chosen],
                "step_minutes": minutes,
            },
        )


def _steps(view: pl.DataFrame) -> dict[str, tuple[list[str], list[int]]]:
    """The last places each traveller chose, and the local minutes, oldest first."""
    steps = view.sort(C.USER, t.AT, C.POI)
    held = steps.group_by(C.USER, maintain_order=True).tail(t.STEPS)
    packed = held.group_by(C.USER, maintain_order=True).agg(C.POI, "minute")
    return {user: (pois, minutes) for user, pois, minutes in packed.iter_rows()}


def _grouped(
    view: pl.DataFrame, key: str, name: str, of: str = C.USER
) -> dict[str, tuple[list[str], list[float]]]:
    """The newest row of each `key`, packed by `of`."""
    newest = t.latest(view, [of, key]).sort(of, key)
    matrix = with_numbers(newest, numbers(name))
    owners, keys = newest[of].to_list(), newest[key].to_list()
    out: dict[str, tuple[list[str], list[float]]] = {}
    for owner, k, values in zip(owners, keys, matrix, strict=True):
        held = out.setdefault(owner, ([], []))
        held[0].append(k)
        held[1].extend(values.tolist())
    return out


def past_rows(rows: pl.DataFrame, log_seq: int) -> Iterator[OnlineRow]:
    """All that each traveller did, packed raw: the ground on which feedback builds.

    `log_seq` is the newest number of the feedback log that `rows` already contain. Nothing is cut
    off at the horizon: the row of a place met long ago counts the year before that meeting.
    """
    packed = (
        t.of_travellers(rows)
        .group_by(C.USER, maintain_order=True)
        .agg(
            pl.col(C.POI),
            pl.col(C.EVENT_TYPE),
            pl.col(C.KNOWN_AT).dt.epoch("us"),
            pl.col(C.VALUE).fill_null(np.nan),
            pl.col("lead_hours").cast(pl.Float64).fill_null(np.nan),
            pl.col(C.KNOWN_AT).max().alias(t.AT),
        )
    )
    for user, pois, kinds, known_at, values, lead, at in packed.iter_rows():
        yield (
            user,
            at,
            {
                "poi_keys": pois,
                "kinds": kinds,
                "known_at": known_at,
                "values": values,
                "lead_hours": lead,
                "log_seq": log_seq,
            },
        )


def refresh_travellers(
    features: Online, users: Sequence[str], feedback: FeedbackLog, places: one_traveller.MetPlaces
) -> None:
    """Write these travellers' online rows anew: the past of the last build and all feedback since.

    Together, for that costs hardly more than one alone. Another process may be at the same
    traveller: who looked first may write last. So everybody looks again after writing, and begins
    anew with those of whom there is more by now.
    """
    while users:
        pasts = dict(zip(users, features.read_now("traveller_past", users), strict=True))
        since = {user: past["log_seq"] if past else 0 for user, past in pasts.items()}
        logged = _logged(feedback, since)
        made = [
            one_traveller.row(u, one_traveller.Done.of(pasts[u], logged[u], places)) for u in pasts
        ]
        rows = [row for row in made if row is not None]
        if rows:
            features.write_now("traveller", rows)
        seen = {user: logged[user][-1].seq if logged[user] else since[user] for user in pasts}
        newer = feedback.of_users(list(seen), after=min(seen.values()))
        users = [user for user, told in newer.items() if told and told[-1].seq > seen[user]]


def _logged(feedback: FeedbackLog, since: Mapping[str, int]) -> dict[str, list[LoggedInteraction]]:
    """What each traveller told after that number: one question for all of one build."""
    found: dict[str, list[LoggedInteraction]] = {}
    for after in set(since.values()):
        found |= feedback.of_users([user for user in since if since[user] == after], after)
    return found


def profile_rows(profile: pl.DataFrame) -> Iterator[OnlineRow]:
    for row in profile.iter_rows(named=True):
        yield row[C.USER], row[t.AT], {c: row[c] for c in COLUMNS["profile"]}
