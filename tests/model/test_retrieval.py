"""The retrieval benchmark, on files whose right answers can be stated."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from typer.testing import CliRunner

from benchmarks import retrieval
from butler.cli import app
from butler.errors import ContractViolation, InvalidRequest
from models.generators.graph import GraphFilter, low_frequencies

GOWALLA = Path(__file__).resolve().parents[3] / "shared" / "data" / "gowalla" / "train.txt"
EAT, BATHE = range(10, 16), range(20, 26)


def two_tastes(folder: Path) -> Path:
    """Users 0 .. 11 met five of the six items of one taste, 12 .. 23 of the other."""
    lines = []
    for user in range(24):
        own = [*(EAT if user < 12 else BATHE)]
        own.pop(user % 6)
        lines.append(" ".join(map(str, [user, *own])))
    path = folder / "train.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def written(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def quiet(_: str) -> None: ...


def test_the_first_item_is_the_one_the_users_own_taste_still_lacks(tmp_path: Path) -> None:
    out = tmp_path / "made" / "predictions.csv"
    retrieval.bench(two_tastes(tmp_path), 1, out, quiet)
    found = {int(row["user"]): int(row["item"]) for row in written(out)}
    missing = {user: (EAT if user < 12 else BATHE)[user % 6] for user in range(24)}
    assert found == missing


def test_every_user_gets_ranks_from_one_of_items_not_in_train(tmp_path: Path) -> None:
    train = two_tastes(tmp_path)
    out = tmp_path / "predictions.csv"
    retrieval.bench(train, 20, out, quiet)
    assert out.read_text().splitlines()[0] == "user,rank,item"
    met = {words[0]: set(words[1:]) for words in map(str.split, train.read_text().splitlines())}
    for user, own in met.items():
        rows = [row for row in written(out) if row["user"] == user]
        assert [int(row["rank"]) for row in rows] == list(range(1, 8))  # 12 items less 5 met
        assert not own & {row["item"] for row in rows}
        assert len({row["item"] for row in rows}) == 7


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    train = two_tastes(tmp_path)
    retrieval.bench(train, 5, tmp_path / "a", quiet)
    retrieval.bench(train, 5, tmp_path / "b", quiet)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_command_prints_what_was_measured_beside_what_is_published(tmp_path: Path) -> None:
    asked = ["bench", "retrieval", "--train", str(two_tastes(tmp_path))]
    done = CliRunner().invoke(app, [*asked, "--out", str(tmp_path / "p.csv")])
    assert done.exit_code == 0, done.output
    assert all(word in done.output for word in ("Recall@20", "graph", "popularity", "LightGCN"))


# --- reading


def test_a_user_on_two_lines_is_one_and_an_item_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_text("7 1 2 2\n\n9 3\n7 2 3\n")
    met = retrieval.read(path)
    assert (met.users, met.items) == (["7", "9"], ["1", "2", "3"])
    assert met.matrix.toarray().tolist() == [[1, 1, 1], [0, 0, 1]]


@pytest.mark.parametrize("text", ["", "\n\n", "3\n4\n"], ids=["empty", "blank", "no items"])
def test_a_file_without_interactions_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "train.txt"
    path.write_text(text)
    with pytest.raises(ContractViolation, match=r"train\.txt: no interactions"):
        retrieval.read(path)


@pytest.mark.parametrize("line", ["1 x 3", "1,2,3", "one 2", "1 -2", "1 2.5"])
def test_a_malformed_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "train.txt"
    path.write_text(f"0 1 2\n{line}\n")
    with pytest.raises(ContractViolation, match=r"train\.txt, line 2: .* is not a whole number"):
        retrieval.read(path)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractViolation, match="cannot be read"):
        retrieval.read(tmp_path / "absent.txt")
    (tmp_path / "binary").write_bytes(b"\xff\xfe1 2")
    with pytest.raises(ContractViolation, match="cannot be read"):
        retrieval.read(tmp_path / "binary")


@pytest.mark.parametrize("top", [0, -3])
def test_less_than_one_item_is_refused_before_any_work(tmp_path: Path, top: int) -> None:
    with pytest.raises(InvalidRequest, match=f"--top {top}"):
        retrieval.bench(tmp_path / "absent.txt", top, tmp_path / "out", quiet)


# --- measuring


def test_recall_is_hits_over_all_that_is_relevant() -> None:
    assert retrieval.recall(np.array([True, False, True]), relevant=4) == 2 / 4


def test_ndcg_discounts_by_rank_and_divides_by_the_best_list_there_can_be() -> None:
    hits = np.array([True, False, True])
    got = 1 / np.log2(2) + 1 / np.log2(4)
    assert retrieval.ndcg(hits, 2, 3) == pytest.approx(got / (1 / np.log2(2) + 1 / np.log2(3)))
    # more relevant than the list is long: the best list is full
    full = 1 / np.log2(2) + 1 / np.log2(3) + 1 / np.log2(4)
    assert retrieval.ndcg(hits, 9, 3) == pytest.approx(got / full)


def test_users_without_anything_held_out_do_not_count() -> None:
    known = sparse.csr_matrix(np.array([[1, 0, 0, 0], [1, 0, 0, 0]], np.float32))
    held = sparse.csr_matrix(np.array([[0, 0, 1, 0], [0, 0, 0, 0]], np.float32))

    def scores(history: sparse.csr_matrix) -> np.ndarray:
        return np.tile(np.array([9, 3, 2, 1], np.float32), (history.shape[0], 1))

    found = retrieval.quality(scores, known, held, 2)
    assert (found.recall, found.users) == (1.0, 1)
    assert found.ndcg == pytest.approx(1 / np.log2(3))  # second, behind the one never met


matrices = st.integers(0, 10_000).map(
    lambda seed: sparse.random(30, 15, 0.4, "csr", np.float32, np.random.default_rng(seed))
)


@settings(max_examples=30, deadline=None)
@given(matrices, st.floats(0, 1))
def test_a_cut_loses_nothing_and_takes_the_share_of_each_user(
    matrix: sparse.csr_matrix, share: float
) -> None:
    known, held = retrieval.cut(matrix, share, 1)
    assert (known + held != matrix).nnz == 0
    assert known.multiply(held).nnz == 0
    expected = np.floor(np.diff(matrix.indptr) * share)
    assert np.diff(held.indptr).tolist() == expected.tolist()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=12), st.integers(1, 15))
def test_the_best_are_those_of_a_stable_sort(score: list[int], top: int) -> None:
    row = np.array(score, np.float32)
    row[row == -3] = -np.inf
    expected = [i for i in np.argsort(-row, kind="stable").tolist() if row[i] > -np.inf][:top]
    assert retrieval._best_of(row, top).tolist() == expected


# --- the model


def test_one_step_along_the_graph_is_what_the_formula_says() -> None:
    """Users {0, 1} and {0, 2}; from 1 to 0 over the first, to nothing else."""
    met = sparse.csr_matrix(np.array([[1, 1, 0], [1, 0, 1]], np.float32))
    model = GraphFilter(neighbours=None, to_power=0.3)
    model.fit_matrix(met, 7)
    # 2 items a user to the power 0.6; place 0 met twice, place 1 once
    assert model.near[1, 0] == pytest.approx(2**-0.6 * 1**-0.5 * 2**-0.3)
    assert model.near[0, 1] == pytest.approx(2**-0.6 * 2**-0.5 * 1**-0.3)
    assert model.near[1, 2] == 0


def test_low_frequencies_are_the_first_singular_vectors() -> None:
    matrix = sparse.random(60, 40, 0.2, "csr", np.float32, np.random.default_rng(3))
    found = low_frequencies(matrix, 5, 7)
    exact = np.linalg.svd(matrix.toarray(), full_matrices=False)[2][:5].T
    assert np.allclose(found @ found.T, exact @ exact.T, atol=1e-3)


def test_a_place_keeps_only_its_neighbours() -> None:
    matrix = sparse.random(60, 40, 0.2, "csr", np.float32, np.random.default_rng(3))
    model = GraphFilter(neighbours=4)
    model.fit_matrix((matrix > 0).astype(np.float32), 7)
    assert np.diff(model.near.indptr).max() == 4


def test_a_user_is_scored_alone_as_among_others() -> None:
    matrix = (sparse.random(60, 40, 0.2, "csr", np.float32, np.random.default_rng(3)) > 0).astype(
        np.float32
    )
    model = GraphFilter(factors=6)
    model.fit_matrix(matrix, 7)
    whole = model.score_history(matrix)
    alone = np.concatenate([model.score_history(matrix[n]) for n in range(60)])
    assert np.allclose(whole, alone, rtol=1e-5, atol=1e-7)


@pytest.mark.skipif(not GOWALLA.exists(), reason=f"{GOWALLA} is absent")
def test_a_piece_of_gowalla_is_better_served_than_by_popularity(tmp_path: Path) -> None:
    """The first 300 users; the whole takes minutes: `butler bench retrieval`."""
    lines = GOWALLA.read_text().splitlines()[:300]
    (tmp_path / "train.txt").write_text("\n".join(lines))
    met = retrieval.read(tmp_path / "train.txt")
    known, held = retrieval.cut(met.matrix, 0.2, 7)
    model = GraphFilter(factors=16)
    model.fit_matrix(known, 7)
    ours = retrieval.quality(model.score_history, known, held, 20)
    popular = retrieval.quality(retrieval.popularity(known), known, held, 20)
    assert ours.ndcg > 1.5 * popular.ndcg
