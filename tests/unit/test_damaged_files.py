"""What is damaged, half-written or odd is named with what to do, or mended; never a traceback."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from butler.errors import ModelUnavailable, NotFound, StoreUnavailable
from butler.processes import is_running
from butler.settings import Settings
from butler.stores.open import open_log
from features.built import Built, built_path, load_built, save_weather_issued, weather_as_of
from features.built import weather_path as weather_file
from features.frame import Catalogue
from features.store import Features
from models import registry as models_registry
from models.composite import _checksum
from models.registry import Registry, models_folder, publish, published, published_or_none
from serving.api.feedback import Event
from serving.run import _free_address, _own_folder, _remove_leftovers, note_failure, url_of

BUILT = Built(datetime(2026, 7, 1, tzinfo=UTC), 0, "f", {})


def folder_of(home: Path) -> Path:
    (home / "features").mkdir(exist_ok=True)
    return home / "features"


# --- damaged files in the home


def test_truncated_places_are_named_with_what_to_do(tmp_path: Path) -> None:
    path = folder_of(tmp_path) / "places.parquet"
    pl.DataFrame({"poi_id": ["a"] * 1000}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreUnavailable, match=r"features/places\.parquet.*butler features"):
        Catalogue.load(tmp_path)


def test_a_truncated_history_is_named_with_what_to_do(tmp_path: Path) -> None:
    features = Features(tmp_path)
    features.path("traveller").write_bytes(b"PAR1 and no more")
    with pytest.raises(StoreUnavailable, match=r"features/traveller\.parquet.*butler features"):
        features.read_history("traveller")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"as_of": 3}', '{"as_of": "2026-07-01"}'])
def test_a_damaged_build_record_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    folder_of(tmp_path)
    built_path(tmp_path).write_text(text)
    with pytest.raises(StoreUnavailable, match=r"features/built\.json.*butler features"):
        load_built(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"issued_at": "2026-07-01T00:00:00"}'])
def test_a_damaged_weather_record_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    folder_of(tmp_path)
    BUILT.save(tmp_path)
    save_weather_issued(tmp_path, BUILT.as_of + timedelta(hours=1))
    assert weather_as_of(tmp_path) == BUILT.as_of + timedelta(hours=1)
    weather_file(tmp_path).write_text(text)
    with pytest.raises(StoreUnavailable, match=r"features/weather\.json.*butler features"):
        weather_as_of(tmp_path)


@pytest.mark.parametrize(
    "text", ["[]", "3", "{}", '{"champion": 3}', '{"champion": "1", "previous": []}']
)
def test_a_champion_pointer_of_another_shape_is_damaged(tmp_path: Path, text: str) -> None:
    models_folder(tmp_path).mkdir()
    (models_folder(tmp_path) / "champion.json").write_text(text)
    with pytest.raises(ModelUnavailable, match=r"champion\.json is damaged.*butler promote"):
        published(tmp_path)
    assert published_or_none(tmp_path) is None


def test_a_damaged_feast_registry_is_named_with_what_to_do(tmp_path: Path) -> None:
    (folder_of(tmp_path) / "registry.db").write_bytes(b"\xff\xfe this is no registry")
    with pytest.raises(StoreUnavailable, match=r"features/registry\.db.*butler features"):
        Features(tmp_path).apply()


# --- publishing


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """What `publish` looks at of a model: files and their checksums."""
    return model(tmp_path / "source", "trees")


def model(folder: Path, text: str) -> Path:
    import json

    folder.mkdir()
    for name in ("candidates.npz", "model.json", "ranker.txt"):
        (folder / name).write_text(f"{name} {text}")
    sums = {p.name: _checksum(p) for p in folder.iterdir()}
    (folder / "checksums.json").write_text(json.dumps(sums))
    return folder


def test_crowning_an_intact_champion_anew_leaves_its_folder_alone(
    tmp_path: Path, source: Path
) -> None:
    publish(tmp_path, "1", source)
    before = (models_folder(tmp_path) / "1").stat().st_ino
    publish(tmp_path, "1", source)
    assert (models_folder(tmp_path) / "1").stat().st_ino == before


def test_an_intact_folder_of_another_model_is_replaced(tmp_path: Path, source: Path) -> None:
    """A registry that began anew counts its versions from 1 again."""
    publish(tmp_path, "1", source)
    publish(tmp_path, "1", model(tmp_path / "other", "other trees"))
    assert (models_folder(tmp_path) / "1" / "ranker.txt").read_text().endswith("other trees")


def test_the_old_folder_stays_until_the_new_one_is_copied(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, "1", source)
    (models_folder(tmp_path) / "1" / "ranker.txt").write_text("damaged")

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(models_registry.shutil, "copytree", full)
        with pytest.raises(OSError, match="no space"):
            publish(tmp_path, "1", source)
    assert (models_folder(tmp_path) / "1" / "ranker.txt").read_text() == "damaged"
    publish(tmp_path, "1", source)
    assert (models_folder(tmp_path) / "1" / "ranker.txt").read_text() == "ranker.txt trees"
    assert sorted(p.name for p in models_folder(tmp_path).iterdir()) == ["1", "champion.json"]


def test_what_a_killed_publishing_left_is_removed_by_the_next(tmp_path: Path, source: Path) -> None:
    dead, alive = f".staged-{ended_process()}-x", f".staged-{os.getppid()}-x"
    for name in (dead, alive):
        (models_folder(tmp_path) / name / "new").mkdir(parents=True)
    publish(tmp_path, "1", source)
    names = sorted(p.name for p in models_folder(tmp_path).iterdir())
    assert names == [alive, "1", "champion.json"]


def ended_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    assert not is_running(process.pid)
    return process.pid


def test_a_version_that_does_not_exist_is_not_found(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    registry._client.create_registered_model(models_registry.NAME)
    registry._client.create_model_version(models_registry.NAME, source=str(tmp_path))
    for version in ("abc", "7"):
        with pytest.raises(NotFound, match=rf"no model version '{version}'.*newest is 1"):
            registry.metrics(version)


# --- the home


@pytest.mark.parametrize("name", ["who?", "50%", "a#b", "%3F", "two words", "niño"])
def test_the_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    settings = Settings(home=tmp_path / name)
    with closing(open_log(settings.sql_url())) as log:
        log.watermarks.set("x", 3)
    assert settings.log_path.is_file()
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["who?", "50%", "%3F"])
def test_the_registry_opens_in_a_home_of_any_name(tmp_path: Path, name: str) -> None:
    Registry(tmp_path / name)
    assert (tmp_path / name / "mlflow" / "mlflow.db").is_file()
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("use", [Settings.make_home, lambda s: open_log(s.sql_url())])
def test_a_home_that_cannot_be_made_is_a_sentence(
    tmp_path: Path, use: Callable[[Settings], object]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="BUTLER_HOME"):
        use(Settings(home=tmp_path / "file" / "home"))


# --- two servers, and their addresses


def test_a_server_removes_only_what_dead_ones_left(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    own, other = _own_folder(settings, os.getpid()), _own_folder(settings, os.getppid())
    dead = _own_folder(settings, ended_process())
    for folder in (own, other, dead, own.parent / "bentoml"):
        folder.mkdir(parents=True)
    _remove_leftovers(own)
    assert sorted(own.parent.iterdir()) == sorted([other, own.parent / "bentoml"])


def test_a_workers_failure_is_noted_for_its_own_server_with_the_type(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    note_failure(settings, KeyError("as_of"), server=1)
    note_failure(settings, StoreUnavailable("the store is gone"), server=2)
    texts = [(_own_folder(settings, n) / "could-not-start").read_text() for n in (1, 2)]
    assert texts[0].startswith("KeyError: 'as_of'")
    assert texts[1] == "the store is gone"


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert url_of("::1", 3000) == "http://[::1]:3000"
    assert url_of("127.0.0.1", 3000) == "http://127.0.0.1:3000"


def test_a_host_may_be_a_name_or_an_ipv6_address() -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert _free_address("localhost", port) in ("127.0.0.1", "::1")
    if not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    assert _free_address("::1", port) == "::1"


def has_ipv6() -> bool:
    try:
        with closing(socket.socket(socket.AF_INET6)) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


# --- the sample world


def test_events_come_last_so_that_a_half_written_world_is_not_taken_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from butler.world.build import build_world

    end = datetime(2026, 7, 1, tzinfo=UTC)
    build_world(tmp_path, travellers=5, days=1, end=end)
    assert (tmp_path / "events.parquet").exists()
    assert not (tmp_path / "events.tmp").exists()
    shutil.rmtree(tmp_path / "truth")
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "world.json").mkdir()  # the last file before the end cannot be written
    with pytest.raises(IsADirectoryError):
        build_world(tmp_path, travellers=5, days=1, end=end)
    assert (tmp_path / "pois.parquet").exists()
    assert not (tmp_path / "events.parquet").exists()


# --- feedback


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"event_type": "rating", "value": True}, "value"),
        ({"position": True}, "position"),
        ({"latitude": True, "longitude": 0}, "latitude"),
        ({"latitude": 0, "longitude": False}, "longitude"),
        ({"occurred_at": "1901-01-01T00:00:00Z"}, "occurred_at"),
    ],
)
def test_a_yes_is_no_number_and_a_century_is_too_old(values: dict[str, object], field: str) -> None:
    plain = {"event_id": "e", "user_id": "u", "event_type": "click", "poi_id": "p"}
    plain["occurred_at"] = datetime.now(UTC).isoformat()
    Event.model_validate(plain)
    with pytest.raises(ValidationError) as refused:
        Event.model_validate({**plain, **values})
    assert [e["loc"] for e in refused.value.errors()] == [(field,)]
