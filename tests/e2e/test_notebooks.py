"""The notebooks as data scientists run them: a kernel of this interpreter, on a copy of the small home."""

import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import polars as pl
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

from butler.columns import C
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.tables import Tables
from features.vector import GENERATORS, GROUP_OF
from features.views import VIEW_KEYS
from models.evaluate import Metrics
from models.registry import Registry
from serving.answers import Request
from serving.engine import Engine
from tests.butler_at_home import at_home
from tests.claude_stub import ClaudeStub, calls, fails, says, strict_sdk
from tests.conftest import SMALL

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
CELL_SECONDS = 240
KERNEL = "this-interpreter"
PATIENT = {"first_seconds": 120, "deadline_seconds": 120, "hedge_seconds": 120}
MACHINE_PATH = re.compile(r"""(?<![\w.<>-])(?:/(?:work|root|tmp|home|Users|var|opt)/|[A-Z]:\\)""")

committed = pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)


def run(
    name: str,
    home: Path,
    scratch: Path,
    folder: Path = ROOT,
    user_id: str | None = None,
    **wanted: str,
) -> dict[str, Any]:
    """Execute a notebook in `folder` on `home`; the values of these expressions at its end.

    With a `user_id` it is written where the notebook asks for one. Raises CellExecutionError when a
    cell fails. Expressions must be JSON-ready.
    """
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells if user_id else []:
        cell.source = re.sub(r'(?m)^USER_ID = ""', f"USER_ID = {user_id!r}", cell.source)
    asked = ", ".join(f"{key!r}: {expression}" for key, expression in wanted.items())
    notebook.cells.append(
        nbformat.v4.new_code_cell(f"import json\nprint(json.dumps({{{asked}}}))", id="asked")
    )
    manager = kernel(scratch)
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=CELL_SECONDS,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute(env={**os.environ, **environment(home, scratch)})
    finally:  # the client ends only kernels of its own making
        run_sync(manager.shutdown_kernel)(now=True)
    # what is printed at once may come in several pieces
    printed = "".join(o["text"] for o in notebook.cells[-1].outputs if o.get("name") == "stdout")
    found: dict[str, Any] = json.loads(printed)
    return found


def kernel(scratch: Path) -> AsyncKernelManager:
    """A kernel of the running interpreter, whatever kernels are installed on the machine."""
    spec = scratch / "kernels" / KERNEL
    spec.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": command, "display_name": KERNEL, "language": "python"})
    )
    specs = KernelSpecManager(kernel_dirs=[str(spec.parent)])
    return AsyncKernelManager(
        kernel_name=KERNEL,
        kernel_spec_manager=specs,
        connection_file=str(scratch / "connection.json"),
    )


def environment(home: Path, scratch: Path) -> dict[str, str]:
    """What the kernel's process is told: the home, relative to the repository, and the small sizes."""
    sizes = {f"BUTLER_TRAINING__{name.upper()}": str(value) for name, value in SMALL.items()}
    relative = os.path.relpath(home.resolve(), ROOT.resolve())
    return {**sizes, "BUTLER_HOME": relative, "IPYTHONDIR": str(scratch / "ipython")}


def test_explore_shows_what_is_in_the_home_and_what_is_in_quarantine(
    home: Path, tmp_path: Path
) -> None:
    """Rows, click-through by position and the quarantine agree with the tables themselves."""
    tables = Tables(home)
    tables.quarantine(
        pl.DataFrame(
            {
                "table": ["events"] * 3,
                "file": ["events.csv"] * 3,
                "row": [4, 9, 12],
                "column": [C.POI, C.POI, C.VALUE],
                "rule": ["known_poi", "known_poi", "rating_range"],
                "value": ["atlantis", "atlantis", "11"],
                "raw": ["{}"] * 3,
                "broken": ["poi_id:known_poi", "poi_id:known_poi", "value:rating_range"],
            }
        )
    )
    found = run(
        "01_explore",
        home,
        tmp_path,
        rows="dict(overview.select('table', 'rows').iter_rows())",
        by_position="by_position['ctr'].to_list()",
        impressions="int(by_position['impressions'].sum())",
        with_forecast="int(by_rain['impressions'].sum())",
        bad="by_rule.select('rule', 'rows').rows()",
    )
    events = tables.read("events")
    assert found["rows"]["events"] == events.height
    assert found["rows"]["travellers"] == 600
    assert found["impressions"] == (events[C.EVENT_TYPE] == "impression").sum()
    assert found["with_forecast"] == found["impressions"]
    assert len(found["by_position"]) == 10
    assert found["by_position"][0] > 2 * found["by_position"][9]
    assert found["bad"] == [["known_poi", 2], ["rating_range", 1]]


