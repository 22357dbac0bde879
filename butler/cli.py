"""The `butler` command: each step of the loop by name, and `butler run` for all of them in order."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from butler.bench import bench
from butler.errors import ButlerError, NotFound
from butler.keys import keys
from butler.quiet import quiet
from butler.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="HolidaiButler: the right place for this hour, this weather, this party.",
)
imports = typer.Typer(no_args_is_help=True, help="Turn public data into a dataset.")
app.add_typer(imports, name="import")
app.add_typer(keys, name="key")
app.add_typer(bench, name="bench")

console = Console()
DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder of the dataset.")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder to write the dataset to.")]


def main() -> None:
    """Entry point: a ButlerError is a sentence for the user, anything else is a bug and shows all."""
    quiet()
    try:
        app()
    except ButlerError as error:
        _say(type(error).__name__, str(error))
    except ValidationError as error:
        _say("InvalidSetting", "; ".join(_wrong(error)))


def _wrong(error: ValidationError) -> list[str]:
    """Each wrong setting by the name of its variable."""
    return [
        f"BUTLER_{'__'.join(str(part) for part in wrong['loc']).upper()}: {wrong['msg']}"
        for wrong in error.errors()
    ]


def _say(name: str, message: str) -> None:
    Console(stderr=True).print(f"[bold red]{name}[/]: {escape(message)}", soft_wrap=True)
    sys.exit(1)


@app.command()
def world(
    out: OutFolder,
    pois: Annotated[int, typer.Option(help="Places; 0 is the catalogue as it is.")] = 0,
    travellers: int = 3000,
    days: int = 60,
    seed: int = 7,
) -> None:
    """Write the simulated world: the Costa Blanca, its travellers, its weather."""
    from butler.world.build import build_world

    with console.status("simulating") as status:
        build_world(
            out,
            pois=pois,
            travellers=travellers,
            days=days,
            seed=seed,
            progress=lambda what, share: status.update(f"{what} {share:.0%}"),
        )
    console.print(f"world written to {out}")


@imports.command("foursquare")
def import_foursquare(
    checkins: Annotated[list[Path], typer.Option(help="Check-in file; may be repeated.")],
    pois: Annotated[Path, typer.Option(help="File of places.")],
    out: OutFolder,
    weather: Annotated[Path | None, typer.Option(help="Daily weather of the city.")] = None,
) -> None:
    """Foursquare check-ins (and NOAA daily weather) as a dataset."""
    from butler.importers.foursquare import import_foursquare as convert

    convert(checkins, pois, weather, out)
    console.print(f"dataset written to {out}")


@imports.command("hotel-bookings")
def import_hotel_bookings(
    bookings: Annotated[Path, typer.Option(help="The bookings file.")], out: OutFolder
) -> None:
    """The hotel bookings of Antonio et al. (2019) as a dataset."""
    from butler.importers.hotel_bookings import import_hotel_bookings as convert

    convert(bookings, out)
    console.print(f"dataset written to {out}")


@app.command()
def maintenance(
    message: Annotated[str, typer.Argument(help="What travellers are told.")] = "",
    over: Annotated[bool, typer.Option("--over", help="It is over.")] = False,
) -> None:
    """Tell everybody who is connected what is going on, or that it is over."""
    from serving.maintenance import Notices

    if bool(message) == over:
        raise typer.BadParameter("give a message, or --over")
    notices = Notices(Settings().make_home())
    if over:
        notices.end()
    else:
        notices.announce(message)


@app.command("eval-explanations")
def eval_explanations(
    show: Annotated[bool, typer.Option(help="Every case that was judged wrong.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Ask Claude; needs a key.")] = False,
    limit_dollars: Annotated[float, typer.Option(help="Most that `--live` may cost.")] = 1.0,
    record: Annotated[
        Path | None, typer.Option(help="Folder to keep what Claude writes with `--live`.")
    ] = None,
    recorded: Annotated[
        Path | None, typer.Option(help="Judge what was kept in this folder; needs no key.")
    ] = None,
    cases: Annotated[
        Path | None, typer.Option(help="Write what Claude would be asked to this folder; no more.")
    ] = None,
    turns: Annotated[
        bool, typer.Option("--turns", help="With `--cases`: real turns of the home's model.")
    ] = False,
) -> None:
    """How many planted lies the gate catches and how many true replies pass, in 18 languages."""
    from benchmarks import explanations

    if record and not live:
        raise typer.BadParameter("there is nothing to keep without --live", param_hint="--record")
    settings, wide, met = Settings(), Console(width=120), None
    if live or recorded or cases:
        from benchmarks import live as claude

        if cases:
            console.print(f"{claude.write(settings, cases, turns)} cases in {cases}")
            return
        if recorded:
            met = claude.recorded(settings, wide, recorded, show)
        else:
            met = claude.main(settings, wide, limit_dollars, record, show)
            if met is None:
                raise typer.Exit(2)
    else:
        met = explanations.main(settings.home, wide, show)
    if not met:
        raise typer.Exit(1)


@app.command()
def ingest(data: DataFolder = None) -> None:
    """Bring a dataset into the history: good rows in, bad rows to quarantine with a reason."""
    from butler.run import Steps

    steps = Steps(Settings(), console)
    steps.ingest(data or steps.default_world())


@app.command()
def features() -> None:
    """Build every feature from history, offline and online."""
    from butler.run import Steps

    Steps(Settings(), console).features()


@app.command()
def train() -> None:
    """Train a challenger and print it beside the baselines and the champion."""
    from butler.run import Steps

    Steps(Settings(), console).train()


@app.command()
def promote(
    version: Annotated[
        str | None, typer.Option(help="Which version; the newest by default.")
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Crown it whatever its metrics say: your own word.")
    ] = False,
) -> None:
    """Make the challenger champion if it passes the gate."""
    from butler.run import Steps

    Steps(Settings(), console).promote(version, anyway)


@app.command()
def rollback() -> None:
    """Go back to the previous champion; a running server follows within seconds."""
    from pipelines.promote import rollback as go_back

    settings = Settings.prepared()
    taken, champion = go_back(settings.home, settings)
    console.print(
        f"version {champion} is champion again; version {taken} was taken back, and is crowned "
        "again only by `butler promote --anyway`"
    )


@app.command()
def drift() -> None:
    """Compare what the champion was asked in the last day with its training."""
    from butler.show import drift_table
    from pipelines.drift import inspect

    settings = Settings.prepared()
    found = inspect(settings.home, settings)
    if found.report is not None:
        console.print(drift_table(found.report))
    console.print(found.sentence)
    if found.folder is not None:
        console.print(f"report: {found.folder / 'report.md'}")


@app.command()
def compact() -> None:
    """Bring accepted feedback and impressions from the log into the history."""
    from pipelines.feedback import compact as work
    from pipelines.homes import settings_in

    settings = settings_in(None)
    done = work(settings.home, settings)
    console.print(
        f"{done.feedback:,} events and {done.impressions:,} impressions brought into the history, "
        f"{done.quarantined:,} quarantined"
    )


@app.command()
def forget(
    user: Annotated[str, typer.Argument(help="The user_id of the traveller.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase all that is kept of a traveller, for good; then build the features of the others."""
    from pipelines.forget import forget as work
    from pipelines.homes import settings_in

    settings = settings_in(None)
    if not yes:
        typer.confirm(f"Erase all of {user}, for good?", abort=True)
    done = work(settings.home, settings, user)
    left = (
        "features are of the others" if done.others else "nobody is left, nor features of anybody"
    )
    console.print(
        f"{done.log:,} rows of the log, {done.history:,} of the history and {done.turns:,} turns of "
        f"conversation erased; {left}"
    )


