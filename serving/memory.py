"""What a worker does with its memory once it has loaded: the freed given back, the rest left alone."""

import ctypes
import gc
import sys

SWITCH_SECONDS = 0.001


def give_back() -> None:
    """glibc keeps what was freed for later use: after loading 20,000 places, a quarter of a worker.

    Costs some milliseconds. Where the system's library is another, nothing is done.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def leave_what_stays_to_itself() -> None:
    """Models and places live as long as the worker: the collector need not walk them again.

    And who answers the network waits a millisecond, not five, for a thread that computes.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
