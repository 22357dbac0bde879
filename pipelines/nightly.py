"""The night's work, in order: features of all that is known, a challenger, and its judgement."""

from pathlib import Path

from prefect import flow

from models.gate import Decision
from pipelines.build_features import build_features
from pipelines.promote import promote
from pipelines.train import train


@flow(name="nightly", log_prints=True)
def nightly(home: Path | None = None) -> Decision:
    """Build, train and promote; whatever fails stops the night, and the champion stays."""
    build_features(home)
    version = train(home)
    decision = promote(home, version)
    print(f"version {version}: {decision.reason}")
    return decision
