"""A disk that is really full: a small file system of its own, filled to the last byte, under a real server.

Mapped files are what a limit of writes (RLIMIT_FSIZE) does not reach: a page without a block ends the
process by SIGBUS.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from server import Server, butler, free_port, serving

from butler.domain import Impression, Interaction
from butler.errors import NoRoom
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.room import LEAST_BYTES, free_bytes
from butler.stores.tables import Tables
from butler.world.build import build_world
from features.store import Features
from features.views import COLUMNS, PREFIX
from models.registry import Published, published
from serving.ground import RESERVE_BYTES, SHM_BYTES, databases_held, reserve, reserve_of

REPOSITORY = Path(__file__).parents[2]
RECOMMEND = "/api/v1/recommendations"
FEEDBACK = "/api/v1/recommendations/feedback"
DISK_MB = 96
IMPRESSION = Impression(
    *("r-1", "t", datetime(2026, 7, 1, tzinfo=UTC), "m", "1", {}),
    *(("p",), bytes(4), (1.0,), ("p",), (1.0,)),
)
OUTAGE_MS = 1000  # what no step may take, on however busy a machine


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here (it needs root): a full disk is not tested")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def small_home(world_home: Path, disk: Path) -> Path:
    home = disk / "home"
    shutil.copytree(world_home, home, ignore=shutil.ignore_patterns("mlflow"))
    Features(home, Settings(home=home).online_url).apply()
    return home


@contextmanager
def full(disk: Path, hungry: bool = True) -> Iterator[None]:
    """Not one byte more can be written by anybody; while `hungry`, what others free is taken at once."""
    filler, over = disk / "filler", threading.Event()

    def fill() -> None:
        with filler.open("ab", buffering=0) as file:
            for size in (2**20, 2**12, 1):
                with suppress(OSError):
                    while True:
                        file.write(b"x" * size)

    def keep_full() -> None:
        while not over.wait(0.002):
            fill()

    fill()
    eater = threading.Thread(target=keep_full)
    if hungry:
        eater.start()
    try:
        yield
    finally:
        over.set()
        if hungry:
            eater.join()
        filler.unlink()


def ask(server: Server) -> dict[str, Any]:
    noon = datetime.now(UTC).replace(hour=11, minute=0).isoformat()
    asked = {"user_id": "t000003", "at": noon}
    response = server.client.get(RECOMMEND, params=asked, timeout=10)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    assert answer["items"]
    assert answer["timings_ms"]["log"] < OUTAGE_MS
    return answer


def tell(server: Server, event_id: str) -> httpx.Response:
    act = {"user_id": "t000003", "poi_id": "p", "event_type": "click"}
    event = {**act, "event_id": event_id, "occurred_at": datetime.now(UTC).isoformat()}
    return server.client.post(FEEDBACK, json={"events": [event]})


def until(true: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"it did not come true within {seconds} seconds"
        time.sleep(0.1)


def answers(server: Server) -> bool:
    try:
        ask(server)
    except httpx.TransportError:
        return False
    return True


def shows_no_room(server: Server) -> None:
    assert "impression_log" in ask(server)["degraded"]
    told = tell(server, "full")
    assert told.status_code == 503
    assert told.headers["Retry-After"]
    assert "disk is full" in told.json()["detail"]
    assert "event_id counts once" in told.json()["detail"]
    ready = server.client.get("/readyz")
    assert ready.status_code == 200, "recommendations go on"
    assert "make room" in ready.json()["checks"]["impression_log"]
    lines = server.client.get("/metrics").text.splitlines()
    waiting = next(x for x in lines if x.startswith("butler_impressions_waiting "))
    assert float(waiting.split()[1]) > 0


@pytest.mark.parametrize(
    ("count", "how"), [("1", signal.SIGTERM), ("2", signal.SIGKILL)], ids=["ended", "killed"]
)
def test_on_a_full_disk_workers_answer_and_even_start_and_all_heals_when_there_is_room(
    small_home: Path, disk: Path, count: str, how: signal.Signals
) -> None:
    """A worker that ends in good order would take the databases' journals with it, and others the room."""
    with serving(small_home, BUTLER_SERVING__WORKERS=count) as server:
        until(lambda: len(server.workers()) == int(count))
        until(lambda: ask(server)["degraded"] == [])
        with full(disk):
            before = {p.pid for p in server.workers()}
            until(lambda: "impression_log" in ask(server)["degraded"])
            for _ in range(20):  # both workers, and past the room a mapped page has left
                ask(server)
            shows_no_room(server)
            assert {p.pid for p in server.workers()} == before, "no worker has died of it"

            for worker in server.workers():
                worker.send_signal(how)
            until(lambda: not before & {p.pid for p in server.workers()})
            until(lambda: answers(server))
            started = {p.pid for p in server.workers()}
            until(lambda: "impression_log" in ask(server)["degraded"])
            shows_no_room(server)
            assert started <= {p.pid for p in server.workers()}, "nor has one that started on it"

        until(lambda: all(ask(server)["degraded"] == [] for _ in range(5)))
        until(lambda: tell(server, "full").status_code == 202)
        # the upkeep of conversations looks again after half a minute
        until(lambda: set(server.client.get("/readyz").json()["checks"].values()) == {"ok"})


def test_a_server_that_starts_on_a_full_disk_lives_of_its_reserve(
    small_home: Path, disk: Path
) -> None:
    (small_home / "serving").mkdir()
    assert reserve(small_home)
    assert reserve_of(small_home).stat().st_blocks * 512 >= RESERVE_BYTES, "no hole"
    key = butler(small_home, "key", "create", "--name", "test").stdout.splitlines()[-1]
    with full(disk, hungry=False), serving(small_home, key=key) as server:
        until(lambda: "impression_log" in ask(server)["degraded"])
        shows_no_room(server)


