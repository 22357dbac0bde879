"""The model that answers: the champion, or what stands in for it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from butler.errors import ModelUnavailable
from features.frame import Catalogue
from features.vector import NAMES
from models.composite import Composite
from models.registry import Published, models_folder, published

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Setback:
    """The champion does not answer: its version, why, and the cause as answers name it.

    `cause` is "champion_damaged" or "champion_refused" where another version answers, "ranker" where
    none can and candidates stand in their own order.
    """

    version: str
    cause: str
    why: str


def load_model(
    home: Path,
    catalogue: Catalogue,
    try_out: Callable[[Composite], None] = lambda _: None,
    standing: Composite | None = None,
    visits: Array | None = None,
) -> tuple[Composite, Setback | None]:
    """The champion. Where its files are damaged, or it fails when it is tried out, the `standing`
    model that answers now, or else the champion before it, or else the candidates' own order: of
    the generators that are intact, or of `visits` (places,) and distance.

    Raises ModelUnavailable where no champion was ever published.
    """
    try:
        found = published(home)
    except ModelUnavailable as error:  # the pointer itself is damaged
        found = Published("unknown", None)
        setback = Setback(found.champion, "champion_damaged", str(error))
    else:
        if found is None:
            raise ModelUnavailable(
                "There is no champion yet. Run `butler train` and `butler promote`, or `butler run`."
            )
        tried = _tried(home, catalogue, found.champion, try_out)
        if isinstance(tried, Composite):
            return tried, None
        setback = tried
    if (standing is None or not standing.ranks) and found.previous is not None:
        tried = _tried(home, catalogue, found.previous, try_out)
        standing = tried if isinstance(tried, Composite) else standing
    if standing is None:
        standing = _unranked(home, catalogue, found, visits)
    return standing, setback if standing.ranks else replace(setback, cause="ranker")


def _tried(
    home: Path, catalogue: Catalogue, version: str, try_out: Callable[[Composite], None]
) -> "Composite | Setback":
    """The version, or why it must not answer."""
    cause = "champion_damaged"
    try:
        model = _loaded(home, catalogue, version)
        cause = "champion_refused"
        try_out(model)
    except ModelUnavailable as error:
        return Setback(version, cause, str(error))
    return model


def _unranked(
    home: Path, catalogue: Catalogue, found: Published, visits: Array | None
) -> Composite:
    for version in filter(None, (found.champion, found.previous)):
        with suppress(ModelUnavailable):
            return Composite.unranked(models_folder(home) / version, catalogue)
    return Composite.untrained(catalogue, np.zeros(len(catalogue)) if visits is None else visits)


def _loaded(home: Path, catalogue: Catalogue, version: str) -> Composite:
    """Its trees and what their leaves say are laid out now, so that no request waits for it."""
    model = Composite.load(models_folder(home) / version, catalogue, version)
    model.ranker.ranked(np.zeros((2, len(NAMES)), np.float32))
    _ = model.ranker.expected
    return model
