"""What the command prints: tables for people."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table

from butler.settings import Settings


def answer_table(items: Iterable[Any]) -> Table:
    """A slate: items are `serving.answers.Item` or the API's JSON objects."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (("", "right"), ("place", "left"), ("kind", "left"), ("km", "right")):
        table.add_column(name, justify="right" if justify == "right" else "left")
    table.add_column("open")
    table.add_column("why")
    for item in items:
        facts = item if isinstance(item, Mapping) else _fields(item)
        reasons = [r if isinstance(r, Mapping) else _fields(r) for r in facts["reasons"]]
        away, is_open = facts["distance_km"], facts["open_at_arrival"]
        table.add_row(
            str(facts["rank"]),
            facts["name"],
            facts["category"],
            "" if away is None else f"{away:.1f}",
            {True: "yes", False: "no", None: "?"}[is_open],
            "; ".join(r["label"] for r in reasons if r["direction"] == "for"),
        )
    return table


def context_line(context: Mapping[str, Any]) -> str:
    """The context of an answer in one line."""
    sky, place = context["weather"], context["location"]
    weather = "weather unknown"
    if sky:
        weather = f"{sky['condition']}, {sky['temperature_c']} °C ({sky['source']})"
    party = f", {context['party']}" if context["party"] else ""
    where = f"from the {place['source'].replace('_', ' ')}"
    return f"{context['season']}, {context['local_hour']} h local, {weather}{party}, {where}"


def metrics_table(metrics: Mapping[str, Any]) -> Table:
    """Models beside each other, the best NDCG@10 first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("on the same test requests")
    names = ("ndcg_at_10", "hit_rate_at_10", "mrr", "coverage", "diversity")
    for name in ("NDCG@10", "HitRate@10", "MRR", "coverage", "diversity"):
        table.add_column(name, justify="right")
    for model in sorted(metrics, key=lambda m: -metrics[m].ndcg_at_10):
        table.add_row(model, *[f"{getattr(metrics[model], n):.4f}" for n in names])
    return table


def drift_table(report: Any, most: int = 15) -> Table:
    """The most shifted columns of a `models.drift.Report`."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("column")
    for name in ("PSI", "beyond chance", "KS", "missing then", "missing now"):
        table.add_column(name, justify="right")
    for s in report.shifts[:most]:
        numbers = [f"{v:.3f}" for v in (s.psi, s.beyond, s.ks)]
        style = "red" if s.beyond >= report.limit else None
        table.add_row(s.name, *numbers, f"{s.then[-1]:.1%}", f"{s.now[-1]:.1%}", style=style)
    return table


def simulation_table(verdict: Any) -> Table:
    """The last week of a simulation, a policy a row, the most expected clicks first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    last = verdict.last
    table.add_column(f"{last['from']} to {last['to']}, a session")
    heads = ("expected clicks", "of the best", "expected bookings", "clicks", "bookings")
    for head in heads:
        table.add_column(head, justify="right")
    policies = last["policies"]
    for name in sorted(policies, key=lambda n: -policies[n]["expected_clicks"]):
        said = policies[name]
        table.add_row(
            name,
            f"{said['expected_clicks']:.3f}",
            f"{said['share']:.1%} ({said['share_low']:.1%} to {said['share_high']:.1%})",
            f"{said['expected_bookings']:.4f}",
            f"{said['clicks']:.3f}",
            f"{said['bookings']:.4f}",
        )
    return table


def simulation_day(day: Mapping[str, Any]) -> str:
    """A simulated day in one line."""
    shares = ", ".join(
        f"{name} {said['share']:.1%}" for name, said in day["policies"].items() if name != "best"
    )
    return (
        f"  day {day['number']:2d}: {day['requests']} requests; of the best possible: {shares}; "
        f"served by {', '.join(day['versions'])}; {day['decision']}; {day['seconds']:.0f} s"
    )


def status_table(settings: Settings) -> Table:
    """Counts of the history, the features, the log and the champion."""
    from butler.columns import SCHEMAS
    from butler.stores.open import log_of
    from butler.stores.tables import Tables
    from features.built import built_path, load_built
    from models.registry import published

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_row("home", str(settings.home))
    tables = Tables(settings.home)
    for name in SCHEMAS:
        table.add_row(name, f"{tables.scan(name).select(_count()).collect().item():,} rows")
    table.add_row("quarantine", f"{tables.quarantined().height:,} rows")
    if built_path(settings.home).exists():
        built = load_built(settings.home)
        table.add_row("features", f"as of {built.as_of:%Y-%m-%d %H:%M} UTC")
    else:
        table.add_row("features", "none yet: `butler features`")
    champion = published(settings.home)
    table.add_row("champion", f"version {champion.champion}" if champion else "none yet")
    log = log_of(settings)
    waiting = log.feedback.last_seq() - log.watermarks.get("compaction")
    table.add_row(
        "feedback", f"{log.feedback.last_seq():,} accepted, {waiting:,} not yet compacted"
    )
    log.close()
    return table


def _count() -> Any:
    import polars as pl

    return pl.len()


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