def test_explore_needs_neither_slates_nor_weather(tmp_path: Path) -> None:
    """Places and unprompted visits are a dataset, too; and any folder will do to start from."""
    home = tmp_path / "home"
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    tables = Tables(home)
    tables.upsert(
        "pois",
        pl.DataFrame(
            {
                C.POI: ["cala", "museu"],
                C.NAME: ["Cala", "Museu"],
                C.CATEGORY: ["nature/cove", "culture/museum"],
                C.LATITUDE: [38.73, 38.35],
                C.LONGITUDE: [0.20, -0.48],
            }
        ),
    )
    tables.upsert(
        "events",
        pl.DataFrame(
            {
                C.EVENT: ["1", "2", "3"],
                C.USER: ["anna", "anna", "ben"],
                C.EVENT_TYPE: ["visit"] * 3,
                C.POI: ["cala", "museu", "cala"],
                C.OCCURRED_AT: [noon, noon + timedelta(days=1), noon + timedelta(days=2)],
            }
        ),
    )
    found = run(
        "01_explore",
        home,
        tmp_path,
        folder=NOTEBOOKS,
        visits="int(by_day['len'].sum())",
        slates="shown.height",
        forecasts="seen.height",
        met="dict(met.select('poi_id', 'met').iter_rows())",
    )
    assert found == {"visits": 3, "slates": 0, "forecasts": 0, "met": {"cala": 2, "museu": 1}}


def test_the_training_frame_from_feast_is_complete_and_point_in_time(
    home: Path, tmp_path: Path
) -> None:
    """No row is lost, both ways give the same numbers, no visit is known before it is made."""
    found = run(
        "02_point_in_time",
        home,
        tmp_path,
        asked="entities.height",
        rows="training_frame.height",
        pairs="keys.height",
        vectors="len(matrix)",
        compared="compared",
        own="[own.height, own_frame['label'].sum(), len(own_matrix)]",
        labels="int(own['label'].sum())",
        same_frame="same_frame",
        no_leak="no_leak",
        asof="dict(asof_checks.select('view', 'equal to Feast').iter_rows())",
        known="by_moment['p_interactions_all'].to_list()",
    )
    assert found["rows"] == found["asked"] > 100
    assert found["vectors"] == found["pairs"] >= found["rows"]
    assert found["compared"] > 50
    assert found["own"] == [200, found["labels"], 200]
    assert found["same_frame"]
    assert found["no_leak"]
    assert len(found["asof"]) == len(VIEW_KEYS)
    assert all(found["asof"].values())
    assert found["known"] == sorted(found["known"], reverse=True)
    assert found["known"][0] > found["known"][-1]


def test_the_ranker_of_the_notebook_is_the_one_the_pipeline_trains(
    home: Path, tmp_path: Path
) -> None:
    """Same data, settings and functions: the same metrics as the registered model, and no new one."""
    found = run(
        "03_ranker",
        home,
        tmp_path,
        metrics="{name: m.as_dict() for name, m in metrics.items()}",
        rows="len(learn.grade)",
        adds_up="float(np.ptp(constant))",
        curve="{name: list(values) for name, values in rounds.items()}",
        tried="grid.height",
        ideas="[[t['feature'], t['low'], t['difference'], t['high']] for t in tries]",
        believed="int(believed['rows'].sum())",
        explained="why.height == len(NAMES)",
        shares="float(gain['share'].sum())",
    )
    registry = Registry(home)
    logged = registry.metrics("1")
    assert registry.newest() == "1"
    assert set(found["metrics"]) >= {"ranker", "linear", "popularity", "most_frequent", "champion"}
    assert found["metrics"]["champion"] == found["metrics"]["ranker"]
    for name in Metrics.__dataclass_fields__:
        assert found["metrics"]["ranker"][name] == pytest.approx(logged[name], abs=1e-12)
    assert found["rows"] == logged["rows"]
    assert found["adds_up"] < 1e-6
    assert found["curve"]["later requests"][-1] == SMALL["trees"]
    assert found["tried"] >= 4
    assert [name for name, *_ in found["ideas"]] == ["usually_saved", "pure_chance"]
    assert all(low <= mean <= high for _, low, mean, high in found["ideas"])
    assert found["believed"] > 500
    assert found["explained"]
    assert found["shares"] == pytest.approx(1.0)


