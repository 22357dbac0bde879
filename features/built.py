"""How fresh the features are: written by the flows, read by training and serving."""

import contextlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from butler.errors import NotFound, StoreUnavailable


@dataclass(frozen=True)
class Built:
    """What a build was made of: features hold what was known before `as_of`."""

    as_of: datetime
    log_seq: int
    fingerprint: str
    rows: dict[str, int]

    def save(self, home: Path) -> None:
        text = json.dumps({**asdict(self), "as_of": self.as_of.isoformat()}, indent=1)
        path = built_path(home)
        path.with_suffix(".tmp").write_text(text)
        path.with_suffix(".tmp").replace(path)


def built_path(home: Path) -> Path:
    return home / "features" / "built.json"


def load_built(home: Path) -> Built:
    """What the last build was made of; NotFound before the first, StoreUnavailable if damaged."""
    try:
        found = json.loads(built_path(home).read_text())
        return Built(**{**found, "as_of": datetime.fromisoformat(found["as_of"])})
    except FileNotFoundError:
        raise NotFound("No features yet. Run `butler features` after `butler ingest`.") from None
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(built_path(home), error) from error


def _damaged(path: Path, error: Exception) -> StoreUnavailable:
    return StoreUnavailable(
        f"features/{path.name} is damaged ({error!r}). Remove it and run `butler features`."
    )


def weather_path(home: Path) -> Path:
    return home / "features" / "weather.json"


def save_weather_issued(home: Path, issued_at: datetime) -> None:
    """Say how new the online weather is; the server looks at this file. Replaced as a whole."""
    path = weather_path(home)
    path.with_suffix(".tmp").write_text(json.dumps({"issued_at": issued_at.isoformat()}))
    path.with_suffix(".tmp").replace(path)


def weather_as_of(home: Path) -> datetime:
    """Up to which issue the online weather is: that of a build, or of a refresh after it."""
    written = [load_built(home).as_of]
    try:
        with contextlib.suppress(FileNotFoundError):
            refreshed = json.loads(weather_path(home).read_text())
            written.append(datetime.fromisoformat(refreshed["issued_at"]))
        return max(written)
    except (ValueError, TypeError, KeyError) as error:  # a time without a zone is a TypeError
        raise _damaged(weather_path(home), error) from error