@app.command()
def serve() -> None:
    """Serve the API until it is told to end."""
    from butler.run import Steps

    sys.exit(Steps(Settings(), console).serve())


@app.command()
def recommend(
    user: Annotated[str, typer.Option(help="Whom for; a stranger gets a cold start.")],
    limit: int = 10,
    lat: float | None = None,
    lon: float | None = None,
    at: Annotated[datetime | None, typer.Option(help="Time of the visit, UTC.")] = None,
    party: str | None = None,
    budget: int | None = None,
    category: str | None = None,
    exclude_visited: bool = False,
    lang: str = "en",
) -> None:
    """Recommend without a server, and print why."""
    from butler.show import answer_table, context_line
    from serving.api.recommendations import checked_request
    from serving.engine import Engine

    settings = Settings.prepared()
    asked = {
        "user_id": user,
        "limit": limit,
        "lat": lat,
        "lon": lon,
        "at": at.isoformat() if at else None,
        "party": party,
        "budget": budget,
        "category": category,
        "exclude_visited": exclude_visited,
        "lang": lang,
    }
    request = checked_request(asked, settings.clock().now())
    engine = Engine.open(settings)
    answer = engine.recommend(request)
    engine.close()
    console.print(context_line(answer.context))
    console.print(answer_table(answer.items))