def test_a_logged_request_is_replayed_bit_by_bit_and_another_sky_ranks_otherwise(
    home: Path, tmp_path: Path
) -> None:
    """With an empty log the notebook makes one request; other weather changes weather alone."""
    found = run(
        "04_replay",
        home,
        tmp_path,
        request="impression.request_id",
        identical="identical",
        same="same",
        slate="slate",
        as_it_was="answers['as it was'][1]",
        unchanged="unchanged",
        edited="[n for j, n in enumerate(NAMES) if not np.array_equal("
        "under(matrix, temperature_c=60)[:, j], matrix[:, j], equal_nan=True)]",
        moved="float(np.abs(wet - dry).max())",
    )
    log = open_log(Settings(home=home).sql_url())
    logged = log.impressions.since(0)
    log.close()
    assert [i.request_id for i in logged] == [found["request"]]
    assert found["identical"]
    assert found["same"] == {"scores": True, "slate": True, "propensities": True}
    assert found["slate"] == found["as_it_was"] == list(logged[0].slate)
    assert found["unchanged"]
    assert {"weather_temperature_c", "heat_outdoors"} <= set(found["edited"])
    assert {GROUP_OF[name] for name in found["edited"]} == {"weather"}
    assert found["moved"] > 0


def test_generators_are_compared_alone_in_the_union_and_by_whom_they_serve(
    home: Path, tmp_path: Path
) -> None:
    """The union finds no less than its best member at the depth of the catalogue."""
    found = run(
        "05_candidates",
        home,
        tmp_path,
        names="table['generator'].to_list()",
        last="table[f'recall_at_{DEPTHS[-1]}'].to_list()",
        curve="by_depth.union",
        parts="by_who.height",
    )
    assert found["names"][0] == "union"
    assert set(found["names"][1:]) == set(GENERATORS)
    assert found["last"][0] == max(found["last"]) > 0.9
    assert found["curve"] == sorted(found["curve"])
    assert found["parts"] == len(GENERATORS) + 1


def test_segments_add_up_to_all_requests_and_exposure_to_one(home: Path, tmp_path: Path) -> None:
    found = run(
        "06_segments",
        home,
        tmp_path,
        requests="len(test.relevant)",
        segments="{r.segment: r.requests for r in rows}",
        towns="float(by_town['of_exposure'].sum())",
        inequality="inequality",
    )
    for group in ("traveller", "party", "language", "weather", "town", "places"):
        sizes = [n for name, n in found["segments"].items() if name.startswith(f"{group}=")]
        assert sum(sizes) == found["requests"] == found["segments"]["all"]
    assert found["towns"] == pytest.approx(1.0)
    assert found["inequality"]["champion"] < found["inequality"]["popularity"]


def test_the_champion_judged_off_policy_is_worth_what_it_earned(home: Path, tmp_path: Path) -> None:
    """Without a log the notebook plays in a log of its own; the nearest places earn less there."""
    found = run(
        "07_off_policy",
        home,
        tmp_path,
        demonstration="demonstration",
        slates="len(served)",
        earned="earned",
        ours="estimates.filter((pl.col('idea') == 'as it is') & (pl.col('estimator') == 'dr'))"
        ".select('low', 'high', 'overlap').row(0)",
        drawn="float(np.mean(drawn < 1))",
    )
    log = open_log(Settings(home=home).sql_url())
    assert log.impressions.last_seq() == 0  # the home is as it was
    log.close()
    assert found["demonstration"]
    assert found["slates"] >= 200
    assert 0.1 < found["drawn"] < 0.5
    low, high, overlap = found["ours"]
    assert low <= found["earned"] <= high
    assert overlap > 0.8


def test_slates_of_which_nobody_told_a_click_are_not_judged_by(home: Path, tmp_path: Path) -> None:
    """As after a test of the load: the notebook plays in a log of its own, as with an empty one."""
    settings = Settings(home=home)
    then, engine = settings.clock().now() - timedelta(hours=2), Engine.open(settings)
    for _ in range(200):
        engine.recommend(Request("stranger", requested_at=then, at=then))
    engine.close()
    found = run(
        "07_off_policy",
        home,
        tmp_path,
        logged="len(impressions_between(settings, until - timedelta(days=1), until, 2000, version))",
        demonstration="demonstration",
        earned="earned",
    )
    assert found["logged"] == 200
    assert found["demonstration"]
    assert found["earned"] > 0


