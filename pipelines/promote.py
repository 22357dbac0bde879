"""Promote: the challenger becomes champion only if it is better on the same split."""

from pathlib import Path

from prefect import flow

from butler.settings import Settings
from models.registry import Decision, Registry, decide


@flow(name="promote", log_prints=False)
def promote(home: Path | None = None, version: str | None = None, anyway: bool = False) -> Decision:
    """Judge `version` (default: the newest) and publish the champion for serving."""
    settings = Settings(home=home) if home else Settings()
    return judge(settings.home, settings, version, anyway)


def judge(
    home: Path, settings: Settings, version: str | None = None, anyway: bool = False
) -> Decision:
    """`anyway` is somebody's own word: the version is crowned whatever its metrics say."""
    registry = Registry(home, settings.registry_url)
    version = version or registry.newest()
    champion = registry.champion()
    if anyway:
        registry.crown(version)
        return Decision(version, True, "crowned by hand, whatever its metrics say")
    decision = decide(registry.metrics(version), registry.compared_with(version), champion, version)
    if decision.promoted:
        registry.crown(version)
    elif champion:
        registry.crown(champion)  # publishes it anew: mends a damaged or missing folder
    return decision
