"""Room on the disk: what is kept stops before the disk is full, and takes no part in filling it up.

A file system without a free block ends a process that writes to a page of a mapped file (SIGBUS, which
no exception tells of), and SQLite shares its index of the journal in such a file. What is left to the
others below is small and enough for them.
"""

import os
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
