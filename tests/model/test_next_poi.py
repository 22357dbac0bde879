"""The benchmark of next places: its protocol on a tiny city, and that nothing of a target is known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from benchmarks.checkins import LIVE, STRICT, Settings, asked_groups, learned_groups, read
from benchmarks.next_poi import OURS, accuracy, fit, predict, run
from butler.errors import ContractViolation, InvalidRequest, NotFound
from features.store import Features

QUICK = Settings(
    cutoffs=1,
    cutoff_days=15.0,
    horizon_days=15.0,
    learn_candidates=8,
    candidates=8,
    trees=4,
    leaves=3,
    changed={"min_data_in_leaf": 2, "num_threads": 1},
)
START = datetime(2012, 5, 1, 12, 0, tzinfo=UTC)
TEST = START + timedelta(days=60)
KINDS = ("Bar", "Office", "Park", "Coffee Shop")
Checkin = tuple[str, str, int, datetime]  # trajectory, user, POI, when


def day(trajectory: str, user: str, pois: list[int], start: datetime) -> list[Checkin]:
    """A trajectory with two hours between its check-ins."""
    return [(trajectory, user, p, start + timedelta(hours=2 * n)) for n, p in enumerate(pois)]


def train_checkins() -> list[Checkin]:
    """Five users, of whom each goes the same way of three places every other day."""
    rng = np.random.default_rng(3)
    rows: list[Checkin] = []
    for user in range(5):
        for n in range(15):
            way = [user, (user + 1) % 6, (user + 2) % 6]
            if rng.random() < 0.3:
                way[2] = int(rng.integers(0, 6))
            rows += day(f"{user}_{n}", f"u{user}", way, START + timedelta(days=2 * n, hours=user))
    return rows


TEST_CHECKINS = [
    *day("a", "u0", [0, 1, 2], TEST),
    *day("b", "u1", [1, 2, 3], TEST + timedelta(days=1)),
    *day("c", "u0", [0, 1, 5], TEST + timedelta(days=2)),
    *day("a user not in train", "stranger", [0, 1], TEST),
    *day("a POI not in train", "u2", [2, 3, 7], TEST),
    *day("no input", "u3", [3], TEST),
]


def checkins(path: Path, rows: list[Checkin]) -> Path:
    frame = pl.DataFrame(
        {
            "user_id": [user for _, user, _, _ in rows],
            "POI_id": [f"p{p}" for _, _, p, _ in rows],
            "POI_catname": [KINDS[p % 4] for _, _, p, _ in rows],
            "latitude": [40.7 + 0.01 * p for _, _, p, _ in rows],
            "longitude": [-74.0 for _ in rows],
            "UTC_time": [at.isoformat(" ") for _, _, _, at in rows],
            "trajectory_id": [t for t, _, _, _ in rows],
        }
    )
    frame.write_csv(path)
    return path


def pois(path: Path, count: int = 7) -> Path:
    rows = [(f"p{p}", KINDS[p % 4], 40.7 + 0.01 * p, -74.0) for p in range(count)]
    pl.DataFrame(rows, schema=["POI_id", "POI_catname", "lat", "lon"], orient="row").write_csv(path)
    return path


class City:
    """The files, and rankers fitted once."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, dict[Any, dict[str, Any]]()
        self.train = checkins(folder / "train.csv", train_checkins())
        self.pois = pois(folder / "pois.csv")
        self.test = checkins(folder / "test.csv", TEST_CHECKINS)
        self.features = Features(folder / "home")
        self.features.apply()
        self.rankers = fit(self.features, self.read(), STRICT, QUICK, print)

    def read(self, test: list[Checkin] = TEST_CHECKINS, mode: str = STRICT) -> Any:
        file = checkins(self.folder / "this.csv", test)
        return read(self.train, self.pois, file, file, mode)

    def lists(self, test: list[Checkin] = TEST_CHECKINS, mode: str = STRICT) -> dict[str, Any]:
        """trajectory -> our list of places; predicted once."""
        key = (mode, tuple(test))
        if key not in self.made:
            self.made[key] = self._lists(test, mode)
        return self.made[key]

    def _lists(self, test: list[Checkin], mode: str) -> dict[str, Any]:
        data = self.read(test, mode)
        found = predict(self.features, data, mode, self.rankers, QUICK, print)
        return dict(zip(found["trajectory_id"].to_list(), found[OURS].to_list(), strict=True))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City(tmp_path_factory.mktemp("city"))


def changed(rows: list[Checkin], trajectory: str, poi: int, hours: int = 0) -> list[Checkin]:
    """The last check-in of the trajectory at another place (and later)."""
    last = max(n for n, row in enumerate(rows) if row[0] == trajectory)
    t, user, _, at = rows[last]
    return [*rows[:last], (t, user, poi, at + timedelta(hours=hours)), *rows[last + 1 :]]


def swapped(rows: list[Checkin], trajectory: str, poi: int, other: int) -> list[Checkin]:
    """The trajectory with another place for that one."""
    return [(t, u, other if (t, p) == (trajectory, poi) else p, at) for t, u, p, at in rows]


# --- the protocol


def test_a_target_has_an_input_and_its_user_and_place_are_in_train(city: City) -> None:
    (group,) = asked_groups(city.read(), STRICT, QUICK)
    asked = group.asked.select("trajectory_id", "user_id", "poi_id").rows()
    assert sorted(asked) == [("a", "u0", "p2"), ("b", "u1", "p3"), ("c", "u0", "p5")]
    given = group.inputs.group_by("request_id", maintain_order=True).agg("poi_id")
    assert sorted(given.rows()) == [
        ("a#2", ["p0", "p1"]),
        ("b#2", ["p1", "p2"]),
        ("c#2", ["p0", "p1"]),
    ]


