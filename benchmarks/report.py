"""Where a benchmark leaves its numbers, and one that all of them take."""

import json
import re
from pathlib import Path
from typing import Any

from butler.settings import Settings


def write_report(settings: Settings, name: str, found: Any) -> None:
    """`reports/<name>.json` in the home."""
    path = settings.home / "reports" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1))


def peak_gb() -> float:
    """The most memory this process has held since it was started (Linux).

    Not `ru_maxrss`: a process that is started by a large one has the parent's in it.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    held = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert held is not None
    return int(held[1]) * 1024 / 1e9
