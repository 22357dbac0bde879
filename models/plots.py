"""Figures of a training run."""

from typing import Any

from models.evaluate import Metrics


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
