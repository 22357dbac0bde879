"""The model folder: complete in itself, checked before it answers, aligned to today's places."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from histories import History, chance_events, pois
from test_candidates import query
from tiny import WORLD, composite, planted

from butler.errors import ModelUnavailable
from features.vector import VERSIONS
from models import composite as module
from models.candidates import choose
from models.composite import FILES, Composite


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    composite().save(tmp_path / "7")
    return tmp_path / "7"


def seal(folder: Path) -> None:
    """Make the checksums fit what is there."""
    sums = {name: module._checksum(folder / name) for name in FILES}
    (folder / "checksums.json").write_text(json.dumps(sums))


def test_loaded_it_is_what_was_saved(folder: Path) -> None:
    saved, loaded = composite(), Composite.load(folder, WORLD.catalogue, "7")
    assert (loaded.version, loaded.name, loaded.candidates) == ("7", saved.name, 9)
    assert loaded.rules == saved.rules
    assert loaded.place_ids == saved.place_ids
    assert [g.name for g in loaded.generators] == [g.name for g in saved.generators]
    matrix, asked = planted(2)[0], query({0: 1.0, 5: 2.0}, (38.35, -0.48))
    assert loaded.ranker.predict(matrix).tobytes() == saved.ranker.predict(matrix).tobytes()
    for a, b in zip(loaded.generators, saved.generators, strict=True):
        score = a.score(asked, WORLD.catalogue), b.score(asked, WORLD.catalogue)
        assert score[0].tobytes() == score[1].tobytes()


def test_places_that_came_since_can_be_scored(folder: Path) -> None:
    today = History(pois(15), chance_events(1, 8, 12, 300)).catalogue
    loaded = Composite.load(folder, today, "7")
    asked = query({0: 1.0}, (38.35, -0.48), places=15)
    for generator in loaded.generators:
        assert np.isfinite(generator.score(asked, today)).all()


def test_a_category_the_model_never_saw_is_scored_and_proposed_by_where_it_is(folder: Path) -> None:
    """The observatory opened after training, next to the traveller."""
    places = pois(15)
    last = places["poi_id"][-1]
    new = pl.col("poi_id") == last
    places = places.with_columns(
        pl.when(new).then(pl.lit("science/observatory")).otherwise("category").alias("category")
    )
    today = History(places, chance_events(1, 8, 12, 300)).catalogue
    loaded = Composite.load(folder, today, "7")
    row = today.index[last]
    here = (float(today.arrays["latitude"][row]), float(today.arrays["longitude"][row]))
    chosen = choose(loaded.generators, query({0: 1.0}, here, places=15), today, 15)
    assert row in chosen.place.tolist()
    for column in chosen.columns.values():
        assert not np.isinf(column).any()


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelUnavailable, match=rf"folder 7 is damaged: {name}.*butler promote"):
        Composite.load(folder, WORLD.catalogue)


@pytest.mark.parametrize("name", [*FILES, "checksums.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelUnavailable, match=rf"(?s)folder 7.*{name}.*butler promote"):
        Composite.load(folder, WORLD.catalogue)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]"])
def test_damaged_checksums_are_noticed(folder: Path, text: str) -> None:
    (folder / "checksums.json").write_text(text)
    with pytest.raises(ModelUnavailable, match=r"folder 7.*butler promote"):
        Composite.load(folder, WORLD.catalogue)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="folder 9 cannot be read"):
        Composite.load(tmp_path / "9", WORLD.catalogue)


@pytest.mark.parametrize("change", ["version", "missing", "new", "order"])
def test_a_model_of_other_features_is_refused(folder: Path, change: str) -> None:
    """It would read one number for another: it must be trained anew."""
    about = json.loads((folder / "model.json").read_text())
    features = dict(VERSIONS)
    if change == "version":
        features["distance_km"] += 1
    elif change == "missing":
        del features["distance_km"]
    elif change == "new":
        features["distance_miles"] = 1
    else:
        features = dict(reversed(VERSIONS.items()))
    (folder / "model.json").write_text(json.dumps({**about, "features": features}))
    seal(folder)
    named = {"new": "distance_miles", "order": "order"}.get(change, "distance_km")
    with pytest.raises(ModelUnavailable, match=rf"other features \(.*{named}.*butler train"):
        Composite.load(folder, WORLD.catalogue)


def test_a_model_of_another_format_is_refused(folder: Path) -> None:
    about = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**about, "format": 99}))
    seal(folder)
    with pytest.raises(ModelUnavailable, match=r"format 99.*butler train"):
        Composite.load(folder, WORLD.catalogue)
