"""Places and weather as the online store told them last, kept as files: a worker can start without it."""

import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from butler.errors import ButlerError
from butler.processes import draft_of, remove_drafts
from butler.stores.room import LEAST_BYTES, check_room
from features.guarded import Rows
from features.views import FLOATS, PACKED, TEXTS, WHOLES

_log = logging.getLogger("butler.serving")
AS_OF, OF, KEYS = "as_of", "of", "keys"
_DTYPES = {FLOATS: np.float64, WHOLES: np.int64, TEXTS: np.str_}

Row = dict[str, Any] | None
Column = NDArray[Any]


class Noting:
    """`features.guarded.Rows` in front of others: what is read is noted, to be kept."""

    def __init__(self, store: Rows) -> None:
        self._store = store
        self._columns: dict[str, list[Column]] = {}

    def read_now(self, view: str, keys: Sequence[str]) -> list[Row]:
        rows = self._store.read_now(view, keys)
        found = {key: row for key, row in zip(keys, rows, strict=True) if row is not None}
        for name, column in _columns(view, found).items():
            self._columns.setdefault(name, []).append(column)
        return rows

    def keep(self, path: Path, as_of: datetime, of: str = "") -> None:
        """Write what was noted, `as_of` this moment and `of` these keys. Costs no answer: a disk without
        room is said in the log."""
        draft = draft_of(path)
        columns = {name: np.concatenate(parts) for name, parts in self._columns.items()}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            remove_drafts(path)
            size = sum(column.nbytes for column in columns.values())
            check_room(path, "what the online store told is not kept:", LEAST_BYTES + size)
            with draft.open("wb") as file:
                told = {AS_OF: np.array(as_of.isoformat()), OF: np.array(of)}
                np.savez(file, **told, **columns)  # type: ignore[arg-type]
            os.replace(draft, path)
        except (OSError, ButlerError) as error:
            _log.warning("%s could not be written: %s", path.name, error)
            with suppress(OSError):
                draft.unlink()


class Kept:
    """`features.guarded.Rows` to read from such a file; what is not in it is unknown."""

    def __init__(self, columns: dict[str, Column]) -> None:
        self.as_of = datetime.fromisoformat(str(columns[AS_OF]))
        self._columns = columns
        self._row: dict[str, dict[str, int]] = {}
        self._start: dict[str, Column] = {}
        for name, column in columns.items():
            view, _, part = name.partition(".")
            if part == KEYS:
                self._row[view] = {key: n for n, key in enumerate(column.tolist())}
            elif part.endswith(".count"):
                self._start[name] = np.concatenate([[0], np.cumsum(column)])

    @classmethod
    def load(cls, path: Path) -> "Kept | None":
        """None where there is no such file, or a damaged one."""
        try:
            with np.load(path) as stored:
                return cls({name: stored[name] for name in stored.files})
        except (OSError, ValueError, KeyError, BadZipFile, EOFError):
            return None

    def read_now(self, view: str, keys: Sequence[str]) -> list[Row]:
        known = self._row.get(view, {})
        return [self._unpacked(view, known[key]) if key in known else None for key in keys]

    def _unpacked(self, view: str, n: int) -> dict[str, Any]:
        row = {}
        for name in PACKED[view]:
            start = self._start[f"{view}.{name}.count"]
            row[name] = self._columns[f"{view}.{name}"][start[n] : start[n + 1]].tolist()
        return row


def _columns(view: str, found: Mapping[str, Mapping[str, Any]]) -> dict[str, Column]:
    """Each field's values one after the other, how many are of which row, and the rows' keys."""
    out: dict[str, Column] = {f"{view}.{KEYS}": np.array(list(found), dtype=np.str_)}
    for name, kind in PACKED[view].items():
        values = [list(row.get(name) or []) for row in found.values()]
        out[f"{view}.{name}"] = np.array([v for row in values for v in row], dtype=_DTYPES[kind])
        out[f"{view}.{name}.count"] = np.array([len(row) for row in values], dtype=np.int64)
    return out


def is_current(path: Path, as_of: datetime, of: str = "") -> bool:
    """Whether the file is of this moment and these keys already."""
    try:
        with np.load(path) as stored:
            return (str(stored[AS_OF]), str(stored[OF])) == (as_of.isoformat(), of)
    except (OSError, ValueError, KeyError, BadZipFile, EOFError):
        return False
