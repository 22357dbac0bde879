"""What the application asks of its stores. An adapter answers; it holds no business rule."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import polars as pl

from butler.domain import Acted, ChatTurn, Impression, Interaction, LoggedInteraction, TripFacts


class FeedbackLog(Protocol):
    """The durable log of accepted feedback, in the order of arrival."""

    def append(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        """Store them durably before returning; return the event_ids that were new.

        An event_id that is already stored is left as it is: it counts once. Arrivals keep one
        order: where `known_at` is not after the newest one's, the moment just after that is taken.
        """

    def of_users(self, users: Sequence[str], after: int = 0) -> dict[str, list[LoggedInteraction]]:
        """Of each traveller the interactions with `seq > after`, oldest first."""

    def since(self, after: int, limit: int = 50_000) -> list[LoggedInteraction]:
        """All interactions with `seq > after`, oldest first."""

    def users_since(self, after: int) -> list[str]:
        """Travellers who have an interaction with `seq > after`."""

    def acted(self, since: datetime, within: timedelta) -> list[Acted]:
        """What arrived at `since` or later, at most `within` from when it happened, summed up by
        place, kind and minute of arrival: as few rows as that makes, however much was said."""

    def last_seq(self) -> int:
        """The number of the newest interaction; 0 when there is none."""


class ImpressionLog(Protocol):
    """What was shown, to whom, why, and with which probability."""

    def append(self, impressions: Sequence[Impression]) -> None: ...

    def get(self, request_id: str) -> Impression:
        """The impression; raises NotFound."""

    def since(self, after: int, limit: int = 5_000) -> list[Impression]:
        """Impressions with `seq > after`, oldest first."""

    def last_seq(self) -> int:
        """The number of the newest impression; 0 when there is none."""


class KeyStore(Protocol):
    """Service keys; only their hashes are kept."""

    def create(self, name: str) -> str:
        """A new key, shown this once."""

    def check(self, key: str) -> str | None:
        """The name the key was made for, or None if it is not a key of ours."""

    def valid(self) -> dict[str, str]:
        """The names of all keys that are valid now, by hash."""

    def revoke(self, name: str) -> int:
        """Forget all keys of that name; how many there were."""


class Watermarks(Protocol):
    """How far each consumer of a log has come."""

    def get(self, name: str) -> int: ...

    def set(self, name: str, value: int) -> None: ...


class Chats(Protocol):
    """Conversations of travellers, and what they told of their trip."""

    def append(self, turns: Sequence[ChatTurn]) -> None:
        """Keep them, in this order. A turn_id that is already kept is left as it is."""

    def history(self, user_id: str, limit: int, before: str | None = None) -> list[ChatTurn]:
        """The newest `limit` turns, oldest first; with `before`, those before that turn of theirs.

        None where the traveller has no such turn.
        """

    def clear(self, user_id: str) -> int:
        """Forget the traveller's turns and trip; how many turns there were."""

    def trip(self, user_id: str) -> TripFacts:
        """What the traveller has told so far; nothing of somebody unknown."""

    def remember(self, user_id: str, trip: TripFacts, told_at: datetime) -> None:
        """Keep it in place of what was kept before."""

    def expire(self, before: datetime) -> int:
        """Forget turns said and trips told before that moment; how many there were."""


class PoiSearch(Protocol):
    """Places found by words: names, categories, tags, in any language they are known in."""

    def index(self, pois: pl.DataFrame, fingerprint: str) -> None:
        """Hold exactly these places (rows of the `pois` schema), in place of those held before.

        A column `words` more than the schema has further words to find each place by: what its
        category is called in each language. Those who search meanwhile find the old or the new.
        """

    def indexed(self) -> str | None:
        """The fingerprint of the places that are held; None where there are none."""

    def find(
        self,
        text: str,
        limit: int,
        category: str | None = None,
        near: tuple[float, float] | None = None,
        within_km: float | None = None,
    ) -> list[str]:
        """poi_ids, best first. Words may be misspelt by an accent, or be the beginning of a word.

        Places that have all the words stand before those that have some. `category` is a group or a
        `group/kind`. Without words: all places, the nearest first. `within_km` counts from `near`.
        """


class WeatherSource(Protocol):
    """Forecasts as they are issued now."""

    def forecast(self, points: Iterable[tuple[float, float]], issued_at: datetime) -> pl.DataFrame:
        """Rows of the `weather` schema for the next eight days; points it does not know get none.

        At least three-hourly, hourly where the source has it. Where the source knows what the
        weather is now, that is there, too: a row whose `valid_at` is not after `issued_at`.
        """
