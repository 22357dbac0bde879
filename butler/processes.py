"""What runs on this machine, and what it left half written."""

import os
from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether a process has this id now, ours or another user's."""
    try:
        os.kill(pid, 0)  # signal 0 asks only
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_dead(pid: str) -> bool:
    """Whether this is the id of a process that is no more."""
    return pid.isdecimal() and not is_running(int(pid))


def draft_of(path: Path) -> Path:
    """Where this process writes what will replace the file."""
    return path.with_suffix(f".{os.getpid()}")


def remove_drafts(path: Path) -> None:
    """Those of processes that were killed while they wrote. Raises OSError."""
    for draft in path.parent.glob(f"{path.stem}.*"):
        if is_dead(draft.suffix.removeprefix(".")):
            draft.unlink(missing_ok=True)
