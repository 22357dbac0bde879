"""Candidate generators: each scores every place for every query. One file a family."""

from models.generators.base import Arrays, Floats, Generator, positives
from models.generators.content import Content
from models.generators.factors import Als, Bpr
from models.generators.graph import GraphFilter
from models.generators.history import History
from models.generators.nearby import Nearby
from models.generators.popular import Popular
from models.generators.sequence import CoVisit

__all__ = [
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
    "Popular",
    "all_generators",
    "positives",
]


def all_generators() -> list[Generator]:
    return [Als(), Bpr(), GraphFilter(), CoVisit(), History(), Popular(), Nearby(), Content()]
