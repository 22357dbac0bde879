"""The engine behind the API: holds the moment, refreshes it, recommends and learns."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from butler.clock import Clock
from butler.domain import Impression, Interaction
from butler.errors import (
    ButlerError,
    ModelUnavailable,
    NotFound,
    NotRanked,
    StoreUnavailable,
)
from butler.settings import ServingSettings, Settings
from butler.stores.known_keys import KnownKeys
from butler.stores.open import log_of
from butler.stores.ports import ImpressionLog
from butler.stores.sql import SqlLog
from features.built import built_path, load_built, weather_path
from features.guarded import Guarded, Patience
from features.one_traveller import MetPlaces
from features.online_rows import open_rows
from features.trending import Live
from models.composite import Composite
from models.registry import models_folder
from models.unranked import UNRANKED
from serving.answers import Answer, Explanation, Observer, Readiness, Request, Vitals
from serving.champion import load_model
from serving.explain.attributed import explanation
from serving.explain.words import Words
from serving.golden import try_out
from serving.impressions import WrittenBehind
from serving.learning import Learner
from serving.loader import Loader
from serving.logged import answer_of
from serving.memory import give_back
from serving.moment import Moment, Places, Sky, Trending
from serving.offer import Offer
from serving.recommend import Look, look, recommend, told_of
from serving.together import WrittenTogether

_log = logging.getLogger("butler.serving")
RETRY_SECONDS = 15.0, 600.0  # between tries of a champion that does not answer: at first, at last
BRIEF_SECONDS = 2.0  # that a start, and each look, waits for an online store that does not answer
TRENDING_SECONDS = 60.0  # feedback is to be counted within


class Unobserved:
    """`serving.answers.Observer` that does not look."""

    def visible(self, seconds: float) -> None: ...

    def logged(self, impressions: Sequence[Impression]) -> None: ...


class Engine:
    """`serving.answers.Recommender` over the real stores. Safe for several threads.

    Three ways lead to the online store: patient ones for places and weather, guarded ones for
    requests and for learning, so that none of them waits for another.
    """

    def __init__(
        self, settings: Settings, clock: Clock, log: SqlLog, waiting: int, observer: Observer
    ) -> None:
        self._home, self._log, self._clock = settings.home, log, clock
        self._features = open_rows(settings.home, settings.online_url)
        brief = open_rows(settings.home, settings.online_url, wait=BRIEF_SECONDS)
        self._loader = Loader(settings.home, self._features, brief, clock)
        patience = patience_of(settings.serving)
        self._online = Guarded.of(settings.home, settings.online_url, patience)
        self._learning = Guarded.of(settings.home, settings.online_url, patience)
        self._behind_answers = (
            WrittenBehind(log.impressions, waiting, observer.logged) if waiting else None
        )
        self._impressions: ImpressionLog = self._behind_answers or log.impressions
        self._moment: Moment | None = None
        self._why_not, self._tried_at, self._pause = "", 0.0, RETRY_SECONDS[0]
        self._seen: dict[str, Any] = {}
        self._loading = threading.Lock()
        self._former: Composite | None = None  # a version that answered before the champion
        self._live = Live(log.feedback)
        self._counted_at: float | None = None  # by a clock that never jumps
        self._left = True  # feedback of a killed process, which is to be learned
        self._known_keys = KnownKeys.of(settings)
        self._log_away = False
        self._feedback = WrittenTogether(log.feedback)
        self._learner = Learner(self._learning, log.feedback, self._places, observer.visible)

    @classmethod
    def open(
        cls,
        settings: Settings,
        clock: Clock | None = None,
        waiting: int = 0,
        observer: Observer | None = None,
        log: SqlLog | None = None,
    ) -> "Engine":
        """Open the stores, catch up with feedback a killed process left behind, load the moment.

        The clock is that of the settings unless another is given. With `waiting`, impressions are
        written behind the answers, and so many may wait; without, before them. The engine closes the
        `log`; one of its own is opened unless one is given.

        Without features or a champion the engine opens all the same, and answers what to do. A
        champion that cannot answer is made up for (`champion.load_model`), and so is an online store
        that is away (`kept.py`). A log that is opened late may be away, too. Raises StoreUnavailable for
        a damaged store otherwise.
        """
        Words.prepare()
        log = log or log_of(settings)
        engine = cls(settings, clock or settings.clock(), log, waiting, observer or Unobserved())
        try:
            engine.refresh()
        except (
            StoreUnavailable
        ) as error:  # mostly the log: answers do without, each look tries again
            _log.error("a worker starts, though not all is there: %s", error)
        return engine

    def recommend(self, request: Request, request_id: str | None = None) -> Answer:
        """The slate; under an id of its own unless one is given (which must be new)."""
        return recommend(request, self.moment, self._online, self._impressions, request_id)

    def look(self, request: Request, seed: str) -> Look:
        """A slate that is shown to nobody, and so is not logged; `seed` is that of its exploration."""
        return look(request, self.moment, self._online, seed)

    def told(self, request: Request) -> dict[str, Any]:
        """The context that an answer would have."""
        return told_of(request, self.moment, self._online)

    def explain(self, request_id: str) -> Explanation:
        """Full attributions of a logged answer, by the model version that gave it."""
        impression = self.impression(request_id)
        if impression.model_version == UNRANKED:
            raise NotRanked(
                f"No ranker ordered the answer {request_id} (`degraded: ranker`), so there are no reasons "
                "for its order: its places stand as they were proposed."
            )
        return explanation(impression, self._version(impression.model_version))

    def answered(self, request_id: str) -> Answer:
        """A logged answer, as it was told."""
        impression = self.impression(request_id)
        ranked = impression.model_version != UNRANKED
        model = self._version(impression.model_version) if ranked else None
        return answer_of(impression, model, self.moment.places)

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

    def offer(self) -> Offer:
        return Offer.of(self.moment.places.catalogue)

    def learn(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        """Durable first; then the online rows. A row that cannot be written is written later."""
        new = self._feedback.append(interactions, known_at)
        fresh = set(new)
        self._learner.learn(i.user_id for i in interactions if i.event_id in fresh)
        return new

    def readiness(self) -> Readiness:
        checks = {
            "champion": self._champion(),
            "online_store": _answer_of(lambda: self._online.read_now("profile", [""])),
            "log": _answer_of(self._log.feedback.last_seq),
        }
        if self._behind_answers and self._behind_answers.trouble:
            checks["impression_log"] = self._behind_answers.trouble
        if self._learner.behind:
            checks["learning"] = self._learner.told()
        if self._moment and "places_kept" in self._moment.degraded:
            checks["places"] = self._loader.told(self._moment)
        age = self._trending_age()
        if age is not None and age > TRENDING_SECONDS:
            checks["trending"] = f"counters of places are {age:.0f} s old; see the log"
        let_in = checks["log"] == "ok" or bool(self._known_keys.fresh())
        if not let_in:
            checks["keys"] = "no service key can be checked without the log: nobody is let in"
        return Readiness(self._moment is not None and let_in, checks)

    def vitals(self) -> Vitals:
        moment, behind, now = self._moment, self._behind_answers, self._clock.now()
        return Vitals(
            model_version=moment.model.version if moment else None,
            refused_version=moment.setback.version if moment and moment.setback else None,
            places_age=(now - moment.places.as_of).total_seconds() if moment else None,
            weather_age=(now - moment.sky.as_of).total_seconds() if moment else None,
            trending_age=self._trending_age(),
            impressions_waiting=behind.waiting if behind else 0,
            impressions_lost=behind.lost if behind else 0,
            travellers_behind=self._learner.behind,
            online_store_away=bool(self._online.trouble),
            log_away=self._log_away,
        )

    def refresh(self) -> None:
        """Load anew what changed on disk, count what the log holds, and swap each in as a whole."""
        with self._loading:
            try:
                self._load()
            except ButlerError as error:
                self._why_not = str(error)
                if self._moment is not None:
                    raise
            finally:  # neither waits for the other to be mended
                self._count()
        self._take_up()
        self._learner.catch_up()

    def count(self) -> None:
        """Take in the feedback that any server has accepted since; `refresh` does it, too."""
        with self._loading:
            self._count()

    def _count(self) -> None:
        if self._moment is None:
            return
        self._log_away = True
        changed = self._live.count(self._clock.now())
        self._log_away = False
        if changed:
            trending = Trending.of(self._live, self._moment.places)
            self._moment = replace(self._moment, trending=trending)
        self._counted_at = time.monotonic()

    def _take_up(self) -> None:
        """Once, as soon as the log is there: learn the feedback that a killed process left behind."""
        if self._left:
            self._learner.leave_behind(self._log.feedback.users_since(self._learned_seq()))
            self._left = False

    def _trending_age(self) -> float | None:
        """Seconds since the counters took in the log."""
        return None if self._counted_at is None else time.monotonic() - self._counted_at

    def close(self) -> None:
        self._learner.close()
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
            "sky": (_stamp(weather_path(self._home)), f"{self._clock.now():%Y%m%d%H}"),
            "model": _stamp(models_folder(self._home) / "champion.json"),
        }
        changed = {part for part, stamp in stamps.items() if self._seen.get(part) != stamp}
        again = self._retrying()
        if again:
            changed.add("model")
        if now is not None and not changed:
            return
        places, sky = self._loader.load(now, changed)
        if places.kept or sky.kept:  # the store is asked again at the next look
            del stamps["places"], stamps["sky"]
        same = now is not None and now.places is places
        trending = now.trending if now and same else Trending.of(self._live, places)
        if now is None or not same or "model" in changed:
            self._moment = self._with_champion(places, sky, trending)
            self._tried_at = time.monotonic()
            self._pause = min(2 * self._pause, RETRY_SECONDS[1]) if again else RETRY_SECONDS[0]
        else:
            self._moment = replace(now, places=places, sky=sky, trending=trending)
        self._seen = stamps
        give_back()

    def _retrying(self) -> bool:
        """Whether a champion that does not answer is due to be tried again: its files may be mended."""
        setback = self._moment and self._moment.setback
        return bool(setback) and time.monotonic() - self._tried_at > self._pause

    def _with_champion(self, places: Places, sky: Sky, trending: Trending) -> Moment:
        """A moment with the champion, loaded and tried out beside the moment that answers."""
        now = self._moment

        def tried(model: Composite) -> None:
            new = Moment(places, sky, trending, model)
            try_out(self._home, new, now, self._clock.now())

        standing = now.model if now and now.places is places else None
        visits = places.arrays["p_visits_30d"]
        model, setback = load_model(self._home, places.catalogue, tried, standing, visits)
        return Moment(places, sky, trending, model, setback)

    def _champion(self) -> str:
        """What readiness says of it."""
        if self._moment is None:
            return self._why_not
        setback = self._moment.setback
        if setback is None:
            return "ok"
        if not self._moment.model.ranks:
            return f"no version can rank, candidates stand in their own order: {setback.why}"
        what = setback.cause.replace("_", " ")
        serves = self._moment.model.version
        return f"ok: {what}, version {serves} serves instead of {setback.version}: {setback.why}"

    def _places(self) -> MetPlaces | None:
        return self._moment.places.catalogue.met if self._moment else None


def patience_of(serving: ServingSettings) -> Patience:
    return Patience(serving.store_deadline_ms / 1000, pause=serving.store_pause_seconds)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Changes whenever the file is replaced."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_mtime_ns, found.st_ino)


def _answer_of(question: Callable[[], object]) -> str:
    try:
        question()
    except ButlerError as error:
        return str(error)
    return "ok"
