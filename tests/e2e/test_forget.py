"""A traveller who is forgotten is in no file of the home any more, and nobody else lost anything."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mongomock
import polars as pl
import pytest
from typer.testing import CliRunner

from butler.cli import app
from butler.columns import SCHEMAS, C
from butler.domain import ChatTurn, Interaction, TripFacts
from butler.settings import Settings
from butler.stores.mongo import MongoChats
from butler.stores.open import CHATS, log_of, open_chats
from butler.stores.tables import QUARANTINE_COLUMNS, Tables
from features.online_rows import open_rows
from pipelines.build_features import build
from pipelines.feedback import compact
from serving.api.recommendations import checked_request
from serving.engine import Engine

NOW = datetime.now(UTC)
MARKED = "traveller-who-goes"
OTHER = "traveller-who-stays"


def files_that_name(user: str, home: Path) -> set[str]:
    """Those of the home, by their path in it."""
    return {
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and user.encode() in told(path)
    }


def told(path: Path) -> bytes:
    """All that a file says; a table's columns are compressed."""
    return (
        pl.read_parquet(path).write_ndjson().encode()
        if path.suffix == ".parquet"
        else path.read_bytes()
    )


def act(home: Path, user: str, name: str) -> None:
    """A recommendation and a click on its first place, in the log."""
    settings = Settings(home=home)
    with closing(Engine.open(settings)) as engine:
        shown = engine.recommend(checked_request({"user_id": user}, NOW))
    click = Interaction(f"{user}-{name}", user, "click", shown.items[0].poi_id, NOW)
    with closing(log_of(settings)) as log:
        log.feedback.append([click], NOW)


@pytest.fixture
def lived_in(home: Path) -> Path:
    """Two travellers with profile, past, quarantine, conversation, trip, and acts not yet compacted."""
    settings, tables = Settings(home=home), Tables(home)
    for user in (MARKED, OTHER):
        tables.upsert(
            "travellers", pl.DataFrame([{C.USER: user}], schema=SCHEMAS["travellers"].columns)
        )
        act(home, user, "first")
        raw = {"table": "events", "file": "f", "raw": f'{{"user_id":"{user}"}}', "broken": "x"}
        tables.quarantine(pl.DataFrame([raw], schema=QUARANTINE_COLUMNS))
        with closing(open_chats(settings.chats_url())) as chats:
            chats.append([ChatTurn(f"turn of {user}", user, NOW, "traveller", "Hello", "en")])
            chats.remember(user, TripFacts(), NOW)
    compact(home, settings)
    for user in (MARKED, OTHER):
        act(home, user, "second")
    assert CliRunner().invoke(app, ["features"], env={"BUTLER_HOME": str(home)}).exit_code == 0
    return home


def test_a_forgotten_traveller_is_in_no_file_and_nobody_else_lost_anything(lived_in: Path) -> None:
    settings, tables = Settings(home=lived_in), Tables(lived_in)
    named = {path.split("/")[0] for path in files_that_name(MARKED, lived_in)}
    assert {"log.db", "chats.db", "tables", "features"} <= named
    events, others = tables.read("events"), files_that_name(OTHER, lived_in)

    for _ in range(2):  # again, it finds nothing and is no error
        done = CliRunner().invoke(
            app, ["forget", MARKED, "--yes"], env={"BUTLER_HOME": str(lived_in)}
        )
        assert done.exit_code == 0, done.exception

    assert files_that_name(MARKED, lived_in) == set()
    assert tables.read("events").equals(events.filter(pl.col(C.USER) != MARKED))
    assert {Path(p).parent for p in files_that_name(OTHER, lived_in)} == {
        Path(p).parent for p in others
    }
    with closing(open_rows(lived_in)) as online:
        assert online.read_now("traveller", [MARKED, OTHER])[0] is None
        assert online.read_now("traveller", [OTHER])[0] is not None
    act(lived_in, MARKED, "anew")  # who comes back is a stranger
    with closing(log_of(settings)) as log:
        assert len(log.feedback.of_users([MARKED])[MARKED]) == 1


def test_the_only_traveller_can_be_forgotten_also_where_conversations_are_in_mongodb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = mongomock.MongoClient("mongodb://nowhere/test")
    monkeypatch.setitem(CHATS, "mongodb", lambda url, late: MongoChats(url, late, client))
    settings = Settings(home=tmp_path, documents_url="mongodb://nowhere/test")
    tables = Tables(tmp_path)
    place = {C.POI: "p", C.NAME: "P", C.CATEGORY: "a/b", C.LATITUDE: 38.3, C.LONGITUDE: -0.5}
    click = {C.EVENT: "e", C.USER: MARKED, C.EVENT_TYPE: "click", C.POI: "p", C.OCCURRED_AT: NOW}
    for table, row in {"pois": place, "events": click, "travellers": {C.USER: MARKED}}.items():
        tables.upsert(table, pl.DataFrame([row], schema=SCHEMAS[table].columns))
    build(tmp_path, settings)
    with closing(open_chats(settings.chats_url())) as chats:
        chats.append([ChatTurn("turn", MARKED, NOW, "traveller", "Hello", "en")])
    with closing(log_of(settings)) as log:
        log.feedback.append([Interaction("told", MARKED, "click", "p", NOW)], NOW)
    assert {p.split("/")[0] for p in files_that_name(MARKED, tmp_path)} == {
        *("features", "tables", "log.db")
    }

    for _ in range(2):
        done = CliRunner().invoke(
            app,
            ["forget", MARKED, "--yes"],
            env={"BUTLER_HOME": str(tmp_path), "BUTLER_DOCUMENTS_URL": settings.documents_url},
        )
        assert done.exit_code == 0, done.exception
        assert "nobody" in done.output
        assert files_that_name(MARKED, tmp_path) == set()
    assert client["test"]["chat_turns"].count_documents({}) == 0
    with closing(open_rows(tmp_path)) as online:
        assert online.read_now("traveller", [MARKED]) == [None]


def test_rows_online_are_erased_also_where_the_build_after_it_fails(
    lived_in: Path,
) -> None:
    (file, _), *_ = Tables(lived_in).files("pois")
    file.unlink()
    done = CliRunner().invoke(app, ["forget", MARKED, "--yes"], env={"BUTLER_HOME": str(lived_in)})
    assert done.exit_code == 1
    with closing(open_rows(lived_in)) as online:
        assert online.read_now("traveller", [MARKED]) == [None]
        assert online.read_now("traveller", [OTHER]) != [None]


def test_who_does_not_say_yes_forgets_nobody(lived_in: Path) -> None:
    before = files_that_name(MARKED, lived_in)
    said = CliRunner().invoke(
        app, ["forget", MARKED], input="n\n", env={"BUTLER_HOME": str(lived_in)}
    )
    assert said.exit_code == 1
    assert files_that_name(MARKED, lived_in) == before
