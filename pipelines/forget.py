"""Erase a traveller: from the log, the history, the features and the conversations.

It is no flow: Prefect would keep whom it was asked to forget. Models name nobody, and learn at the next
training from what is left. Doing it again is always right.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from butler.columns import C
from butler.errors import NotFound
from butler.settings import Settings
from butler.stores.open import log_of, open_chats
from butler.stores.tables import Tables
from features.online_rows import open_rows
from features.store import Features
from features.views import ONLINE_KEYS, VIEW_KEYS
from pipelines.build_features import Tell, build


@dataclass(frozen=True)
class Forgotten:
    """Rows of the log and of the history, and turns of conversations, that were erased; whether features
    of others are left."""

    log: int
    history: int
    turns: int
    others: bool


def forget(home: Path, settings: Settings, user_id: str, tell: Tell = lambda _: None) -> Forgotten:
    """Erase all that is kept of the traveller, and build the features of the others anew.

    What they do from now on begins them anew. Raises StoreUnavailable where a store cannot be reached.
    Online rows are erased before the build, which may fail, and after it: a server may have written them.
    """
    tables = Tables(home)
    with closing(open_chats(settings.chats_url())) as chats:
        turns = chats.clear(user_id)
    # a compaction in between would bring into the history what the log has just lost
    with tables.exclusive(), closing(log_of(settings)) as log:
        of_log, of_history = log.forget(user_id), tables.forget(user_id)
    features, views = Features(home, settings.online_url), _of_travellers(ONLINE_KEYS)
    features.apply()
    with closing(open_rows(home, settings.online_url)) as online:
        online.forget(views, user_id)
        others = _build(home, settings, features, tell)
        online.forget(views, user_id)
    return Forgotten(of_log, of_history, turns, others)


def _build(home: Path, settings: Settings, features: Features, tell: Tell) -> bool:
    """Whether there are others; without them nothing is to be built, and their views are erased."""
    try:
        build(home, settings, tell)
    except NotFound:
        for view in _of_travellers({view: keys[0] for view, keys in VIEW_KEYS.items()}):
            features.path(view).unlink(missing_ok=True)
        return False
    return True


def _of_travellers(keys: Mapping[str, str]) -> list[str]:
    return [view for view, key in keys.items() if key == C.USER]
