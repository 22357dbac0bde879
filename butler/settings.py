"""The only reader of the environment. Every default runs offline, with no key and no server.

Built once where a process starts (the CLI, `serving/app.py`, the top of a flow) and passed
down as values. A variable is the prefix `BUTLER_`, the section, and the name:
`BUTLER_PORT=3100`, `BUTLER_SERVING__REQUEST_LIMIT_BYTES=65536`.
"""

from datetime import datetime
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote

from pydantic import AliasChoices, BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from butler.clock import Clock
from butler.errors import StoreUnavailable


class ServingSettings(BaseModel):
    request_limit_bytes: int = Field(256 * 1024, description="A larger body is refused with 413.")
    feedback_batch: int = Field(500, description="Most events one feedback request may carry.")
    candidates: int = Field(200, description="Candidates that are ranked for one request.")
    exploration: float = Field(
        0.1, ge=0, le=1, description="Share of the slate's tail drawn by softmax instead of rank."
    )
    refresh_seconds: float = Field(
        2, gt=0, description="How often places, weather, champion and feedback are looked at."
    )
    impressions_waiting: int = Field(
        2000, ge=1, description="Impressions that may wait in memory while the log is not writable."
    )
    queue: int = Field(
        32, ge=1, description="Recommendations that may wait for their turn; more get 503 at once."
    )
    queue_ms: float = Field(
        100,
        gt=0,
        description="Nobody is let in to wait longer than this, by what turns took of late.",
    )
    feedback_queue: int = Field(
        256, ge=1, description="Feedback requests that may wait for their turn; more get 503."
    )
    store_deadline_ms: float = Field(
        25, gt=0, description="How long a request waits for the online store, in all."
    )
    store_pause_seconds: float = Field(
        1, gt=0, description="How long an online store that failed is left alone before a new try."
    )
    workers: int = Field(1, ge=1, description="Serving processes.")
    reach_km: float = Field(60, gt=0, description="Places farther away are out of reach.")


class ChatSettings(BaseModel):
    """What is let into conversations, and how long they are kept."""

    keep_days: float = Field(
        30, gt=0, description="Conversations and trips older than this are forgotten."
    )
    text_limit: int = Field(2000, ge=1, description="Most characters of one message.")
    at_once: int = Field(8, ge=1, description="Messages a worker answers at once.")
    queue: int = Field(32, ge=0, description="Messages that may wait for it; more get 503 at once.")
    heartbeat_seconds: float = Field(
        15, gt=0, description="A silent stream says so often that it is still there."
    )
    sockets: int = Field(2000, ge=1, description="Sockets a worker keeps open; more are refused.")
    drain_seconds: float = Field(
        10, ge=0, description="What was begun over a socket may take so long when the server ends."
    )


class LogsSettings(BaseModel):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What the server says; INFO is one line a request."
    )
    form: Literal["json", "text"] = Field("json", description="JSON for machines, text for people.")


class TrainingSettings(BaseModel):
    seed: int = Field(7, description="Every random choice of training starts here.")
    train_days: int = Field(42, gt=0, description="Days of requests the ranker learns from.")
    test_days: int = Field(7, gt=0, description="Last days, kept for evaluation.")
    refit_days: int = Field(
        14, gt=0, description="Candidates are fitted anew for every so many days of training."
    )
    requests: int = Field(16000, gt=0, description="Most requests in the training frame.")
    test_requests: int = Field(2000, gt=0, description="Most requests in the evaluation.")
    negatives: int = Field(30, gt=0, description="Sampled candidates of a request without a slate.")
    trees: int = Field(200, gt=0, description="Trees of the ranker.")
    leaves: int = Field(15, gt=1, description="Leaves of one tree.")
    click_hours: float = Field(1, gt=0, description="A click later than this is not the slate's.")
    save_hours: float = Field(24, gt=0, description="The same for a save or a share.")
    visit_hours: float = Field(48, gt=0, description="The same for a visit or a rating.")
    booking_hours: float = Field(168, gt=0, description="The same for a booking.")
    save_worth: float = Field(0, ge=0, description="What a save is worth beside its click, 1.")
    visit_worth: float = Field(0.2, ge=0, description="What a visit is worth beside its click.")
    booking_worth: float = Field(0.5, ge=0, description="What a booking is worth beside its click.")


