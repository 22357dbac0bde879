"""OpenWeather's One Call 3.0 over real HTTP: what we ask, and what its own samples become.

The samples are in ../shared/contracts/openweather; a server on this machine answers with them.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from butler.columns import SCHEMAS, C
from butler.errors import StoreUnavailable
from butler.forecasts import ATTEMPTS, LONGEST_PAUSE, OpenWeather, open_forecasts
from data_contracts.validate import validate

SAMPLES = Path(__file__).parents[2].parent / "shared" / "contracts" / "openweather"
KEY = "0123456789abcdef-secret"
LISBON = (38.7078, -9.1366)
Reply = tuple[int, dict[str, str], bytes]

pytestmark = pytest.mark.skipif(
    not SAMPLES.exists(), reason="needs ../shared/contracts/openweather beside the repository"
)


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())


def ok(said: Any) -> Reply:
    return 200, {}, json.dumps(said).encode()


class Vendor(ThreadingHTTPServer):
    """Answers one reply after the other, the last one for ever; remembers what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list[Reply] = []
        self.asked: list[str] = []
        self.pauses: list[float] = []
        self.silent = threading.Event()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def source(self, timeout_seconds: float = 5.0) -> OpenWeather:
        return OpenWeather(f"http://{self.address}", KEY, timeout_seconds, self.pauses.append)


