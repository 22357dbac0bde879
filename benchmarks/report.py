"""Where a benchmark leaves its numbers, and one that all of them take."""

import json
import os
import platform
import re
import resource
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from butler.settings import Settings

LIBRARIES = ("bentoml", "feast", "lightgbm", "numpy", "polars")


def write_report(settings: Settings, name: str, found: Any) -> None:
    """`reports/<name>.json` in the home: `found`, and on what and when it was measured."""
    path = settings.home / "reports" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"measured": measured(), "found": found}, indent=1))


def measured() -> dict[str, Any]:
    """The machine, the code and the moment; `commit` is None outside a checkout."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
        "commit": _commit(),
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.+)", told.read_text()) if told.exists() else None
    return named[1] if named else platform.processor()


def _commit() -> str | None:
    asked = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def peak_gb() -> float:
    """The most memory this process has held since it was started.

    Linux counts that of a large parent in `ru_maxrss`, and tells the process's own in /proc.
    """
    status = Path("/proc/self/status")
    held = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if held:
        return int(held[1]) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e9  # bytes on macOS
