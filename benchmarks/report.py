"""Where a benchmark leaves its numbers."""

import json
from typing import Any

from butler.settings import Settings


def write_report(settings: Settings, name: str, found: Any) -> None:
    """`reports/<name>.json` in the home."""
    path = settings.home / "reports" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1))
