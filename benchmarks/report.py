"""Where a benchmark leaves its numbers, and one that all of them take."""

import json
import re
import resource
from pathlib import Path
from typing import Any

from butler.settings import Settings


def write_report(settings: Settings, name: str, found: Any) -> None:
    """`reports/<name>.json` in the home."""
    path = settings.home / "reports" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1))


def peak_gb() -> float:
    """The most memory this process has held since it was started.

    Linux counts that of a large parent in `ru_maxrss`, and tells the process's own in /proc.
    """
    status = Path("/proc/self/status")
    held = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if held:
        return int(held[1]) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e9  # bytes on macOS
