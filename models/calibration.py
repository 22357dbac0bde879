"""How far a model's probabilities can be believed: predicted beside observed, and the gap."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def reliability(probability: Floats, outcome: NDArray[np.bool_], bins: int = 10) -> pl.DataFrame:
    """Rows of equal size by probability: `predicted` and `observed` means, `rows`, `error` (one
    standard error of the observed share). Fewer bins where there are fewer rows."""
    order = np.argsort(probability, kind="stable")
    parts = [p for p in np.array_split(order, min(bins, max(1, len(order)))) if len(p)]
    observed = [float(outcome[p].mean()) for p in parts]
    return pl.DataFrame(
        {
            "predicted": [float(probability[p].mean()) for p in parts],
            "observed": observed,
            "rows": [len(p) for p in parts],
            "error": [
                float(np.sqrt(o * (1 - o) / len(p))) for o, p in zip(observed, parts, strict=True)
            ],
        },
        schema={
            "predicted": pl.Float64,
            "observed": pl.Float64,
            "rows": pl.Int64,
            "error": pl.Float64,
        },
    )


def calibration_error(table: pl.DataFrame) -> float:
    """Expected calibration error (Naeini et al. 2015): mean gap of observed and predicted by rows."""
    gap = (pl.col("predicted") - pl.col("observed")).abs() * pl.col("rows")
    return float(table.select(gap.sum() / pl.col("rows").sum()).item()) if table.height else 0.0
