"""The composite model: generators, ranker and rerank rules with the features they read, as one folder.

The folder is complete in itself and carries the checksum of every file, so that a damaged one is
noticed before it answers anybody.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from butler.errors import ModelUnavailable
from features.frame import Catalogue
from features.vector import NAMES, VERSIONS
from models.candidates import Candidates, propose
from models.drift import Reference
from models.generators import Generator, all_generators
from models.golden import GOLDEN, Golden
from models.queries import Queries
from models.ranker import BoostedTrees
from models.reach import Reach
from models.rerank import Rules
from models.unranked import UNRANKED, CandidateOrder, untrained_generators

FORMAT = 1
FILES = ("candidates.npz", "model.json", "ranker.txt")
NAME = "holidaibutler-ranking"
REFERENCE = "reference.npz"
UNTRAINED_CANDIDATES = 200


@dataclass
class Composite:
    """A model as it serves; `version` is the registry's, "0" before it is registered."""

    generators: list[Generator]
    ranker: BoostedTrees
    rules: Rules
    candidates: int
    place_ids: list[str]
    version: str = "0"
    name: str = NAME
    reference: Reference | None = None  # what drift is measured against; not read when serving
    golden: Golden | None = None  # what it is tried on before it serves
    _reach: Reach | None = None  # of the generators' catalogue, once it has been asked

    @property
    def ranks(self) -> bool:
        """Whether there is a ranker: without one there are no reasons, and nothing to learn from."""
        return self.version != UNRANKED

    def propose(
        self,
        asked: Queries,
        catalogue: Catalogue,
        category: str | None = None,
        exclude_visited: bool = False,
        only: NDArray[np.bool_] | None = None,
    ) -> Candidates:
        """The candidates of each query; `catalogue` is the one the generators are aligned to."""
        if self._reach is None or self._reach.catalogue is not catalogue:
            self._reach = Reach.by_popularity(self.generators, catalogue)
        return propose(
            self.generators,
            asked,
            catalogue,
            self._reach,
            self.candidates,
            category,
            exclude_visited,
            only,
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ranker.save(folder / "ranker.txt")
        arrays = {f"{g.name}.{k}": v for g in self.generators for k, v in g.state().items()}
        np.savez_compressed(folder / "candidates.npz", **arrays)  # type: ignore[arg-type]
        if self.reference is not None:
            self.reference.save(folder / REFERENCE)
        if self.golden is not None:
            self.golden.save(folder / GOLDEN)
        about = {
            "format": FORMAT,
            "name": self.name,
            "candidates": self.candidates,
            "rules": asdict(self.rules),
            "generators": [g.name for g in self.generators],
            "features": VERSIONS,
            "places": self.place_ids,
        }
        (folder / "model.json").write_text(json.dumps(about, ensure_ascii=False))
        sums = {
            p.name: _checksum(p) for p in sorted(folder.iterdir()) if p.name != "checksums.json"
        }
        (folder / "checksums.json").write_text(json.dumps(sums, indent=1))

    @classmethod
    def load(cls, folder: Path, catalogue: Catalogue, version: str = "0") -> "Composite":
        """Read and check a folder; the generators are aligned to `catalogue`."""
        _check(folder)
        about = json.loads((folder / "model.json").read_text())
        _check_format(about, folder)
        _check_features(about["features"], folder)
        ranker = BoostedTrees.load(folder / "ranker.txt")
        return cls._around(ranker, folder, about, catalogue, version)

    @classmethod
    def unranked(cls, folder: Path, catalogue: Catalogue) -> "Composite":
        """The folder's generators and rules without its ranker, whose file is not read.

        Raises ModelUnavailable where their files are damaged, too."""
        _check(folder, ("candidates.npz", "model.json"))
        about = json.loads((folder / "model.json").read_text())
        _check_format(about, folder)
        return cls._around(CandidateOrder(), folder, about, catalogue, UNRANKED)

    @classmethod
    def untrained(cls, catalogue: Catalogue, visits: NDArray[np.float64]) -> "Composite":
        """What is near and what is visited, where there is no folder to be read at all."""
        generators, ids = untrained_generators(visits), list(catalogue.ids)
        return cls(generators, CandidateOrder(), Rules(), UNTRAINED_CANDIDATES, ids, UNRANKED)

    @classmethod
    def _around(
        cls,
        ranker: BoostedTrees,
        folder: Path,
        about: Mapping[str, Any],
        catalogue: Catalogue,
        version: str,
    ) -> "Composite":
        with np.load(folder / "candidates.npz") as stored:
            arrays = {k: stored[k] for k in stored.files}
        place = np.array([catalogue.index.get(p, -1) for p in about["places"]], dtype=np.int64)
        generators = [g for g in all_generators() if g.name in about["generators"]]
        for g in generators:
            g.restore(_part(arrays, g.name), place, len(catalogue))
        return cls(
            generators=generators,
            ranker=ranker,
            rules=Rules(**about["rules"]),
            candidates=int(about["candidates"]),
            place_ids=about["places"],
            version=version,
            name=about["name"],
        )


def same(folder: Path, other: Path) -> bool:
    """Whether both folders are intact and hold the same model."""
    try:
        _check(folder)
        _check(other)
    except ModelUnavailable:
        return False
    return (folder / "checksums.json").read_bytes() == (other / "checksums.json").read_bytes()


def _part(arrays: dict[str, NDArray[np.generic]], name: str) -> dict[str, Any]:
    """Those of one generator, taken out: they need not all be there twice."""
    mine = [k for k in arrays if k.startswith(f"{name}.")]
    return {k.removeprefix(f"{name}."): arrays.pop(k) for k in mine}


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check(folder: Path, files: Sequence[str] = ()) -> None:
    """These files, or all of the folder."""
    try:
        sums: dict[str, str] = json.loads((folder / "checksums.json").read_text())
        wanted = files or sorted({*FILES, *sums})
        damaged = [n for n in wanted if _checksum(folder / n) != sums.get(n)]
    except (OSError, ValueError, AttributeError) as error:
        raise ModelUnavailable(
            f"Model folder {folder.name} cannot be read ({error}). Run `butler promote` to fetch it "
            "anew from the registry, or `butler train`."
        ) from error
    if damaged:
        raise ModelUnavailable(
            f"Model folder {folder.name} is damaged: {', '.join(damaged)} differs from its checksum. "
            "Run `butler promote` to fetch it anew from the registry, or `butler train`."
        )


def _check_format(about: Mapping[str, Any], folder: Path) -> None:
    if about["format"] != FORMAT:
        raise ModelUnavailable(
            f"Model {folder.name} has the format {about['format']}, this program reads {FORMAT}. "
            "Train anew: `butler train && butler promote`."
        )


def _check_features(trained: dict[str, int], folder: Path) -> None:
    """A model reads the vector it was trained on, or nothing."""
    if list(trained) != list(NAMES) or trained != VERSIONS:
        differ = {n for n in {*trained, *VERSIONS} if trained.get(n) != VERSIONS.get(n)}
        changed = differ or {"in another order"}
        raise ModelUnavailable(
            f"Model {folder.name} was trained on other features ({', '.join(sorted(changed)[:5])}…). "
            "Train anew: `butler train && butler promote`."
        )
