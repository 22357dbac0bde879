"""Memory that loading has let go of, given back to the system."""

import ctypes


def give_back() -> None:
    """glibc keeps what was freed for later use: after loading 20,000 places, a quarter of a worker.

    Costs some milliseconds. Where the system's library is another, nothing is done.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
