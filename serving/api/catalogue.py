"""GET /api/v1/catalogue: what can be asked for, out of memory."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from butler.columns import PARTIES
from serving.api.fields import Language
from serving.chat import towns
from serving.explain.words import LANGUAGES, Words
from serving.offer import Offer

PATH = "/api/v1/catalogue"
PRICE_LEVELS = (1, 2, 3, 4)


class CatalogueQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lang: Language = Field("en", description="Language of the names, BCP 47.")


class Named(BaseModel):
    """`name` is null where there are no words for it."""

    name: str | None


class KindOfPlace(Named):
    category: str = Field(examples=["nature/beach"])
    places: int


class GroupOfPlaces(Named):
    category: str = Field(examples=["nature"])
    places: int
    kinds: list[KindOfPlace]


class Town(BaseModel):
    name: str
    latitude: float
    longitude: float


class Party(Named):
    party: str = Field(examples=["couple"])


class CatalogueOffered(BaseModel):
    """What requests and trips may ask for, as they write it."""

    language: str = Field(description="Of the names.")
    places: int
    groups: list[GroupOfPlaces]
    towns: list[Town] = Field(description="Known by other names, too.")
    parties: list[Party]
    price_levels: list[int] = Field(description="1 thrifty to 4 luxury; what is free is 0.")
    languages: list[str]


def routes(offer: Callable[[], Offer]) -> APIRouter:
    router = APIRouter()

    @router.get(PATH, summary="What can be asked for")
    async def catalogue(query: Annotated[CatalogueQuery, Query()]) -> CatalogueOffered:
        return _told(offer(), Words.of(query.lang))

    return router


def _told(offer: Offer, words: Words) -> CatalogueOffered:
    return CatalogueOffered(
        language=words.language,
        places=sum(offer.places.values()),
        groups=[_group(group, kinds, offer, words) for group, kinds in offer.groups.items()],
        towns=[Town(**town._asdict()) for town in towns.every()],
        parties=[Party(party=party, name=words.party(party)) for party in PARTIES],
        price_levels=list(PRICE_LEVELS),
        languages=list(LANGUAGES),
    )


def _group(group: str, kinds: list[str], offer: Offer, words: Words) -> GroupOfPlaces:
    return GroupOfPlaces(
        category=group,
        name=words.category(group),
        places=sum(offer.places[kind] for kind in kinds),
        kinds=[
            KindOfPlace(category=kind, name=words.category(kind), places=offer.places[kind])
            for kind in kinds
        ],
    )
