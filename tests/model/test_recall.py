"""Recall of candidates, with the arithmetic visible."""

import numpy as np
import pytest
from test_candidates import PLACES, Fixed, query, together

from models.recall import recall, share_of_new_places

# Two queries; the one generator ranks p00, p01, p02, …, the other p11, p10, p09, …
UP = Fixed("up", np.tile(np.arange(12, 0, -1.0), (2, 1)))
DOWN = Fixed("down", np.tile(np.arange(1, 13.0), (2, 1)))
RELEVANT = [{0: 1, 3: 3}, {11: 2}]


def found(depths: tuple[int, ...] = (1, 4)):  # type: ignore[no-untyped-def]
    asked = together([query(), query()])
    return recall([UP, DOWN], asked, RELEVANT, PLACES, depths)  # type: ignore[list-item]


def test_each_generator_alone_finds_its_share_of_what_was_relevant() -> None:
    """Of three relevant places, `up` has p00 first and p03 fourth, `down` p11 first."""
    assert found().alone == {"up": [1 / 3, 2 / 3], "down": [1 / 3, 1 / 3]}


def test_the_union_shares_its_room_between_its_members() -> None:
    """Of one place it is p00 (ties fall to the lower number); of four, two from either end."""
    assert found().union == [1 / 3, 2 / 3]
    assert found((4, 8)).union == [2 / 3, 1.0]


def test_without_one_generator_the_union_is_the_other() -> None:
    assert found().without == {"up": found().alone["down"], "down": found().alone["up"]}


def test_a_depth_beyond_the_catalogue_finds_all_there_is_an_opinion_of() -> None:
    assert found((500,)).union == [1.0]


def test_the_table_has_the_union_first_and_what_each_adds() -> None:
    table = found().table()
    assert table["generator"].to_list() == ["union", "up", "down"]
    assert table["lost_at_4"].to_list() == pytest.approx([0.0, 1 / 3, 0.0])


def test_nothing_relevant_is_said_as_none_not_as_a_good_result() -> None:
    asked = together([query()])
    one = Fixed("one", np.arange(1.0, 13.0)[None, :])
    nothing = recall([one], asked, [{}], PLACES, (4,))  # type: ignore[list-item]
    assert nothing.relevant == 0
    assert nothing.union == [0.0]


def test_new_places_are_those_nobody_had_met() -> None:
    assert share_of_new_places(RELEVANT, {0, 3}) == pytest.approx(1 / 3)
    assert share_of_new_places([], {0}) == 0.0
