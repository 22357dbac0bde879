"""Room on the disk: what is kept stops before the disk is full, and takes no part in filling it up.

A file system without a free block ends a process that writes to a page of a mapped file (SIGBUS, which
no exception tells of), and SQLite shares its index of the journal in such a file. What is left to the
others below is small and enough for them.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from butler.errors import NoRoom

LEAST_BYTES = 16 * 2**20  # that stay free: journals, a restart, whoever makes room


def free_bytes(folder: Path) -> int | None:
    """Bytes we may still write there; None where the system does not say."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    if not found.f_blocks:  # some network file systems count nothing
        return None
    blocks = found.f_bfree if os.geteuid() == 0 else found.f_bavail  # some are kept for root
    return blocks * found.f_frsize


def nearly_full(path: Path) -> bool:
    """Whether less than LEAST_BYTES are free beside the file."""
    free = free_bytes(path.parent)
    return free is not None and free < LEAST_BYTES


def check_room(path: Path, what: str, least: int = LEAST_BYTES) -> None:
    """Raises NoRoom where less than `least` bytes are free beside the file."""
    free = free_bytes(path.parent)
    if free is not None and free < least:
        raise NoRoom(
            f"{what} {path}: the disk has {free / 2**20:.1f} MB left, {least / 2**20:.0f} MB are kept "
            "free; make room, what waits is then written by itself"
        )


_FULL = ("No space left on device", "disk is full", "Disk quota exceeded")  # in whose words ever


@contextmanager
def full_disk_named() -> Iterator[None]:
    """Raises NoRoom for whatever a library raises because a disk is full, in the middle of work that
    replaces each file as a whole."""
    try:
        yield
    except NoRoom:
        raise
    except Exception as error:
        full = next(filter(_is_full, _causes(error)), None)
        if full is None:
            raise
        raise NoRoom(
            f"a disk is full ({str(full).splitlines()[0]}): make room, then run this again; what was "
            "there before is whole"
        ) from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return any(words in str(error) for words in _FULL)
