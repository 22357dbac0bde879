"""The model card: one page on a version, for people (Mitchell et al. 2019)."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.gate import Decision

MOST_IMPORTANT, MOST_SEGMENTS = 15, 40
SEGMENT_COLUMNS = ("segment", "requests", "ndcg", "ndcg_low", "ndcg_high", "difference", "p_holm")
METRICS = ("ndcg_at_10", "hit_rate_at_10", "mrr", "coverage", "diversity")
LIMITS = """\
- It ranks what its generators propose: what none of them finds is never shown.
- It learned from slates that earlier versions showed; what they never showed it knows by features alone.
- Metrics are of requests that came to something. A visit nobody told of counts as none.
- The off-policy value assumes that a click depends on the place and its position alone, not on its
  neighbours, and judges another ranking of the same candidates: see docs/off-policy.md.
"""


def model_card(
    decision: Decision,
    parameters: Mapping[str, str],
    metrics: Mapping[str, float],
    segments: Mapping[str, Sequence[Any]],
    importance: Mapping[str, float],
) -> str:
    """Markdown; `segments` is a table by column, empty where there is none."""
    word = "champion" if decision.promoted else "not promoted"
    parts = [
        f"# Model version {decision.version}: {word}",
        f"{decision.reason}.",
        "## Data and split",
        _table(("what", "value"), _data_rows(parameters, metrics)),
        "## On the same test requests",
        _table(("model", *METRICS), _comparison_rows(metrics)),
        _paired(metrics),
        "## The gate",
        _table(
            ("check", "outcome", "why"), [(c.name, c.outcome, c.sentence) for c in decision.checks]
        ),
        *_segment_part(segments),
        "## What it looks at",
        _table(("feature", "share of the gain"), _importance_rows(importance)),
        "## Limits",
        LIMITS,
    ]
    return "\n\n".join(part for part in parts if part)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|")


def _data_rows(
    parameters: Mapping[str, str], metrics: Mapping[str, float]
) -> list[tuple[str, str]]:
    named = {
        "data fingerprint": "data_fingerprint",
        "as of": "as_of",
        "learned from": "split_train_from",
        "measured from": "split_test_from",
        "measured until": "split_end",
        "features": "features",
        "trees": "training_trees",
        "seed": "training_seed",
    }
    rows = [(name, parameters[key]) for name, key in named.items() if key in parameters]
    for name in ("requests", "rows", "test_requests"):
        if name in metrics:
            rows.append((name.replace("_", " "), f"{metrics[name]:,.0f}"))
    if (recall := "recall_at_candidates") in metrics:
        rows.append((recall.replace("_", " "), f"{metrics[recall]:.4g}"))
    return rows


def _comparison_rows(metrics: Mapping[str, float]) -> list[list[object]]:
    end = f"_{METRICS[0]}"
    others = sorted(
        (k.removesuffix(end) for k in metrics if k.endswith(end) and k != METRICS[0]),
        key=lambda name: -metrics[name + end],
    )
    rows: list[list[object]] = [["this version", *[metrics.get(m, "") for m in METRICS]]]
    return rows + [[name, *[metrics.get(f"{name}_{m}", "") for m in METRICS]] for name in others]


def _paired(metrics: Mapping[str, float]) -> str:
    if "paired_ndcg_low" not in metrics:
        return ""
    difference, low, high, p = (
        metrics[f"paired_ndcg_{k}"] for k in ("difference", "low", "high", "p")
    )
    return (
        f"Paired with the champion before it: NDCG@10 {difference:+.4f} "
        f"({low:+.4f} .. {high:+.4f}, 95 %), p = {p:.3f}."
    )


def _segment_part(segments: Mapping[str, Sequence[Any]]) -> list[str]:
    if not segments:
        return []
    columns = [c for c in SEGMENT_COLUMNS if c in segments]
    enough = segments.get("enough", [True] * len(segments[columns[0]]))
    rows = [
        row
        for row, keep in zip(zip(*[segments[c] for c in columns], strict=True), enough, strict=True)
        if keep
    ]
    said = "Those of enough requests; `difference` is to the champion, else to popularity."
    return ["## Segments", said, _table(columns, rows[:MOST_SEGMENTS])]


def _importance_rows(importance: Mapping[str, float]) -> list[tuple[str, str]]:
    whole = sum(importance.values()) or 1.0
    best = sorted(importance.items(), key=lambda item: -item[1])[:MOST_IMPORTANT]
    return [(name, f"{gain / whole:.1%}") for name, gain in best]