def test_rain_moves_the_slate_under_a_roof(home: Path, tmp_path: Path) -> None:
    """Rain never raises what is outdoors over what is indoors, and without weather nothing moves."""
    found = run(
        "08_weather",
        home,
        tmp_path,
        shares="shares",
        moved="moved",
        blind="float(np.abs(Blind().predict(under(part, precipitation_mm=3.0))"
        " - Blind().predict(part)).max())",
        classes="worth['forecast'].to_list()",
        requests="worth['requests'].to_list()",
    )
    assert found["moved"]["outdoors"] <= found["moved"]["indoors"]
    assert found["shares"][-1] >= found["shares"][0]
    assert found["blind"] == 0.0
    assert found["classes"][0] == "all"
    assert max(found["requests"]) == found["requests"][0]


def test_a_conversation_is_read_with_all_that_its_answers_rest_on(
    home: Path, tmp_path: Path
) -> None:
    """Without one the notebook speaks itself, in a store of its own; a changed number is a lie."""
    found = run(
        "09_conversation",
        home,
        tmp_path,
        turns="len(conversation)",
        said="len(SAID)",
        tools="called['tool'].to_list()",
        problems="[p for p in called['problem'] if p]",
        told="grounds['said'].sum()",
        unfounded="unfounded",
        failed="failed",
        same="same_verdicts",
        lies="[len(caught), sum(map(bool, caught))]",
        dollars="cost['micro dollars'].sum()",
    )
    assert found["turns"] == 2 * found["said"]
    assert set(found["tools"]) >= {"remember_preference", "recommend", "compare", "plan_day"}
    assert found["told"] > 0
    assert found["problems"] == found["unfounded"] == found["failed"] == []
    assert found["same"]
    lies, caught = found["lies"]
    assert lies > 10
    assert caught == lies
    assert found["dollars"] == 0
    assert not (home / "chats.db").exists()  # the home's conversations are its own


def test_a_conversation_that_claude_worded_is_read_in_the_same_way(
    home: Path, tmp_path: Path
) -> None:
    """What it cites was found, its lie was held back and is so again, and it has cost something."""
    away = ["p1.name", "p1.distance"]
    true, lie = ("{p1.name}: {p1.distance}.", away), ("{p1.name} is 977 km away.", away)
    with ClaudeStub().running() as stub, strict_sdk():
        claude = {"url": stub.url, "require_consent": False, **PATIENT}
        with at_home(home, claude_key="test", claude=claude) as there:
            stub.script(
                calls(("recommend", {"limit": 3})), says(true, lie, ("{p1.hours}", ["p1.hours"]))
            )
            shown = there.say("ana", "What can I do near here?")
            stub.script(fails(529, "overloaded_error"))
            why = there.say("ana", "Why the second?")
        assert stub.problems == []
    assert (shown.worded_by, why.because) == ("claude", "overloaded")
    found = run(
        "09_conversation",
        home,
        tmp_path,
        user_id="ana",
        turns="len(conversation)",
        facts="[len(list(facts_in(t))) for t in answers]",
        unfounded="unfounded",
        failed="failed",
        same="same_verdicts",
        lies="[len(caught), sum(map(bool, caught))]",
        dollars="cost['micro dollars'].sum()",
    )
    assert found["turns"] == 4
    assert min(found["facts"]) > 5
    assert (found["unfounded"], found["failed"]) == ([], ["numbers"])
    assert found["same"]
    assert found["lies"][0] == found["lies"][1] > 0
    assert found["dollars"] > 0


@committed
def test_a_committed_notebook_holds_no_outputs_counts_or_paths(path: Path) -> None:
    """What a run leaves behind is stripped: outputs, counters, timings, where it ran."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert set(notebook.metadata.get("language_info", {})) <= {"name"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert MACHINE_PATH.findall(path.read_text()) == []
    for cell in notebook.cells:
        assert cell.metadata == {}
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@committed
def test_a_committed_notebook_tells_before_it_computes(path: Path) -> None:
    """It opens with a heading, explains itself in between, and its cell ids are words of ours."""
    notebook = nbformat.read(path, as_version=4)
    told = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert notebook.cells[0].source.startswith("# ")
    assert len(told) >= 6
    assert all(re.fullmatch(r"[a-z_]{2,20}", cell.id) for cell in notebook.cells)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_the_readme_names_every_notebook() -> None:
    names = [p.name for p in sorted(NOTEBOOKS.glob("*.ipynb"))]
    assert [n[:2] for n in names] == [f"{n:02}" for n in range(1, len(names) + 1)]
    readme = (NOTEBOOKS / "README.md").read_text()
    assert [n for n in names if n not in readme] == []