@app.command()
def parity(
    most: Annotated[int, typer.Option(help="Most requests to recompute.")] = 200,
) -> None:
    """Recompute logged feature vectors from history and report every mismatch."""
    from pipelines.parity import check

    settings = Settings.prepared()
    report = check(settings.home, settings, most)
    console.print(
        f"{report.requests} requests, {report.vectors:,} vectors of {report.features} features: "
        f"{report.mismatches} mismatches"
    )
    if report.not_comparable:
        console.print(
            f"  {report.not_comparable} more requests cannot be recomputed: they were served without "
            "the online store, or from a catalogue that has changed since"
        )
    for line in report.examples:
        console.print(f"  {line}")
    sys.exit(1 if report.mismatches else 0)


@app.command()
def replay(request_id: str) -> None:
    """Rank a logged request again by its model version, and say whether it is the same to the bit."""
    from butler.stores.open import log_of
    from features.frame import Catalogue
    from models.composite import Composite
    from models.registry import models_folder
    from models.replay import agrees
    from models.replay import replay as again
    from models.unranked import UNRANKED

    settings = Settings.prepared()
    log = log_of(settings)
    impression = log.impressions.get(request_id)
    if impression.model_version == UNRANKED:
        raise NotFound(
            f"the answer {request_id} was given without a ranker (`degraded: ranker`): no version of "
            "a model can replay it"
        )
    folder = models_folder(settings.home) / impression.model_version
    model = Composite.load(folder, Catalogue.load(settings.home), impression.model_version)
    same = agrees(impression, again(impression, model))
    log.close()
    console.print("the same to the bit" if same else "[red]differs[/]")
    sys.exit(0 if same else 1)


@app.command()
def status() -> None:
    """What there is: history, features, models, and what the log holds."""
    from butler.show import status_table

    console.print(status_table(Settings.prepared()))


@app.command()
def run(
    data: DataFolder = None,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Everything but the server.")
    ] = False,
) -> None:
    """Everything in order: world (or your data), ingest, features, train, promote, serve."""
    from butler.run import run_all

    sys.exit(run_all(Settings(), console, data, serve=not no_serve))


@app.command()
def simulate(
    days: Annotated[int, typer.Option(help="Days that the platform serves.")] = 30,
    history_days: Annotated[
        int, typer.Option(help="Days of the old policy's log that it begins with.")
    ] = 10,
    travellers: Annotated[int, typer.Option(help="Simulated travellers.")] = 3000,
    retrain_every: Annotated[int, typer.Option(help="Nights from one training to the next.")] = 3,
    gate: Annotated[
        bool, typer.Option("--gate/--no-gate", help="Judge challengers, or crown every one.")
    ] = True,
    seed: Annotated[int, typer.Option(help="Same seed and end, same numbers.")] = 7,
    until: Annotated[
        datetime | None, typer.Option(help="Midnight UTC after the last day; today by default.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of its own; by default `simulation` in the home.")
    ] = None,
) -> None:
    """Serve simulated travellers day by day and learn from them, beside popularity, chance and the best."""
    from butler.run import simulate as run

    wanted = {
        "days": days,
        "history_days": history_days,
        "travellers": travellers,
        "retrain_every": retrain_every,
        "gate": gate,
        "seed": seed,
    }
    run(Settings(), console, wanted, until, out)


if __name__ == "__main__":
    main()
