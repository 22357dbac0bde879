"""Which processes used how much of the machine's processors."""

import time
from collections.abc import Mapping, Sequence

import psutil

ALL_ELSE = "all else"


def roles(family: Sequence[psutil.Process]) -> list[str]:
    """What each process of a server is: the parent, a worker by its number, or a tracker."""
    out, workers = [], 0
    for process in family:
        command = " ".join(process.cmdline())
        if "resource_tracker" in command or "spawn_main" in command:
            out.append("tracker")
        elif "worker.service" in command:
            workers += 1
            out.append(f"worker {workers}")
        else:
            out.append("parent")
    return out


class Watch:
    """Processors used since it was made, 1.0 is one of them, by the names of `watched` processes."""

    def __init__(self, watched: Mapping[str, psutil.Process]) -> None:
        self._watched, self._start = watched, time.monotonic()
        self._before, self._busy = self._worked(), _busy()

    def used(self) -> dict[str, float]:
        """Of each name, and of ALL_ELSE on the machine."""
        spent, now = time.monotonic() - self._start, self._worked()
        used = {name: (now[name] - before) / spent for name, before in self._before.items()}
        others = (_busy() - self._busy) / spent - sum(used.values())
        return {**used, ALL_ELSE: max(0.0, others)}

    def _worked(self) -> dict[str, float]:
        return {name: float(sum(p.cpu_times()[:2])) for name, p in self._watched.items()}


def _busy() -> float:
    """Seconds that all processors of the machine have worked."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)
