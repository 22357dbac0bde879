"""The engine behind the API: holds the moment, refreshes it, recommends and learns."""

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from butler.clock import Clock
from butler.domain import Impression, Interaction
from butler.errors import ButlerError, ModelUnavailable, NotFound, StoreUnavailable
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.ports import ImpressionLog
from butler.stores.sql import SqlLog
from features.built import built_path, load_built, weather_path
from features.online import refresh_traveller
from features.store import Features
from models.composite import Composite
from models.registry import models_folder
from serving.answers import Answer, Explanation, Readiness, Request
from serving.explain.attributed import explanation
from serving.impressions import WrittenBehind
from serving.moment import Moment, load_model, load_places, load_sky
from serving.recommend import recommend


class Engine:
    """`serving.answers.Recommender` over the real stores. Safe for several threads."""

    def __init__(
        self, home: Path, features: Features, log: SqlLog, clock: Clock, waiting: int = 0
    ) -> None:
        self._home, self._features, self._log, self._clock = home, features, log, clock
        self._behind_answers = WrittenBehind(log.impressions, waiting) if waiting else None
        self._impressions: ImpressionLog = self._behind_answers or log.impressions
        self._moment: Moment | None = None
        self._why_not = ""
        self._seen: dict[str, Any] = {}
        self._loading = threading.Lock()
        self._learning = threading.Lock()
        self._former: Composite | None = None  # a version that answered before the champion
        self._behind: set[str] = set()  # travellers whose online row lacks feedback

    @classmethod
    def open(cls, settings: Settings, clock: Clock | None = None, waiting: int = 0) -> "Engine":
        """Open the stores, catch up with feedback a killed process left behind, load the moment.

        The clock is that of the settings unless another is given. With `waiting`, impressions are
        written behind the answers, and so many may wait; without, before them.

        Without features or a champion the engine opens all the same, and answers what to do.
        Raises StoreUnavailable for damaged stores, ModelUnavailable for a damaged champion that
        has no predecessor.
        """
        log = open_log(settings.sql_url())
        features = Features(settings.home, settings.online_url)
        engine = cls(settings.home, features, log, clock or settings.clock(), waiting)
        engine._behind = set(log.feedback.users_since(engine._learned_seq()))
        engine.refresh(first=True)
        return engine

    def recommend(self, request: Request, request_id: str | None = None) -> Answer:
        """The slate; under an id of its own unless one is given (which must be new)."""
        return recommend(request, self.moment, self._features, self._impressions, request_id)

    def explain(self, request_id: str) -> Explanation:
        """Full attributions of a logged answer, by the model version that gave it."""
        impression = self.impression(request_id)
        return explanation(impression, self._version(impression.model_version))

    def impression(self, request_id: str) -> Impression:
        """What is logged of an answer, or is about to be. Raises NotFound."""
        return self._impressions.get(request_id)

    def _version(self, version: str) -> Composite:
        """The model of that version; the last one that is not the champion is kept at hand."""
        moment = self.moment
        for known in (moment.model, self._former):
            if known is not None and known.version == version:
                return known
        folder = models_folder(self._home) / version
        if not folder.is_dir():
            raise NotFound(f"the model version {version} that gave this answer is no longer kept")
        self._former = Composite.load(folder, moment.places.catalogue, version)
        return self._former

    @property
    def moment(self) -> Moment:
        """What requests are answered from now. Raises ModelUnavailable without a champion."""
        if self._moment is None:
            raise ModelUnavailable(self._why_not)
        return self._moment

    def learn(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        """Durable first; then the online rows. A row that cannot be written is written later."""
        new = self._log.feedback.append(interactions, known_at)
        fresh = set(new)
        self._behind |= {i.user_id for i in interactions if i.event_id in fresh}
        self._catch_up()
        return new

    def readiness(self) -> Readiness:
        checks = {
            "champion": "ok" if self._moment else self._why_not,
            "online_store": _answer_of(lambda: self._features.read_now("profile", [""])),
            "log": _answer_of(self._log.feedback.last_seq),
        }
        if self._moment and self._moment.previous_served:
            checks["champion"] = "ok: the previous champion serves, the newest is damaged"
        if self._behind_answers and self._behind_answers.trouble:
            checks["impression_log"] = self._behind_answers.trouble
        if self._behind:
            checks["learning"] = f"{len(self._behind)} travellers wait for the online store"
        served = self._moment is not None and checks["log"] == "ok"
        return Readiness(served, checks)

    def refresh(self, first: bool = False) -> None:
        """Load anew what changed on disk, and swap it in as a whole."""
        with self._loading:
            try:
                self._load()
            except ModelUnavailable as error:
                self._why_not = str(error)
                if first and (models_folder(self._home) / "champion.json").exists():
                    raise
            except ButlerError as error:
                self._why_not = str(error)
                if self._moment is not None:
                    raise
        if self._moment is not None:
            self._catch_up()

    def close(self) -> None:
        if self._behind_answers:
            self._behind_answers.close()
        self._log.close()

    def _learned_seq(self) -> int:
        """The number of the feedback that the last build has taken in."""
        try:
            return load_built(self._home).log_seq
        except NotFound:
            return 0

    def _load(self) -> None:
        now = self._moment
        stamps = {
            "places": _stamp(built_path(self._home)),
            "sky": (_stamp(weather_path(self._home)), self._clock.now().hour),
            "model": _stamp(models_folder(self._home) / "champion.json"),
        }
        changed = {part for part, stamp in stamps.items() if self._seen.get(part) != stamp}
        if now is not None and not changed:
            return
        places, sky = (now.places, now.sky) if now else (None, None)
        if places is None or "places" in changed:
            places = load_places(self._home, self._features)
        if sky is None or changed & {"places", "sky"}:
            sky = load_sky(self._home, self._features, places.catalogue, self._clock.now())
        if now is None or changed & {"places", "model"}:
            model, previous = load_model(self._home, places.catalogue)
        else:
            model, previous = now.model, now.previous_served
        self._moment = Moment(places, sky, model, previous)
        self._seen = stamps

    def _catch_up(self) -> None:
        """Refresh the travellers that are behind; those who cannot be now stay behind."""
        moment = self._moment
        if moment is None:
            return
        with self._learning:
            for user in sorted(self._behind):
                # before the log is read: feedback that arrives meanwhile marks the traveller anew
                self._behind.discard(user)
                try:
                    refresh_traveller(
                        self._features, user, self._log.feedback, moment.places.catalogue.frame
                    )
                except StoreUnavailable:
                    self._behind.add(user)
                    return  # named by readiness until the store is back


def _stamp(path: Path) -> tuple[int, int] | None:
    """Changes whenever the file is replaced."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_mtime_ns, found.st_ino)


def _answer_of(question: Any) -> str:
    try:
        question()
    except ButlerError as error:
        return str(error)
    return "ok"
