"""Erase a traveller: from the log, the history, the features and the conversations.

It is no flow: Prefect would keep whom it was asked to forget. Models name nobody, and learn at the next
training from what is left. Doing it again is always right.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from butler.columns import C
from butler.settings import Settings
from butler.stores.open import log_of, open_chats
from butler.stores.tables import Tables
from features.online_rows import open_rows
from features.views import ONLINE_KEYS
from pipelines.build_features import Tell, build


@dataclass(frozen=True)
class Forgotten:
    """Rows of the log and of the history, and turns of conversations, that were erased."""

    log: int
    history: int
    turns: int


def forget(home: Path, settings: Settings, user_id: str, tell: Tell = lambda _: None) -> Forgotten:
    """Erase all that is kept of the traveller, and build the features of the others anew.

    What they do from now on begins them anew. Raises StoreUnavailable where a store cannot be reached.
    """
    tables = Tables(home)
    with closing(open_chats(settings.chats_url())) as chats:
        turns = chats.clear(user_id)
    # a compaction in between would bring into the history what the log has just lost
    with tables.exclusive(), closing(log_of(settings)) as log:
        of_log, of_history = log.forget(user_id), tables.forget(user_id)
    build(home, settings, tell)
    with closing(open_rows(home, settings.online_url)) as online:
        online.forget([view for view, key in ONLINE_KEYS.items() if key == C.USER], user_id)
    return Forgotten(of_log, of_history, turns)
