"""`butler bench`: the measurements of the platform by name (docs/performance.md)."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from butler.settings import Settings

bench = typer.Typer(no_args_is_help=True, help="Measure the platform; each prints a table.")
console = Console()


@bench.command("all")
def bench_all(
    everything: Annotated[
        bool, typer.Option(help="Also 50 million events, the engines, and half an hour of soak.")
    ] = False,
) -> None:
    """Latency, chat, load, freshness, start, memory, pipeline, train: all of it within the hour."""
    from benchmarks.all import main as work

    work(Settings.prepared(), console, everything)


@bench.command("latency")
def bench_latency(
    places: Annotated[
        list[int] | None,
        typer.Option(help="Grow the catalogue to so many places, by copies; 0: the home's own."),
    ] = None,
    candidates: Annotated[list[int] | None, typer.Option(help="Candidates of a request.")] = None,
    rounds: Annotated[int, typer.Option(help="Requests measured of each kind.")] = 150,
    redis: Annotated[
        bool, typer.Option(help="Also with a Redis of its own, where redis-server is installed.")
    ] = True,
) -> None:
    """A recommendation step by step, beside the naive way and beside `predict` alone."""
    from benchmarks.latency import CANDIDATES, PLACES
    from benchmarks.latency import main as work

    work(Settings.prepared(), console, places or PLACES, candidates or CANDIDATES, rounds, redis)


@bench.command("chat")
def bench_chat(
    rounds: Annotated[int, typer.Option(help="Conversations measured, of six messages each.")] = 60,
) -> None:
    """An answer without a key, by kind of message, beside a bare recommendation."""
    from benchmarks.chat import main as work

    work(Settings.prepared(), console, rounds)


@bench.command("start")
def bench_start(
    places: Annotated[
        list[int] | None, typer.Option(help="Also with a catalogue grown to so many places.")
    ] = None,
) -> None:
    """How long until the server can recommend, with one worker and with two."""
    from benchmarks.start import PLACES, start

    start(Settings.prepared(), console, places or (PLACES,))


@bench.command("memory")
def bench_memory(
    places: Annotated[
        list[int] | None, typer.Option(help="Also with a catalogue grown to so many places.")
    ] = None,
) -> None:
    """What the server's processes hold: after the start, after requests, after an explanation."""
    from benchmarks.start import PLACES, memory

    memory(Settings.prepared(), console, places or (PLACES,))


@bench.command("soak")
def bench_soak(
    minutes: Annotated[float, typer.Option(help="How long ten times too much is asked.")] = 30.0,
) -> None:
    """The real server, asked ten times what it can bear: refusals, latency, memory over time."""
    from benchmarks.soak import main as work

    work(Settings.prepared(), console, minutes)


@bench.command("load")
def bench_load(
    minutes: Annotated[float, typer.Option(help="How long the travellers act.")] = 5.0,
    travellers: Annotated[int, typer.Option(help="How many there are.")] = 10_000,
    think: Annotated[float, typer.Option(help="Seconds between two acts, on average.")] = 90.0,
    workers: Annotated[
        int | None, typer.Option(help="Serving processes; one a processor unless told.")
    ] = None,
    ramp: Annotated[bool, typer.Option(help="Then more and more, until it gives out.")] = True,
) -> None:
    """Ten thousand travellers at their own pace on the real server, and what gives out first."""
    from benchmarks.load import main as work

    work(Settings.prepared(), console, minutes, travellers, think, workers, ramp)


@bench.command("freshness")
def bench_freshness(
    minutes: Annotated[float, typer.Option(help="How long feedback is watched.")] = 1.0,
    travellers: Annotated[int, typer.Option(help="How many act meanwhile.")] = 10_000,
    think: Annotated[float, typer.Option(help="Seconds between two acts, on average.")] = 90.0,
    workers: Annotated[
        int | None, typer.Option(help="Serving processes; one a processor unless told.")
    ] = None,
) -> None:
    """From the 202 of feedback to the recommendation that shows it, under load."""
    from benchmarks.freshness import main as work

    work(Settings.prepared(), console, minutes, travellers, think, workers)


