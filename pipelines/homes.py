"""The home a flow works on: one that somebody has begun. A flow makes none."""

from pathlib import Path

from butler.errors import StoreUnavailable
from butler.settings import Settings
from butler.stores.tables import Tables


def settings_in(home: Path | None) -> Settings:
    """The settings of a flow, in `home` or, without one, in the worker's.

    Raises StoreUnavailable where no places were ever brought in: on the mount point of a missing disk a
    flow would find nothing to do, say so to nobody, and be Completed.
    """
    settings = Settings(home=home) if home else Settings()
    if not Tables(settings.home).begun():
        raise StoreUnavailable(
            f"There is no history in {settings.home.absolute()}: mount its disk, or set BUTLER_HOME to "
            "the folder that has one. `butler run` or `butler ingest --data DIR` begins one; no flow does."
        )
    return settings