def test_a_server_that_finds_no_room_to_start_says_so(small_home: Path, disk: Path) -> None:
    with full(disk):
        told = butler(small_home, "serve", BUTLER_PORT=str(free_port()))
    assert told.returncode == 1
    assert "make room" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_database_that_the_parent_holds_can_be_opened_on_a_full_disk(
    small_home: Path, disk: Path
) -> None:
    """Its index of the journal stays, with a block under every page; by themselves the last to close it
    would remove it, and the next find no room."""
    assert butler(small_home, "status").returncode == 0
    with databases_held(Settings(home=small_home)):
        assert butler(small_home, "status").returncode == 0
        for name in ("log.db", "chats.db", "search.db", "features/online.db"):
            index = small_home / f"{name}-shm"
            assert index.stat().st_blocks * 512 >= SHM_BYTES, name
        with full(disk):
            assert butler(small_home, "status").returncode == 0
    with full(disk):
        told = butler(small_home, "status")
    assert told.returncode == 1
    assert "make room" in told.stderr


def test_a_build_on_a_nearly_full_disk_says_so_and_leaves_the_features_as_they_were(
    small_home: Path, disk: Path
) -> None:
    before = {path.name: path.read_bytes() for path in (small_home / "features").iterdir()}
    with full(disk, hungry=False):
        filler = disk / "filler"
        os.truncate(filler, filler.stat().st_size - LEAST_BYTES // 2)
        failed = butler(small_home, "features")
        assert failed.returncode == 1
        assert "NoRoom" in failed.stderr
        assert "make room" in failed.stderr
        assert "Traceback" not in failed.stderr
    assert {path.name: path.read_bytes() for path in (small_home / "features").iterdir()} == before
    assert butler(small_home, "features").returncode == 0


FILLS_MEANWHILE = """
import contextlib, sys
from pathlib import Path

from butler.errors import NoRoom
from butler.settings import Settings
from butler.stores.tables import Tables
from pipelines.build_features import build
from pipelines.ingest import ingest
from pipelines.train import train_challenger

work, moment, home, filler = *sys.argv[1:3], *map(Path, sys.argv[3:])
settings = Settings(home=home)

def tell(what):
    if what.startswith(moment):
        with filler.open("ab", buffering=0) as file:
            for size in (2**20, 2**12, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * size)

try:
    if work == "ingest":
        tell(moment)
        ingest.fn(home / "world", home)
    else:
        {"features": build, "train": train_challenger}[work](home, settings, tell)
except NoRoom as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.parametrize(
    ("work", "moment"),
    [
        ("features", "travellers: part 1"),
        ("features", "weather"),
        ("train", "registry"),
        ("ingest", ""),
    ],
)
def test_a_disk_that_fills_in_the_middle_is_told_and_what_was_there_stays_whole(
    work: str, moment: str, small_home: Path, disk: Path
) -> None:
    shutil.rmtree(small_home / "world", ignore_errors=True)
    if work == "ingest":
        build_world(small_home / "world", travellers=30, days=5, seed=12)
    history, filler = Tables(small_home).fingerprint(), disk / "filler"
    environment = {**os.environ, "BUTLER_TRAINING__REQUESTS": "300", "BUTLER_TRAINING__TREES": "5"}
    environment |= {"BUTLER_TRAINING__TRAIN_DAYS": "14", "BUTLER_TRAINING__TEST_DAYS": "5"}
    told = subprocess.run(
        [sys.executable, "-c", FILLS_MEANWHILE, work, moment, str(small_home), str(filler)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 3, told.stderr
    assert "make room" in told.stdout
    filler.unlink()
    assert Tables(small_home).fingerprint() == history
    for view in (small_home / "features").glob("*.parquet"):
        assert pl.read_parquet(view).height
    assert not list((small_home / "features").glob("*.tmp"))
    assert published(small_home) == Published("1", None)
    Features(small_home, Settings(home=small_home).online_url).apply()
    assert butler(small_home, "features").returncode == 0


def test_a_view_that_cannot_be_written_leaves_its_old_file_and_no_draft(
    small_home: Path, disk: Path
) -> None:
    features = Features(small_home)
    rows = features.read_history("poi")
    rows = rows.rename({c: c.removeprefix(PREFIX["poi"]) for c in COLUMNS["poi"]})
    before = {path.name: path.stat().st_size for path in (small_home / "features").iterdir()}
    with full(disk, hungry=False), pytest.raises(OSError, match="No space"):
        features.write_history("poi", rows)
    after = {path.name: path.stat().st_size for path in (small_home / "features").iterdir()}
    assert after == before


def test_what_is_kept_leaves_room_for_the_others_and_reading_goes_on(disk: Path) -> None:
    """Impressions alone would fill a disk in time: they stop before it is full."""
    home = disk / "home"
    made = butler(home, "key", "create")
    assert made.returncode == 0, made.stderr
    filler = disk / "filler"
    free = free_bytes(disk)
    assert free is not None
    filler.write_bytes(bytes(free - LEAST_BYTES // 2))
    log = open_log(Settings(home=home).sql_url())
    click = Interaction("e-1", "t", "click", "p", datetime.now(UTC))
    with pytest.raises(NoRoom, match=r"[78]\.\d MB left.*make room"):
        log.feedback.append([click], datetime.now(UTC))
    with pytest.raises(NoRoom):
        log.impressions.append([IMPRESSION])
    assert log.keys.check(made.stdout.splitlines()[-1]) == "app"
    assert butler(home, "status").returncode == 0
    filler.unlink()
    assert log.feedback.append([click], datetime.now(UTC)) == ["e-1"]
    log.impressions.append([IMPRESSION])
    assert log.impressions.get("r-1").slate == ("p",)
    log.close()
