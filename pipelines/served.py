"""What was served and what came of it, read from the log: for judging models and for drift."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from butler.columns import CLICK
from butler.domain import Impression, Interaction
from butler.settings import Settings
from butler.stores.open import log_of
from butler.stores.sql import SqlLog
from models.unranked import UNRANKED

PAGE = 500  # impressions read at once: about 50 MB
CLICK_WINDOW = timedelta(hours=1)  # a click comes within the hour; younger slates are not judged


def impressions_between(
    settings: Settings, start: datetime, end: datetime, most: int, version: str
) -> list[Impression]:
    """The newest `most` slates that the version serves, asked for in [start, end).

    They are read from the newest on; a page without any of the version ends the search, so that a
    long log of earlier versions is not read for a new one; answers without a ranker are stepped over.
    """
    log = log_of(settings)
    found: list[Impression] = []
    last = log.impressions.last_seq()
    while last > 0 and len(found) < most:
        page = [i for i in log.impressions.since(max(0, last - PAGE), PAGE) if i.seq <= last]
        last -= PAGE
        if page and all(i.model_version == UNRANKED for i in page):
            continue  # the version was there before, and may be again
        served = [i for i in page if i.model_version == version]
        found = [i for i in served if start <= i.requested_at < end and i.slate] + found
        if not served or served[0].requested_at < start:
            break
    log.close()
    return found[-most:]


def clicks_on(settings: Settings, impressions: list[Impression]) -> dict[str, dict[str, float]]:
    """request_id -> poi_id -> 1 for each place of these slates that was clicked on."""
    wanted = {i.request_id for i in impressions}
    out: dict[str, dict[str, float]] = defaultdict(dict)
    log = log_of(settings)
    for interaction in _interactions(log):
        if interaction.event_type == CLICK and interaction.request_id in wanted:
            out[interaction.request_id][interaction.poi_id] = 1.0
    log.close()
    return dict(out)


def _interactions(log: SqlLog) -> Iterator[Interaction]:
    after = 0
    while page := log.feedback.since(after):
        yield from (logged.interaction for logged in page)
        after = page[-1].seq
