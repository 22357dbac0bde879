"""What was looked at in the last minutes, as of the request."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.sequence import Where
from features.session import MICROS_AN_HOUR, SESSION, session_pairs

KIND, GROUP = np.array([0, 0, 1, 2]), np.array([0, 0, 0, 1])
WHERE = Where(np.array([38.0, 38.0, 38.0, 38.0]), np.array([0.0, 0.0, 0.0, 1.0]), KIND)
ASKED = 1000.0  # hours
EVERY = np.arange(4)


def asked(
    place: list[int], hours_ago: list[float], positives: list[float], dismisses: list[float]
) -> dict[str, list[float]]:
    """Of every place, for one traveller."""
    met = {
        "tp_last_at": (ASKED - np.array(hours_ago)) * MICROS_AN_HOUR,
        "tp_positives_all": np.array(positives),
        "tp_dismisses_all": np.array(dismisses),
    }
    when, nobody = np.array([ASKED * MICROS_AN_HOUR]), np.zeros(len(place), int)
    found = session_pairs(when, nobody, np.array(place), met, np.zeros(4, int), EVERY, WHERE, GROUP)
    return {name: np.round(found[f"session_{name}"], 4).tolist() for name in SESSION}


def test_a_place_just_met_speaks_for_its_kind_its_group_and_its_surroundings() -> None:
    found = asked([0], [0.0], [0.0], [0.0])
    assert found["place"] == [1, 0, 0, 0]
    assert found["kind"] == [1, 1, 0, 0]
    assert found["group"] == [1, 1, 1, 0]
    assert found["near"] == [1, 1, 1, 0]  # the last one is 88 km away
    assert found["all"] == [1, 1, 1, 1]


def test_interest_fades_while_nothing_happens_and_is_gone_after_three_hours() -> None:
    """exp(-0.5 h / 0.5 h) = 0.3679; a window that ended at the last action would not move."""
    assert asked([0], [0.5], [1.0], [0.0])["kind"][0] == 0.3679
    assert asked([0], [3.1], [1.0], [0.0])["kind"] == [0, 0, 0, 0]


def test_what_was_only_dismissed_is_no_interest() -> None:
    assert asked([0, 2], [0.0, 0.0], [0.0, 0.0], [1.0, 0.0])["all"][0] == 1
    assert asked([0], [0.0], [1.0], [1.0])["all"][0] == 1  # chosen once, too


def test_of_whom_nothing_is_known_the_session_is_missing() -> None:
    assert np.isnan(list(asked([], [], [], []).values())).all()


@settings(max_examples=50, deadline=None)
@given(st.data())
@pytest.mark.parametrize("travellers", [1, 3])
def test_one_request_alone_has_the_bits_it_has_among_others(
    travellers: int, data: st.DataObject
) -> None:
    pairs = sorted(data.draw(st.sets(st.tuples(st.integers(0, travellers - 1), st.integers(0, 3)))))
    who = np.array([r for r, _ in pairs], dtype=int)
    which = np.array([p for _, p in pairs], dtype=int)
    number = st.floats(0, 4)
    columns = np.array([[data.draw(number) for _ in range(3)] for _ in pairs]).reshape(-1, 3)
    met = {
        "tp_last_at": (ASKED - columns[:, 0]) * MICROS_AN_HOUR,
        "tp_positives_all": np.floor(columns[:, 1]),
        "tp_dismisses_all": np.floor(columns[:, 2]),
    }
    when = np.full(travellers, ASKED * MICROS_AN_HOUR)
    request = np.repeat(np.arange(travellers), 4)
    together = session_pairs(
        when, who, which, met, request, np.tile(EVERY, travellers), WHERE, GROUP
    )
    for r in range(travellers):
        own = {name: values[who == r] for name, values in met.items()}
        alone = session_pairs(
            when[:1], who[who == r] * 0, which[who == r], own, EVERY * 0, EVERY, WHERE, GROUP
        )
        for name, values in together.items():
            assert values[request == r].tobytes() == alone[name].tobytes()