class _Handler(BaseHTTPRequestHandler):
    server: Vendor

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        replies = self.server.replies
        if not replies:
            self.server.silent.wait(10)
            return
        status, headers, body = replies.pop(0) if len(replies) > 1 else replies[0]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing: the test reads `asked`."""


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    server = Vendor()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.silent.set()
    server.shutdown()
    server.server_close()


def test_a_point_is_asked_for_once_in_the_vendors_words(vendor: Vendor) -> None:
    vendor.replies = [ok(sample("sample.one_call_weather.json"))]
    source = open_forecasts(f"openweather+http://{vendor.address}", KEY, seed=7)
    source.forecast([LISBON], datetime(2023, 7, 3, 11, 36, tzinfo=UTC))
    (asked,) = vendor.asked
    assert urlsplit(asked).path == "/data/3.0/onecall"
    assert parse_qs(urlsplit(asked).query) == {
        "lat": ["38.7078"],
        "lon": ["-9.1366"],
        "units": ["metric"],
        "exclude": ["minutely,alerts"],
        "appid": [KEY],
    }


def test_the_sample_becomes_rows_that_keep_the_contract_of_weather(vendor: Vendor) -> None:
    said = sample("sample.one_call_weather.json")
    vendor.replies = [ok(said)]
    asked_at = datetime.fromtimestamp(said["current"]["dt"] + 60, UTC)
    rows = vendor.source().forecast([LISBON], asked_at)
    assert rows.schema == pl.Schema(SCHEMAS["weather"].columns)
    assert validate("weather", rows, "sample").quarantined.is_empty()
    ahead = rows.filter(pl.col(C.VALID_AT) > asked_at)[C.VALID_AT]
    hourly = ahead.filter(ahead <= datetime.fromtimestamp(said["hourly"][-1]["dt"], UTC))
    assert hourly.len() == 47  # 48, less the hour that runs
    assert ahead.to_list()[-1] > asked_at + timedelta(days=7)
    assert ahead.n_unique() == ahead.len()
    first = rows.filter(pl.col(C.VALID_AT) == hourly[0]).row(0, named=True)
    its = next(h for h in said["hourly"] if h["dt"] == int(hourly[0].timestamp()))
    assert first[C.TEMPERATURE] == its["temp"]
    assert first[C.WIND] == its["wind_speed"]
    assert first[C.UV] == its["uvi"]
    assert first[C.PRECIPITATION] == 0.0  # dry: the vendor leaves "rain" out
    assert first[C.CONDITION] == "clouds"


def test_the_official_sample_with_rain_in_its_day_is_read(vendor: Vendor) -> None:
    """Its only day has 0.15 mm of rain, which is spread over the hours."""
    said = sample("official-page-sample.onecall-3.0.json")
    vendor.replies = [ok(said)]
    asked_at = datetime.fromtimestamp(said["current"]["dt"], UTC)
    rows = vendor.source().forecast([(33.44, -94.04)], asked_at)
    seen, *ahead = rows.iter_rows(named=True)
    assert (seen[C.VALID_AT], seen[C.TEMPERATURE]) == (asked_at, 292.55)
    assert {round(row[C.PRECIPITATION] * 24, 6) for row in ahead} == {0.15}
    assert {row[C.CONDITION] for row in ahead} == {"rain"}


def test_a_refusal_is_told_in_the_vendors_words_and_not_tried_again(vendor: Vendor) -> None:
    vendor.replies = [(404, {}, json.dumps(sample("sample.api_error.json")).encode())]
    with pytest.raises(StoreUnavailable, match="404 not found"):
        vendor.source().forecast([LISBON], datetime.now(UTC))
    assert len(vendor.asked) == 1
    assert vendor.pauses == []


def test_a_wrong_key_is_named_but_never_shown(vendor: Vendor) -> None:
    vendor.replies = [(401, {}, json.dumps({"message": f"Invalid API key {KEY}"}).encode())]
    with pytest.raises(StoreUnavailable, match="BUTLER_WEATHER_KEY") as raised:
        vendor.source().forecast([LISBON], datetime.now(UTC))
    assert KEY not in str(raised.value)


def test_too_many_requests_are_tried_again_after_the_pause_the_vendor_wants(
    vendor: Vendor,
) -> None:
    good = ok(sample("sample.one_call_weather.json"))
    vendor.replies = [(429, {"Retry-After": "3"}, b"{}"), good]
    asked_at = datetime(2023, 7, 3, 11, 36, tzinfo=UTC)
    assert vendor.source().forecast([LISBON], asked_at).height > 46
    assert vendor.pauses == [3.0]


def test_a_vendor_that_wants_an_hour_of_patience_gets_seconds_and_few_attempts(
    vendor: Vendor,
) -> None:
    vendor.replies = [(429, {"Retry-After": "3600"}, b"too many")]
    with pytest.raises(StoreUnavailable, match="429"):
        vendor.source().forecast([LISBON], datetime.now(UTC))
    assert len(vendor.asked) == ATTEMPTS
    assert vendor.pauses == [LONGEST_PAUSE] * (ATTEMPTS - 1)


def test_the_vendors_own_failure_is_tried_again(vendor: Vendor) -> None:
    good = ok(sample("sample.one_call_weather.json"))
    vendor.replies = [(503, {}, b""), (500, {}, b"<html>"), good]
    asked_at = datetime(2023, 7, 3, 11, 36, tzinfo=UTC)
    assert vendor.source().forecast([LISBON], asked_at).height > 46
    assert len(vendor.asked) == 3


def test_a_vendor_that_never_answers_is_given_up(vendor: Vendor) -> None:
    with pytest.raises(StoreUnavailable, match="Timeout"):
        vendor.source(timeout_seconds=0.05).forecast([LISBON], datetime.now(UTC))
    assert len(vendor.asked) == ATTEMPTS


def test_a_vendor_that_is_not_there_is_named() -> None:
    source = OpenWeather("http://127.0.0.1:1", KEY, 1.0, pause=lambda _: None)
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1") as raised:
        source.forecast([LISBON], datetime.now(UTC))
    assert KEY not in str(raised.value)


def _without_temperature(said: Any) -> bytes:
    del said["hourly"][5]["temp"]
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: b"<html>a proxy's page</html>",
        lambda said: b"[]",
        lambda said: json.dumps({"lat": 1}).encode(),
        _without_temperature,
    ],
)
def test_an_answer_of_another_form_is_refused_whole(
    vendor: Vendor, spoil: Callable[[Any], bytes]
) -> None:
    vendor.replies = [(200, {}, spoil(sample("sample.one_call_weather.json")))]
    with pytest.raises(StoreUnavailable, match=r"One Call API 3\.0"):
        vendor.source().forecast([LISBON], datetime(2023, 7, 3, 11, 36, tzinfo=UTC))


def test_the_key_is_in_no_log(vendor: Vendor, caplog: pytest.LogCaptureFixture) -> None:
    vendor.replies = [ok(sample("sample.one_call_weather.json"))]
    with caplog.at_level(logging.DEBUG):
        vendor.source().forecast([LISBON], datetime(2023, 7, 3, 11, 36, tzinfo=UTC))
    assert "onecall" in caplog.text
    assert KEY not in caplog.text
