"""What was served and what came of it, read from the log: for judging models and for drift."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from butler.columns import CLICK
from butler.domain import Impression, Interaction
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.sql import SqlLog

PAGE = 1_000
CLICK_WINDOW = timedelta(hours=1)  # a click comes within the hour; younger slates are not judged


def impressions_between(
    settings: Settings, start: datetime, end: datetime, most: int, version: str | None = None
) -> list[Impression]:
    """The newest `most` slates asked for in [start, end), of one model version if it is given."""
    log = open_log(settings.sql_url())
    found: list[Impression] = []
    last = log.impressions.last_seq()
    while last > 0 and len(found) < most:
        page = [i for i in log.impressions.since(last - PAGE, PAGE) if i.seq <= last]
        found = [
            i
            for i in page
            if start <= i.requested_at < end and version in (None, i.model_version) and i.slate
        ] + found
        if page and page[0].requested_at < start - timedelta(days=1):
            break
        last = last - PAGE
    log.close()
    return found[-most:]


def clicks_on(settings: Settings, impressions: list[Impression]) -> dict[str, dict[str, float]]:
    """request_id -> poi_id -> 1 for each place of these slates that was clicked on."""
    wanted = {i.request_id for i in impressions}
    out: dict[str, dict[str, float]] = defaultdict(dict)
    log = open_log(settings.sql_url())
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
