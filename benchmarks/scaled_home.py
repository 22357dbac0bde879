"""A trained home whose catalogue is many times larger: its coast again and again, round the Mediterranean.

    settings = scaled_home(Settings(), 20_000, Path(".butler-20k"))

Every copy of the catalogue stands at another stretch of coast, with new ids, about as dense as the
first, and with the same features; the model knows the copies as it knows the first (its tables are
repeated, its graphs stay within a copy). Travellers and their history stay those of the home. So
what grows is what a larger coast makes grow: rows, cells and memory; nothing is learned anew.
"""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import h3
import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from butler.settings import Settings
from features.built import load_built
from features.frame import Catalogue
from features.places import CELL, CELL_RESOLUTION
from features.store import Features
from models.composite import Composite
from models.registry import models_folder, published

# a line along the coast from Gibraltar to the Bosporus, degrees
COAST = (
    *((36.1, -5.4), (36.7, -4.4), (36.8, -2.5), (38.3, -0.5), (39.5, -0.4), (41.4, 2.2)),
    *((43.3, 5.4), (43.7, 7.3), (44.4, 8.9), (42.1, 11.8), (40.8, 14.3), (38.1, 15.6)),
    *((40.5, 17.5), (42.5, 14.2), (45.4, 12.3), (43.5, 16.4), (41.3, 19.5), (38.0, 21.3)),
    *((37.9, 23.7), (40.6, 22.9), (40.9, 25.9), (38.4, 27.1), (36.9, 30.7), (41.0, 29.0)),
)
BATCH = 20_000


def scaled_home(settings: Settings, places: int, folder: Path) -> Settings:
    """Settings of the home in `folder`, made unless it is there already.

    The home of `settings` must hold a champion.
    """
    scaled = settings.model_copy(update={"home": folder.absolute()})
    done = folder / "scaled.json"
    if done.exists() and json.loads(done.read_text())["places"] == places:
        return scaled
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(settings.home / "features", folder / "features")
    shutil.copytree(settings.home / "tables", folder / "tables")
    catalogue = Catalogue.load(settings.home)
    copy, origin = np.divmod(np.arange(places), len(catalogue))
    grown = _catalogue(catalogue.frame, copy, origin)
    grown.write_parquet(folder / "features" / "places.parquet")
    _features(Features(folder, scaled.online_url), catalogue, grown, origin)
    _model(settings.home, folder, catalogue, grown, copy, origin)
    done.write_text(json.dumps({"places": places}))
    return scaled


def _ids(ids: list[str], copy: NDArray[np.int64], origin: NDArray[np.int64]) -> list[str]:
    return [ids[o] if c == 0 else f"{ids[o]}-{c}" for c, o in zip(copy, origin, strict=True)]


def _catalogue(
    first: pl.DataFrame, copy: NDArray[np.int64], origin: NDArray[np.int64]
) -> pl.DataFrame:
    along = np.linspace(0, len(COAST) - 1, int(copy.max()) + 1)
    stops = np.array(COAST)
    moved = np.stack(
        [np.interp(along, np.arange(len(stops)), stops[:, axis]) for axis in (0, 1)], axis=1
    )
    moved -= first.select(C.LATITUDE, C.LONGITUDE).mean().to_numpy()
    moved[0] = 0.0  # the first copy is the home's own coast
    grown = first[origin].with_columns(
        pl.Series(C.POI, _ids(first[C.POI].to_list(), copy, origin)),
        pl.col(C.LATITUDE) + pl.Series(moved[copy, 0]),
        pl.col(C.LONGITUDE) + pl.Series(moved[copy, 1]),
    )
    if C.PROVIDER in grown.columns:
        of_copy = pl.format("{}-{}", pl.col(C.PROVIDER), pl.Series(copy))
        grown = grown.with_columns(of_copy.alias(C.PROVIDER))
    points = grown.select(C.LATITUDE, C.LONGITUDE).iter_rows()
    cells = [h3.latlng_to_cell(*point, CELL_RESOLUTION) for point in points]
    return grown.with_columns(pl.Series(CELL, cells))


def _features(
    features: Features, catalogue: Catalogue, grown: pl.DataFrame, origin: NDArray[np.int64]
) -> None:
    """Online rows of the copies: a place's own, and of each new cell those of the cell it was."""
    features.apply()
    at = load_built(features.home).as_of
    known = features.read_now("poi", catalogue.ids)
    rows = ((poi, known[o]) for poi, o in zip(grown[C.POI], origin.tolist(), strict=True))
    _write(features, "poi", rows, at)
    before = [catalogue.cells[o] for o in origin.tolist()]
    was = dict(zip(grown[CELL], before, strict=True))
    cells = sorted(set(catalogue.cells))
    hours = dict(zip(cells, features.read_now("place_hour", cells), strict=True))
    _write(features, "place_hour", ((cell, hours[old]) for cell, old in was.items()), at)


def _write(features: Features, view: str, rows: Any, at: datetime) -> None:
    batch = []
    for key, row in rows:
        if row is not None:
            batch.append((key, at, {k: v for k, v in row.items() if k != "event_timestamp"}))
        if len(batch) == BATCH:
            features.write_now(view, batch)
            batch = []
    features.write_now(view, batch)


def _model(
    home: Path,
    folder: Path,
    catalogue: Catalogue,
    grown: pl.DataFrame,
    copy: NDArray[np.int64],
    origin: NDArray[np.int64],
) -> None:
    found = published(home)
    assert found is not None
    model = Composite.load(models_folder(home) / found.champion, catalogue, found.champion)
    model.place_ids = grown[C.POI].to_list()
    for generator in model.generators:
        state = {
            name: _repeated(name, values, generator.state(), len(catalogue), copy, origin)
            for name, values in generator.state().items()
        }
        generator.restore(state, np.arange(len(copy)), len(copy))
    model.save(models_folder(folder) / found.champion)
    shutil.copy(models_folder(home) / "champion.json", models_folder(folder) / "champion.json")


def _repeated(
    name: str,
    values: NDArray[Any],
    state: dict[str, Any],
    places: int,
    copy: NDArray[np.int64],
    origin: NDArray[np.int64],
) -> NDArray[Any]:
    """A table of places again for each copy; the edges of a graph again within each copy."""
    suffix = name.removeprefix(name.split("_")[0])
    edges = state.get(f"from{suffix}")
    if edges is not None and name.split("_")[0] in ("from", "to", "weight", "share"):
        copies = int(copy.max()) + 1
        ends: list[NDArray[np.int64]] = [
            np.repeat(np.arange(copies), len(edges)) * places + np.tile(state[e], copies)
            for e in (f"from{suffix}", f"to{suffix}")
        ]
        kept = (ends[0] < len(copy)) & (ends[1] < len(copy))
        if name.startswith(("from", "to")):
            return ends[name.startswith("to")][kept]
        return np.tile(values, copies)[kept]
    return values[origin] if values.shape[:1] == (places,) else values
