"""What became of each stream in the last ingestion, as one self-contained HTML page."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

import polars as pl

from data_contracts.validate import STRUCTURAL_RULES, suite

EXAMPLES = 3  # bad rows shown for each rule
_RAW_LENGTH = 600  # characters of a raw row that are shown


@dataclass(frozen=True, slots=True)
class Report:
    """The rows of one stream: read = accepted + quarantined, accepted = new + changed + known.

    When a run is refused nothing is stored: new, changed and known are 0.
    """

    table: str
    file: str
    read: int
    accepted: int
    new: int
    changed: int
    known: int
    quarantined: int


def write_page(
    path: Path,
    reports: Iterable[Report],
    quarantined: pl.DataFrame,
    at: datetime,
    refusal: str | None = None,
) -> None:
    """Replace the page at `path`; `quarantined` are the bad rows of this run only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(page(list(reports), quarantined, at, refusal), encoding="utf-8")
    os.replace(temporary, path)


def page(
    reports: Sequence[Report], quarantined: pl.DataFrame, at: datetime, refusal: str | None
) -> str:
    outcome = (
        f'<p class="refused">Refused: nothing of this run entered the history.</p>'
        f"<pre>{escape(refusal)}</pre>"
        if refusal
        else '<p class="stored">The accepted rows are in the history.</p>'
    )
    streams = "".join(
        _stream(report, quarantined.filter(pl.col("table") == report.table)) for report in reports
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Data contracts</title>'
        f"<style>{_STYLE}</style></head><body><h1>Data contracts</h1>"
        f"<p>Ingestion of {at:%Y-%m-%d %H:%M:%S} UTC</p>{outcome}{_counts(reports)}{streams}"
        f"</body></html>\n"
    )


def _counts(reports: Sequence[Report]) -> str:
    columns = ("read", "accepted", "new", "changed", "known", "quarantined")
    rows = [
        [report.table, report.file, *(f"{getattr(report, column):,}" for column in columns)]
        for report in reports
    ]
    return _table(["stream", "file", *columns], rows)


def _stream(report: Report, bad: pl.DataFrame) -> str:
    rules = [*_rules(report.table)]
    broken = bad.select(pl.col("broken").str.split(";").explode()).to_series().value_counts()
    times: dict[str, int] = dict(broken.iter_rows())
    rows = [
        [rule, column, says, f"{_times(times, rule, column):,}"] for rule, column, says in rules
    ]
    return (
        f"<h2>{escape(report.table)}</h2>"
        + _table(["rule", "column", "what it says", "rows that break it"], rows)
        + _examples(bad)
    )


def _rules(table: str) -> Iterable[tuple[str, str, str]]:
    """Rule, column ("" for any) and meaning: the structural rules, then the suite's."""
    for rule, says in STRUCTURAL_RULES.items():
        yield rule, "", says
    for expectation in suite(table)["expectations"]:
        meta, kwargs = expectation["meta"], expectation["kwargs"]
        column = meta.get("about") or kwargs["column"]
        yield meta["rule"], column, meta["says"]


def _times(times: dict[str, int], rule: str, column: str) -> int:
    if column:
        return times.get(f"{column}:{rule}", 0)
    return sum(count for broken, count in times.items() if broken.endswith(f":{rule}"))


def _examples(bad: pl.DataFrame) -> str:
    if bad.is_empty():
        return ""
    few = bad.group_by("column", "rule", maintain_order=True).head(EXAMPLES)
    rows = [
        [rule, column, f"{row:,}", value or "(nothing)", raw[:_RAW_LENGTH]]
        for rule, column, row, value, raw in few.select(
            "rule", "column", "row", "value", "raw"
        ).iter_rows()
    ]
    return "<h3>Examples</h3>" + _table(["rule", "column", "row", "value", "raw row"], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;vertical-align:top;
overflow-wrap:anywhere}
th{background:#f4f4f2}.refused{color:#a40000;font-weight:600}.stored{color:#1a6b2d}
pre{white-space:pre-wrap;background:#f8f0f0;padding:1rem}
"""
