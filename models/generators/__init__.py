"""Candidate generators: each scores every place for every query. One file a family."""

from models.generators.base import Arrays, Floats, Generator, positives
from models.generators.content import Content
from models.generators.factors import Als
from models.generators.history import History
from models.generators.nearby import Nearby
from models.generators.popular import Popular
from models.generators.sequence import CoVisit
from models.generators.taste import Taste

__all__ = [
    "Als",
    "Arrays",
    "CoVisit",
    "Content",
    "Floats",
    "Generator",
    "History",
    "Nearby",
    "Popular",
    "Taste",
    "all_generators",
    "positives",
]


def all_generators() -> list[Generator]:
    return [Als(), CoVisit(), History(), Popular(), Nearby(), Content(), Taste()]
