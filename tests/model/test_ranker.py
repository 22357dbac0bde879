"""The ranker learns an order, repeats itself to the bit, and says what it made of each feature."""

from pathlib import Path

import numpy as np
import pytest
from tiny import planted, ranker

from butler.errors import ModelUnavailable
from features.vector import NAMES
from models.clicks import Lessons
from models.evaluate import ndcg
from models.ranker import LABEL_GAIN, ClickRanker, LambdaMart, LinearBaseline, Ranker
from models.trees import Trees


def mean_ndcg(model: Ranker, seed: int = 99) -> float:
    """NDCG@10 on requests it has not seen."""
    matrix, grade, request, _ = planted(seed, 30)
    score = model.predict(matrix)
    found = []
    for r in range(30):
        rows = np.flatnonzero(request == r)
        ranked = rows[np.argsort(-score[rows])].tolist()
        found.append(ndcg(ranked, {int(n): int(grade[n]) for n in rows if grade[n]}))
    return float(np.mean(found))


class Nothing:
    def predict(self, matrix: np.ndarray) -> np.ndarray:
        return np.zeros(len(matrix))


@pytest.fixture(scope="module")
def trained() -> LambdaMart:
    return ranker()


def test_it_learns_the_planted_order(trained: LambdaMart) -> None:
    """On unseen requests, far above no order at all."""
    assert mean_ndcg(trained) > 0.8
    assert mean_ndcg(Nothing()) < 0.5
    score = trained.predict(planted(99)[0])
    assert np.corrcoef(score, planted(99)[3])[0, 1] > 0.8


def test_it_relies_on_what_the_order_is_made_of(trained: LambdaMart) -> None:
    gain = trained.importance()
    assert list(gain) == list(NAMES)
    assert set(sorted(gain, key=gain.get)[-2:]) == {"distance_km", "kind_share"}  # type: ignore[arg-type]


def test_the_same_data_give_the_same_bits(trained: LambdaMart) -> None:
    matrix = planted(3)[0]
    assert ranker().predict(matrix).tobytes() == trained.predict(matrix).tobytes()
    assert ranker(seed=8).predict(matrix).tobytes() != trained.predict(matrix).tobytes()


def test_a_row_scores_the_same_alone_and_among_others(trained: LambdaMart) -> None:
    matrix = planted(4, 2)[0]
    alone = np.concatenate([trained.predict(matrix[[n]]) for n in range(len(matrix))])
    assert alone.tobytes() == trained.predict(matrix).tobytes()


def test_saved_and_loaded_it_scores_the_same(trained: LambdaMart, tmp_path: Path) -> None:
    trained.save(tmp_path / "ranker.txt")
    again = LambdaMart.load(tmp_path / "ranker.txt")
    matrix = planted(5)[0]
    assert again.predict(matrix).tobytes() == trained.predict(matrix).tobytes()
    assert again.contributions(matrix[:9]).tobytes() == trained.contributions(matrix[:9]).tobytes()


@pytest.mark.parametrize("kind", [ClickRanker, LambdaMart])
def test_a_feature_that_is_tried_is_learned_from_and_cannot_be_saved(
    kind: type[ClickRanker | LambdaMart], tmp_path: Path
) -> None:
    """Its column stands behind the vector's; nobody could serve it before it is in the vector."""
    matrix, grade, request, worth = planted()
    wide = np.column_stack([matrix, worth]).astype(np.float32)
    tried = kind(trees=20, leaves=7, more=("hint",))
    if isinstance(tried, ClickRanker):
        one = np.ones(len(grade))
        clicked = (grade > 0).astype(np.float64)
        tried.fit(wide, Lessons(clicked, one, one, request, np.zeros(len(grade), dtype=bool)))
    else:
        tried.fit(wide, grade, request)
    gain = tried.importance()
    assert list(gain) == [*NAMES, "hint"]
    assert max(gain, key=lambda name: gain[name]) == "hint"
    with pytest.raises(ModelUnavailable, match=r"hint.*features/vector\.py"):
        tried.save(tmp_path / "ranker.txt")
    assert list(tmp_path.iterdir()) == []


def test_contributions_add_up_to_the_score(trained: LambdaMart) -> None:
    """Up to the expectation, the same for every row."""
    matrix = planted(6, 3)[0]
    contribution = trained.contributions(matrix)
    assert contribution.shape == matrix.shape
    rest = trained.predict(matrix) - contribution.sum(axis=1)
    assert rest == pytest.approx(np.full(len(matrix), rest[0]), abs=1e-6)


def test_what_the_leaves_say_adds_up_to_the_score_and_starts_where_shap_starts(
    trained: LambdaMart,
) -> None:
    """And a tree learned anew speaks for itself, not for the one before."""
    matrix = planted(6, 3)[0]
    by_leaf, shap = trained.attributions(matrix), trained.contributions(matrix)
    score = trained.predict(matrix)
    assert by_leaf.sum(axis=1) + trained.expected == pytest.approx(score, abs=1e-4)
    assert shap.sum(axis=1) + trained.expected == pytest.approx(score, abs=1e-6)
    strongest = np.abs(shap).argmax(axis=1)
    every = np.arange(len(matrix))
    assert (np.sign(by_leaf[every, strongest]) == np.sign(shap[every, strongest])).mean() > 0.9


def test_leaves_that_lightgbm_finds_itself_add_up_to_the_score_as_well() -> None:
    """Its own numbers of them are not those from left to right."""
    ranker = LambdaMart(trees=5, leaves=60, min_data_in_leaf=2)
    matrix, grade, request, _ = planted(1)
    ranker.fit(matrix, grade, request)
    assert Trees.of(ranker.booster.dump_model()) is None
    total = ranker.attributions(matrix).sum(axis=1) + ranker.expected
    assert total == pytest.approx(ranker.predict(matrix), abs=1e-4)


def test_a_ranker_fitted_again_explains_its_new_trees() -> None:
    ranker = LambdaMart(trees=5)
    for seed in (1, 2):
        matrix, grade, request, _ = planted(seed)
        ranker.fit(matrix, grade, request)
        total = ranker.attributions(matrix).sum(axis=1) + ranker.expected
        assert total == pytest.approx(ranker.predict(matrix), abs=1e-4)


def test_a_damaged_file_is_named_with_what_to_do(trained: LambdaMart, tmp_path: Path) -> None:
    path = tmp_path / "ranker.txt"
    trained.save(path)
    path.write_text("nothing of a tree")
    with pytest.raises(ModelUnavailable, match=r"ranker\.txt is damaged.*butler train"):
        LambdaMart.load(path)


def test_untrained_it_says_what_to_run() -> None:
    with pytest.raises(ModelUnavailable, match="butler train"):
        LambdaMart().predict(planted(1, 1)[0])


def test_the_linear_baseline_learns_the_planted_order_too() -> None:
    """With missing values, and a feature that is missing everywhere."""
    matrix, grade, request, _ = planted()
    matrix[:, NAMES.index("party_solo")] = np.nan
    linear = LinearBaseline()
    linear.fit(matrix, grade, request)
    assert mean_ndcg(linear) > 0.8


def test_every_grade_has_a_gain() -> None:
    assert [2**grade - 1 for grade in range(4)] == LABEL_GAIN
