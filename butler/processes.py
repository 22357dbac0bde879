"""What runs on this machine."""

import os


def is_running(pid: int) -> bool:
    """Whether a process has this id now, ours or another user's."""
    try:
        os.kill(pid, 0)  # signal 0 asks only
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