class RulesSettings(BaseModel):
    """Switches and strengths of the rerank rules; 0 or false turns a rule off."""

    drop_dismissed: bool = Field(
        True,
        description="Leave out for a year what the traveller dismissed, and never went to nor "
        "booked.",
    )
    drop_closed: bool = Field(True, description="Leave out what is closed on arrival.")
    drop_over_budget: bool = Field(
        True, description="Leave out what is above the budget that a request names."
    )
    over_budget: float = Field(
        0.1, ge=0, description="Cost of each price level above the traveller's budget."
    )
    visited: float = Field(0.1, ge=0, description="Cost of a place visited in the last 30 days.")
    habit: int = Field(3, ge=1, description="Visits from which a place is a habit, and costs none.")
    diversity: float = Field(
        0.02, ge=0, description="Weight of the distance from the traveller's own mix of kinds."
    )
    provider_share: float = Field(
        0.3, ge=0, le=1, description="Most of the first ten that one provider may take."
    )
    crowded_at: float = Field(
        50, ge=0, description="Visits of the last hour per hundred of capacity that are a crowd."
    )
    crowded_most: int = Field(2, ge=0, description="Most crowded places among the first ten.")
    temperature: float = Field(0.5, gt=0, description="Of the softmax the tail is drawn by.")
    pool: int = Field(20, gt=0, description="Places the tail is drawn from.")
    floor: float = Field(
        0.01, ge=0, le=1, description="Least probability of each place of the pool, in each draw."
    )


class GateSettings(BaseModel):
    """What a challenger must show to become champion."""

    ndcg_margin: float = Field(
        0.05, ge=0, description="Most NDCG@10 the paired lower bound may lie below the champion."
    )
    order_margin: float = Field(
        0.05, ge=0, description="Share of clicks its order of shown slates may at worst lose."
    )
    slates: int = Field(
        200, ge=2, description="Slates from which their order is judged, instead of NDCG."
    )
    impressions: int = Field(
        1000, ge=2, description="Slates served by the champion from which its log is a judge."
    )
    value_margin: float = Field(
        0.1, ge=0, description="Share of the champion's clicks the off-policy bound may lie below."
    )
    overlap: float = Field(
        0.5, ge=0, le=1, description="Least share of the challenger's slates that logs support."
    )
    contexts: int = Field(
        40, ge=0, description="Requests the behaviour tests are tried on; 0: none."
    )
    violations: float = Field(
        0.02, ge=0, le=1, description="Share of behaviour tries a ranker may violate."
    )
    latency_ms: float = Field(
        200, ge=0, description="Median milliseconds to score a request's candidates; 0: any."
    )


class DriftSettings(BaseModel):
    """When the last day differs from training enough to train anew."""

    psi: float = Field(
        0.25, gt=0, description="Population stability index from which a feature has drifted."
    )
    share: float = Field(
        0.3, gt=0, le=1, description="Share of drifted features that raises a retraining."
    )
    impressions: int = Field(200, gt=1, description="Slates of a day from which drift is judged.")


class SmallModel(BaseModel):
    """Which model understands, chooses tools and gives short answers; micro-dollars a token."""

    model: str = Field("claude-haiku-5-5", description="Id of the model.")
    effort: Literal["low", "medium", "high"] = Field("low", description="How much it thinks.")
    input: float = Field(1, ge=0, description="Price of a token read.")
    cache_write: float = Field(1.25, ge=0, description="Price of a token read and kept.")
    cache_read: float = Field(0.1, ge=0, description="Price of a token that was kept.")
    output: float = Field(5, ge=0, description="Price of a token written.")


class LargeModel(SmallModel):
    """Which model gives long answers: plans, comparisons, several places."""

    model: str = Field("claude-sonnet-5-5", description="Id of the model.")
    input: float = Field(3, ge=0, description="Price of a token read.")
    cache_write: float = Field(3.75, ge=0, description="Price of a token read and kept.")
    cache_read: float = Field(0.3, ge=0, description="Price of a token that was kept.")
    output: float = Field(15, ge=0, description="Price of a token written.")


class ClaudeSettings(BaseModel):
    """How Claude is asked, for how long, and for how much; all of it needs `claude_key`."""

    url: str = Field("https://api.anthropic.com", description="Where Claude is asked.")
    require_consent: bool = Field(
        True, description="Ask Claude only for messages whose traveller agreed to it."
    )
    first_seconds: float = Field(
        5, gt=0, description="A turn without a first sentence by then is the template's."
    )
    deadline_seconds: float = Field(
        15, gt=0, description="A turn that is not at its end by then is ended by the template."
    )
    hedge_seconds: float = Field(
        2, gt=0, description="When a second request follows, until first tokens have been timed."
    )
    rounds: int = Field(3, ge=1, description="Most rounds of tools in a turn.")
    short_tokens: int = Field(600, ge=64, description="Most tokens of a short answer.")
    long_tokens: int = Field(1500, ge=64, description="Most tokens of a long answer.")
    at_once: int = Field(8, ge=1, description="Turns a worker has Claude word at once.")
    breaker_failures: int = Field(
        5, ge=1, description="Failures in a row after which Claude is left alone."
    )
    breaker_seconds: float = Field(30, gt=0, description="For how long it is left alone.")
    budget_url: str = Field(
        "sqlite://", description="What was spent: `sqlite://` (in home) or `redis://HOST:PORT/DB`."
    )
    traveller_tokens: int = Field(200_000, ge=0, description="Tokens a traveller has a day.")
    traveller_micro_dollars: int = Field(
        200_000, ge=0, description="Millionths of a dollar a traveller has a day."
    )
    day_micro_dollars: int = Field(
        20_000_000, ge=0, description="Millionths of a dollar for all travellers of a day."
    )
    texts: int = Field(20_000, ge=1, description="Explanations that are kept.")
    texts_days: float = Field(30, gt=0, description="How long an explanation is kept.")
    texts_micro_dollars: int = Field(
        5_000_000, ge=0, description="Millionths of a dollar a day for explanations."
    )
    small: SmallModel = Field(default_factory=SmallModel)
    large: LargeModel = Field(default_factory=LargeModel)


