"""Real check-ins and real weather of New York, taken through the same pipelines and served."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from server import butler, serving

from butler.settings import Settings
from butler.stores.tables import Tables
from features.built import load_built
from models.registry import Registry
from tests.conftest import shared

FEWER = {"BUTLER_TRAINING__REQUESTS": "2500", "BUTLER_TRAINING__TEST_REQUESTS": "400"}


@pytest.fixture(scope="module")
def new_york(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the check-ins imported, ingested, built, trained and promoted by the command."""
    dataset, home = tmp_path_factory.mktemp("nyc"), tmp_path_factory.mktemp("home-nyc")
    imported = butler(
        home,
        *("import", "foursquare", "--out", str(dataset)),
        *("--checkins", str(shared("data/foursquare-nyc/train.csv"))),
        *("--pois", str(shared("data/foursquare-nyc/pois.csv"))),
        *("--weather", str(shared("data/weather-nyc/daily.csv"))),
    )
    assert imported.returncode == 0, imported.stderr
    run = butler(home, "run", "--no-serve", "--data", str(dataset), **FEWER)
    assert run.returncode == 0, run.stderr
    assert "champion" in run.stdout
    return home


def test_the_champion_beats_popularity_and_most_frequent_on_later_check_ins(
    new_york: Path,
) -> None:
    metrics = Registry(new_york).metrics("1")
    assert metrics["ndcg_at_10"] > metrics["most_frequent_ndcg_at_10"]
    assert metrics["ndcg_at_10"] > metrics["popularity_ndcg_at_10"]
    assert metrics["mrr"] > metrics["most_frequent_mrr"]
    assert metrics["test_requests"] == 400


def test_a_real_traveller_is_served_over_http_as_of_their_own_time(new_york: Path) -> None:
    as_of = load_built(new_york).as_of
    events = Tables(new_york).read("events")
    user = str(events["user_id"].value_counts(sort=True)["user_id"][0])
    own = set(events.filter(events["user_id"] == user)["poi_id"].to_list())
    morning = datetime.isoformat(as_of + timedelta(hours=14))
    with serving(new_york, BUTLER_NOW=morning) as server:
        answer = server.client.get("/api/v1/recommendations", params={"user_id": user}).json()
    assert answer["context"]["timezone"] == "America/New_York"
    assert answer["context"]["weather"]["source"] == "observation"
    shown = [item["poi_id"] for item in answer["items"]]
    assert len(shown) == 10
    assert len(own.intersection(shown)) >= 3, "a regular's own places are among the first ten"


def test_ingesting_the_same_check_ins_again_changes_nothing(new_york: Path) -> None:
    before = Tables(new_york).fingerprint()
    dataset = next(new_york.parent.glob("nyc*"))
    again = butler(new_york, "ingest", "--data", str(dataset))
    assert again.returncode == 0, again.stderr
    assert Tables(Settings(home=new_york).home).fingerprint() == before
