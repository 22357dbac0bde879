"""What workers that are no more have counted stays counted, in one file of all of them; what their gauges
told is forgotten, for it is not so any more."""

import fcntl
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

from butler.processes import is_dead

ADDED_UP = ("counter", "histogram")
LEFT = "left"  # in place of a process id


@contextmanager
def swept(folder: Path) -> Iterator[None]:
    """Nobody else sweeps until the block ends, so that who adds up finds every count once."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)  # who is killed holds nothing
        _sweep(folder)
        yield
    finally:
        os.close(held)


def _sweep(folder: Path) -> None:
    dead = [path for path in folder.glob("*_*.db") if is_dead(path.stem.rpartition("_")[2])]
    for path in dead:
        if path.name.startswith("gauge_live"):
            path.unlink()
    for kind in ADDED_UP:
        theirs = [path for path in dead if path.name.startswith(f"{kind}_")]
        if theirs:
            _add_up(theirs, folder / f"{kind}_{LEFT}.db")


def _add_up(dead: Iterable[Path], left: Path) -> None:
    """Where there is no room for the sum, the files stay as they are."""
    total: dict[str, float] = {}
    for path in (*dead, left):
        if path.exists():
            for key, value, _, _ in MmapedDict.read_all_values_from_file(str(path)):  # type: ignore[no-untyped-call]
                total[key] = total.get(key, 0.0) + value
    draft = left.with_suffix(".draft")
    try:
        draft.write_bytes(_packed(total))
    except OSError:
        draft.unlink(missing_ok=True)
        return
    os.replace(draft, left)
    for path in dead:
        path.unlink()


def _packed(values: Mapping[str, float]) -> bytes:
    """As `MmapedDict` keeps them, but not written through a mapped file, which ends the process where the
    memory is full: how much is used; then for each key its length, itself up to a multiple of eight, its
    value and no time."""
    entries = b""
    for key, value in values.items():
        name = key.encode()
        padded = name + b" " * (8 - (len(name) + 4) % 8)
        entries += struct.pack(f"=i{len(padded)}sdd", len(name), padded, value, 0.0)
    return struct.pack("=ii", 8 + len(entries), 0) + entries