def test_what_is_learned_from_was_not_known_at_its_cutoff(city: City) -> None:
    data = city.read()
    (group,) = learned_groups(data, STRICT, QUICK)
    begun = data.train.group_by("trajectory_id").agg(pl.col("known_at").min().alias("begun"))
    asked = group.asked.join(begun, on="trajectory_id")
    assert asked.height > 10
    assert (asked["begun"] >= group.cutoff).all()
    assert (asked["until"] == group.cutoff).all()


def test_in_live_mode_all_that_was_known_when_the_trajectory_began_counts(city: City) -> None:
    data = city.read(mode=LIVE)
    groups = list(asked_groups(data, LIVE, QUICK))
    asked = pl.concat([g.asked for g in groups]).sort("trajectory_id")
    begins = [TEST, TEST + timedelta(days=1), TEST + timedelta(days=2)]
    assert asked["until"].to_list() == begins
    assert all((g.asked["until"] >= g.cutoff).all() for g in groups)


def test_accuracy_is_the_share_within_the_first_k_and_the_mean_of_one_over_the_rank() -> None:
    ranked = [["x", "y", "z"], ["x", "y", "z"], ["x", "y", "z"], ["x", "y", "z"]]
    found = accuracy(ranked, ["x", "y", "z", "not listed"])
    assert found["Acc@1"] == 1 / 4
    assert found["Acc@5"] == 3 / 4
    assert found["MRR"] == pytest.approx((1 + 1 / 2 + 1 / 3 + 0) / 4)


# --- nothing leaks


def test_in_strict_mode_nothing_but_train_and_the_input_changes_a_prediction(city: City) -> None:
    """Of c the target changes, in place and time, and a is gone: c's list stays. An input of b
    changes, and with it b's list, so that the test could fail."""
    before = city.lists()
    without = [row for row in TEST_CHECKINS if row[0] != "a"]
    after = city.lists(changed(swapped(without, "b", 2, 4), "c", 3, hours=9))
    assert after["c"] == before["c"]
    assert after["b"] != before["b"]
    assert set(after) == {"b", "c"}


def test_in_live_mode_its_own_trajectory_is_not_known_beyond_the_input(city: City) -> None:
    """The last trajectory of all: its target comes after everything else."""
    before = city.lists(mode=LIVE)
    assert city.lists(changed(TEST_CHECKINS, "c", 3), LIVE) == before


# --- what is written


def test_the_command_writes_every_place_of_train_once_a_target(city: City, tmp_path: Path) -> None:
    out = tmp_path / "made" / "predictions.csv"
    measured = run(city.train, city.pois, city.test, city.test, STRICT, out, QUICK)
    lines = out.read_text().splitlines()
    assert lines[0] == "trajectory_id,user_id,rank,poi_id"
    assert len(lines) == 1 + 3 * 6
    rows = pl.read_csv(out)
    for _, part in rows.group_by("trajectory_id"):
        assert part["rank"].to_list() == [1, 2, 3, 4, 5, 6]
        assert set(part["poi_id"]) == {f"p{n}" for n in range(6)}
    target = {"a": "p2", "b": "p3", "c": "p5"}
    firsts = rows.filter(pl.col("rank") == 1).select("trajectory_id", "poi_id").rows()
    right = sum(target[trajectory] == poi for trajectory, poi in firsts)
    assert measured[OURS]["Acc@1"] == pytest.approx(right / 3)
    again = {t: part["poi_id"].to_list() for (t,), part in rows.group_by("trajectory_id")}
    assert again == city.lists(), "the same files give the same lists"


# --- bad input


@pytest.mark.parametrize(
    ("column", "says"),
    [("trajectory_id", "column trajectory_id is missing"), ("UTC_time", "column UTC_time")],
)
def test_a_missing_column_is_named(city: City, tmp_path: Path, column: str, says: str) -> None:
    path = tmp_path / "test.csv"
    pl.read_csv(city.test).drop(column).write_csv(path)
    with pytest.raises(ContractViolation, match=says):
        read(city.train, city.pois, city.test, path, STRICT)


def test_an_empty_file_is_named(city: City, tmp_path: Path) -> None:
    path = checkins(tmp_path / "nothing.csv", TEST_CHECKINS)
    path.write_text(path.read_text().splitlines()[0] + "\n")
    with pytest.raises(ContractViolation, match=r"nothing\.csv has no check-ins"):
        read(path, city.pois, city.test, city.test, STRICT)


def test_a_file_that_is_not_there_is_named(city: City, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"absent\.csv"):
        read(tmp_path / "absent.csv", city.pois, city.test, city.test, STRICT)


def test_a_place_without_coordinates_is_named(city: City, tmp_path: Path) -> None:
    path = tmp_path / "pois.csv"
    listed = pl.read_csv(city.pois)
    listed.with_columns(pl.when(pl.col("POI_id") != "p6").then("lat").alias("lat")).write_csv(path)
    with pytest.raises(ContractViolation, match="p6"):
        read(city.train, path, city.test, city.test, STRICT)


def test_a_test_of_unknown_places_says_that_it_has_no_target(city: City) -> None:
    nowhere = day("z", "u0", [0, 9], TEST)
    with pytest.raises(ContractViolation, match="no target"):
        list(asked_groups(city.read(nowhere), STRICT, QUICK))


def test_an_unknown_mode_is_named(city: City, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="'lenient'"):
        run(city.train, city.pois, city.test, city.test, "lenient", tmp_path / "p.csv")
