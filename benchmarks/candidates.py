"""Which generator finds what: recall at 50, 200 and 500 on the last days of a home's history.

    BUTLER_HOME=.butler butler bench candidates

Generators are fitted on what was known before the test window, as for every evaluation; the places
that the window's travellers went for are what there is to find. Prints a table and writes
`reports/candidates.json` in the home.
"""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.report import write_report
from butler.settings import Settings
from butler.stores.tables import Tables
from features import frame as f
from features import transforms as t
from features.built import load_built
from features.frame import Catalogue
from features.store import Features
from models.examples import asked_by, by_request, fit_generators
from models.generators import positives
from models.recall import Recall, recall, share_of_new_places
from models.requests import GRADE, Split, labelled


def main(settings: Settings, console: Console) -> None:
    found, new = measure(settings.home, settings)
    console.print(as_table(found))
    console.print(
        f"{found.relevant:,} places travellers went for; {new:.1%} of them were new when the "
        "generators were fitted"
    )
    write_report(settings, "candidates", found.table().to_dicts())


def measure(home: Path, settings: Settings) -> tuple[Recall, float]:
    """Recall on the test window, and the share of what was to be found that was new then."""
    tables, features, catalogue = Tables(home), Features(home), Catalogue.load(home)
    events, bookings = tables.read("events"), tables.read("bookings")
    rows = t.behaviour(events, bookings, catalogue.frame)
    wanted = settings.training
    split = Split.ending(load_built(home).as_of, wanted.train_days, wanted.test_days)
    history = labelled(events, bookings, tables.read("requests"))
    unseen = history.between(split.test_from, split.end, wanted.test_requests, wanted.seed)
    generators = fit_generators(rows, catalogue, split.test_from, wanted.seed)
    resolved = f.resolve_offline(features, catalogue, unseen.requests)
    relevant = by_request(unseen.labels, GRADE, unseen.requests, catalogue)
    found = recall(generators, asked_by(features, catalogue, resolved), relevant, catalogue)
    met = set(positives(f.known_before(rows, split.test_from), catalogue)["place"].to_list())
    return found, share_of_new_places(relevant, met)


def as_table(found: Recall) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("generator")
    for depth in found.depths:
        table.add_column(f"recall@{depth}", justify="right")
    for depth in found.depths:
        table.add_column(f"lost without @{depth}", justify="right")
    for row in found.table().iter_rows():
        table.add_row(str(row[0]), *[f"{float(v):.3f}" for v in row[1:]])
    return table
