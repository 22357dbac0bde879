"""Candidate generators: each scores every place for every query. One file a family."""

from models.generators.base import Arrays, Floats, Generator, positives
from models.generators.content import Content
from models.generators.factors import Als, Bpr
from models.generators.graph import GraphFilter
from models.generators.history import Ahead, History, Routine
from models.generators.nearby import Nearby
from models.generators.popular import Popular
from models.generators.sequence import CoVisit, Next, NextKind
from models.generators.taste import Taste

__all__ = [
    "Ahead",
    "Als",
    "Arrays",
    "Bpr",
    "CoVisit",
    "Content",
    "Floats",
    "Generator",
    "GraphFilter",
    "History",
    "Nearby",
    "Next",
    "NextKind",
    "Popular",
    "Routine",
    "Taste",
    "all_generators",
    "positives",
]


def all_generators() -> list[Generator]:
    return [
        *(
            Als(),
            Bpr(),
            GraphFilter(),
            CoVisit(),
            History(),
            Popular(),
            Nearby(),
            Content(),
            Taste(),
        ),
        *(Next(), NextKind(), Routine(), Ahead()),
    ]