class WorldSettings(BaseModel):
    pois: int = Field(0, ge=0, description="Places of the sample world; 0 is the catalogue as is.")
    travellers: int = Field(3000, gt=0, description="Simulated travellers.")
    days: int = Field(60, gt=0, description="Simulated days, ending today.")
    seed: int = Field(7, description="Same seed and end date, same world.")


class Settings(BaseSettings):
    """All settings; see docs/settings.md for the table."""

    model_config = SettingsConfigDict(
        env_prefix="BUTLER_", env_nested_delimiter="__", populate_by_name=True
    )

    home: Path = Field(Path(".butler"), description="Folder that holds everything written.")
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(3000, ge=1, le=65535, description="Port the server listens on.")
    online_url: str = Field(
        "sqlite://", description="Online features: `sqlite://` (in home) or `redis://HOST:PORT/DB`."
    )
    log_url: str = Field(
        "sqlite://",
        description="Feedback, impressions, keys: `sqlite://` (in home) or `postgresql://…`.",
    )
    documents_url: str = Field(
        "sqlite://",
        description="Conversations: `sqlite://` (in home), `postgresql://…` or `mongodb://…`.",
    )
    search_url: str = Field(
        "sqlite://", description="Places by words: `sqlite://` (in home) or `elasticsearch://…`."
    )
    registry_url: str = Field(
        "sqlite://", description="MLflow: `sqlite://` (in home) or a tracking server's URL."
    )
    weather_url: str = Field(
        "world://", description="Forecasts: `world://` (simulated) or `openweather://HOST`."
    )
    weather_key: SecretStr | None = Field(None, description="Key of the weather vendor.")
    claude_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("BUTLER_CLAUDE_KEY", "ANTHROPIC_API_KEY"),
        description="Anthropic's API key; without it templates answer.",
    )
    dask: str | None = Field(
        None, description="Dask scheduler (`tcp://HOST:8786`) to build features and train on."
    )
    now: datetime | None = Field(
        None, description="Start the clock here: to ask a dataset of the past as of its own time."
    )
    traces: str | None = Field(
        None,
        validation_alias=AliasChoices("BUTLER_TRACES", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        description="Where OpenTelemetry traces go, OTLP over HTTP: `http://HOST:4318`.",
    )
    bad_rows: float = Field(
        0.05, ge=0, le=1, description="Share of bad rows in a stream that stops ingestion."
    )
    serving: ServingSettings = Field(default_factory=ServingSettings)
    chat: ChatSettings = Field(default_factory=ChatSettings)
    logs: LogsSettings = Field(default_factory=LogsSettings)
    rules: RulesSettings = Field(default_factory=RulesSettings)
    training: TrainingSettings = Field(default_factory=TrainingSettings)
    gate: GateSettings = Field(default_factory=GateSettings)
    drift: DriftSettings = Field(default_factory=DriftSettings)
    claude: ClaudeSettings = Field(default_factory=ClaudeSettings)
    world: WorldSettings = Field(default_factory=WorldSettings)

    def clock(self) -> Clock:
        return Clock(self.now)

    def make_home(self) -> Path:
        """The home, made if it is missing. Raises StoreUnavailable when it cannot be."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"The folder {self.home} cannot be made ({error.strerror}): set BUTLER_HOME to one "
                "that can be written."
            ) from error
        return self.home

    @classmethod
    def prepared(cls) -> Self:
        """From the environment, with a home to write to. Raises StoreUnavailable."""
        settings = cls()
        settings.make_home()
        return settings

    @property
    def log_path(self) -> Path:
        return self.home / "log.db"

    def sql_url(self) -> str:
        """The URL of the log: in `home` unless a server is named."""
        return self._in_home(self.log_url, self.log_path)

    def chats_url(self) -> str:
        """The URL of conversations: the same."""
        return self._in_home(self.documents_url, self.home / "chats.db")

    def places_url(self) -> str:
        """The URL of the index of places: the same."""
        return self._in_home(self.search_url, self.home / "search.db")

    def _in_home(self, url: str, path: Path) -> str:
        """The path is quoted, for a folder may have `?` or `%` in its name."""
        return f"sqlite:///{quote(str(path.absolute()))}" if url == "sqlite://" else url
