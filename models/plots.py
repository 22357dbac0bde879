"""Figures of a training run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from models.evaluate import Metrics
from models.segments import Row


def comparison(metrics: dict[str, Metrics]) -> Any:
    """NDCG@10, HitRate@10 and MRR of each model on the same requests."""
    figure, axes = _figure(9, 4)
    names = sorted(metrics, key=lambda n: metrics[n].ndcg_at_10)
    for n, (label, attribute) in enumerate(
        (("NDCG@10", "ndcg_at_10"), ("HitRate@10", "hit_rate_at_10"), ("MRR", "mrr"))
    ):
        values = [getattr(metrics[name], attribute) for name in names]
        axes.barh([i + n * 0.27 for i in range(len(names))], values, height=0.25, label=label)
    axes.set_yticks([i + 0.27 for i in range(len(names))], names)
    axes.set_xlabel("mean over the test requests")
    axes.legend()
    figure.tight_layout()
    return figure


def importance(gain: dict[str, float], most: int = 30) -> Any:
    """The features by their total gain in the ranker's trees."""
    figure, axes = _figure(7, 8)
    top = sorted(gain.items(), key=lambda item: item[1])[-most:]
    axes.barh([name for name, _ in top], [value for _, value in top])
    axes.set_xlabel("total gain")
    figure.tight_layout()
    return figure


def training_curve(rounds: dict[str, list[float]]) -> Any:
    """NDCG@10 after each tree, on the rows learned from and on later ones."""
    figure, axes = _figure(7, 4)
    for name, values in rounds.items():
        axes.plot(range(1, len(values) + 1), values, label=name)
    axes.set_xlabel("trees")
    axes.set_ylabel("NDCG@10")
    axes.legend()
    figure.tight_layout()
    return figure


def calibration(table: pl.DataFrame) -> Any:
    """Predicted against observed shares (see `calibration.reliability`), two standard errors each."""
    figure, axes = _figure(5, 5)
    most = max(0.01, *table["predicted"], *table["observed"])
    axes.plot([0, most], [0, most], color="grey", lw=0.8)
    error = 2 * table["error"].to_numpy()
    axes.errorbar(table["predicted"], table["observed"], yerr=error, marker="o", lw=1)
    axes.set_xlabel("predicted probability of an outcome")
    axes.set_ylabel("observed share")
    figure.tight_layout()
    return figure


def recommendation_map(
    places: tuple[Any, Any], slates: list[list[int]], here: tuple[Any, Any]
) -> Any:
    """Where slates point: `places` and `here` are (latitudes, longitudes) of the catalogue and of the
    requests; a place is as large as it is recommended often, lines go from a request to its first."""
    figure, axes = _figure(8, 8)
    latitude, longitude = (np.asarray(x, dtype=float) for x in places)
    times = np.bincount([p for s in slates for p in s[:10]], minlength=len(latitude))
    axes.scatter(longitude, latitude, s=4, color="lightgrey")
    for slate, lat, lon in zip(slates, *here, strict=True):
        if slate and lat == lat:
            axes.plot(
                [lon, longitude[slate[0]]], [lat, latitude[slate[0]]], color="C0", lw=0.3, alpha=0.4
            )
    often = times > 0
    axes.scatter(longitude[often], latitude[often], s=6 + 3 * times[often], color="C1", alpha=0.7)
    middle = float(np.nanmean(latitude)) if len(latitude) else 0.0
    axes.set_aspect(1 / np.cos(np.radians(middle)))
    axes.set_xlabel("longitude")
    axes.set_ylabel("latitude")
    figure.tight_layout()
    return figure


def segments(rows: Sequence[Row], most: int = 40) -> Any:
    """NDCG@10 of each segment with its interval; pale where there are too few requests to tell."""
    shown = [row for row in rows if row.measured][:most]
    figure, axes = _figure(8, 1.5 + 0.25 * len(shown))
    for n, row in enumerate(shown):
        colour = "tab:blue" if row.enough else "lightsteelblue"
        axes.plot([row.ndcg.low, row.ndcg.high], [n, n], color=colour, lw=2)
        axes.plot([row.ndcg.mean], [n], "o", color=colour)
    if shown:
        axes.axvline(shown[0].ndcg.mean, color="grey", lw=0.5)
    labels = [f"{row.segment} ({row.measured})" for row in shown]
    axes.set_yticks(range(len(shown)), labels)
    axes.invert_yaxis()
    axes.set_xlabel("NDCG@10 with its 95 % interval (requests)")
    figure.tight_layout()
    return figure


def learning_curve(shares: dict[str, list[float]], goal: float, best: str) -> Any:
    """Share of the best possible expected clicks of each policy, day by day, and the goal."""
    figure, axes = _figure(9, 5)
    for name, share in shares.items():
        days = range(1, len(share) + 1)
        if name == best:
            axes.plot(days, share, color="black", linewidth=1, label=name)
        else:
            axes.plot(days, share, marker=".", label=f"{name} ({share[-1]:.0%} on the last day)")
    axes.axhline(goal, color="black", linestyle=":", linewidth=1, label=f"goal {goal:.0%}")
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("day")
    axes.set_ylabel("expected clicks, share of the best possible")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.tight_layout()
    return figure


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure  # no pyplot: nothing global, no display

    figure = Figure(figsize=(width, height))
    return figure, figure.subplots()


def drift(report: Any, most: int = 25) -> Any:
    """PSI of the most shifted features (`models.drift.Report`); the line is where drift begins."""
    figure, axes = _figure(7, 7)
    shifts = list(reversed(report.shifts[:most]))
    colours = ["tab:red" if s.beyond >= report.limit else "tab:blue" for s in shifts]
    axes.barh([s.name for s in shifts], [s.beyond for s in shifts], color=colours)
    axes.axvline(report.limit, color="black", linewidth=0.8)
    axes.set_xlabel("population stability index beyond chance")
    figure.tight_layout()
    return figure


def distributions(names: list[str], then: Any, now: Any) -> Any:
    """Shares of the reference's tenths, in training and now; the last bar is of missing values."""
    from matplotlib.figure import Figure

    rows = max(1, (len(names) + 2) // 3)
    figure = Figure(figsize=(10, 2.4 * rows))
    for n, name in enumerate(names):
        axes = figure.add_subplot(rows, 3, n + 1)
        bins = list(range(len(then[n])))
        axes.bar([b - 0.2 for b in bins], then[n], width=0.4, label="training")
        axes.bar([b + 0.2 for b in bins], now[n], width=0.4, label="last day")
        axes.set_title(name, fontsize=9)
        if n == 0:
            axes.legend(fontsize=7)
    figure.tight_layout()
    return figure