@bench.command("claude")
def bench_claude(
    rounds: Annotated[int, typer.Option(help="Turns measured of each kind.")] = 20,
    delay: Annotated[float, typer.Option(help="Milliseconds between two words of Claude's.")] = 20,
) -> None:
    """A conversation over a stub of Claude: to the first sentence, to the end, and what is ours."""
    from benchmarks.claude import main as work

    work(Settings.prepared(), console, rounds, delay)


@bench.command("faithfulness")
def bench_faithfulness() -> None:
    """Whether the reasons named have the directions and the order of SHAP on the same requests."""
    from benchmarks.reasons import main as work

    if not work(Settings.prepared(), console):
        raise typer.Exit(1)


@bench.command("pipeline")
def bench_pipeline(
    events: Annotated[
        list[int] | None,
        typer.Option(help="How many events; may be repeated, 50000000 is fine."),
    ] = None,
) -> None:
    """Made-up traffic through contracts, features and the training frame: seconds, memory, growth."""
    from benchmarks.pipeline import EVENTS
    from benchmarks.pipeline import main as work

    work(Settings.prepared(), console, events or EVENTS)


@bench.command("train")
def bench_train() -> None:
    """Rows a second of the ranker and of ALS, and their memory."""
    from benchmarks.train import main as work

    work(Settings.prepared(), console)


@bench.command("reach")
def bench_reach(
    train: Annotated[Path, typer.Option(help="Check-ins of before.")],
    pois: Annotated[Path, typer.Option(help="File of places.")],
    val: Annotated[Path, typer.Option(help="Check-ins whose next places are looked for.")],
) -> None:
    """How many of the places people went to next are within reach, so that they can be candidates."""
    from benchmarks.reach import main as work

    work(Settings.prepared(), console, train, pois, val)


@bench.command("retrieval")
def bench_retrieval(
    train: Annotated[Path, typer.Option(help="A user a line: `user item item ...`.")],
    out: Annotated[Path, typer.Option(help="File of predictions: user,rank,item.")],
    top: Annotated[int, typer.Option(help="Items a user.")] = 20,
) -> None:
    """Each user's best items among those not met, in LightGCN's protocol."""
    from benchmarks.retrieval import bench as work
    from benchmarks.retrieval import table

    console.print(table(work(train, top, out, console.print), top))
    console.print(f"predictions written to {out}")


@bench.command("next-poi")
def bench_next_poi(
    train: Annotated[Path, typer.Option(help="Check-ins to learn from.")],
    pois: Annotated[Path, typer.Option(help="File of places.")],
    val: Annotated[Path, typer.Option(help="Later check-ins; known in live mode only.")],
    test: Annotated[Path, typer.Option(help="Check-ins whose trajectories are to be completed.")],
    out: Annotated[Path, typer.Option(help="CSV of the 200 best places of each target.")],
    mode: Annotated[
        str, typer.Option(help="strict: know train and the input; or live.")
    ] = "strict",
) -> None:
    """Next POI: predict the last check-in of each trajectory, beside what is published."""
    from benchmarks.next_poi import run, table

    with console.status("reading") as status:
        measured = run(train, pois, val, test, mode, out, tell=status.update)
    console.print(table(measured))
    console.print(f"predictions written to {out}")


@bench.command("candidates")
def bench_candidates() -> None:
    """Which generator finds what: recall at 50, 200 and 500 on the last days of the history."""
    from benchmarks.candidates import main as measure

    measure(Settings.prepared(), console)


@bench.command("cluster")
def bench_cluster(
    times: Annotated[int, typer.Option(help="Trainings on the cluster, and with other seeds.")] = 3,
) -> None:
    """The ranker of a Dask cluster of two processes beside that of one: NDCG@10 and MRR."""
    from benchmarks.cluster import main as work

    work(Settings.prepared(), console, times)
