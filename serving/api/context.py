"""The published shape of an answer's context: what `serving/vectors.py` tells, for generated clients."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from butler.columns import PARTIES

_REF = "#/components/schemas/{model}"


class Location(BaseModel):
    """Where the traveller is taken to be."""

    latitude: float | None
    longitude: float | None
    source: str = Field(examples=["given", "trip_base", "last_place", "unknown"])


class Weather(BaseModel):
    """At the traveller's, at the time of the visit; what is not known of it is left out."""

    model_config = ConfigDict(json_schema_extra={"required": ["source", "condition"]})

    source: str = Field(examples=["forecast", "observation"])
    condition: str = Field(examples=["clear", "clouds", "wind", "rain"])
    temperature_c: float = Field(description="°C")
    precipitation_mm: float = Field(description="mm in an hour")
    wind_ms: float = Field(description="m/s")
    cloud_pct: float = Field(description="0 to 100")
    uv_index: float


class Context(BaseModel):
    """When and where an answer is of, and for whom."""

    requested_at: str = Field(json_schema_extra={"format": "date-time"}, description="UTC")
    at: str = Field(json_schema_extra={"format": "date-time"}, description="The visit, UTC.")
    local_hour: int = Field(ge=0, le=23, description="Of the visit, in `timezone`.")
    timezone: str = Field(
        description="IANA; of the place nearest to the traveller.", examples=["Europe/Madrid"]
    )
    season: Literal["winter", "spring", "summer", "autumn"]
    holiday: bool = Field(description="Whether it is a public holiday there.")
    party: str | None = Field(examples=list(PARTIES))
    budget: float | None = Field(description="1 thrifty to 4 luxury.")
    planning: bool = Field(
        description="No position was given, and the visit lies before the trip: the hour and weather of "
        "`at` count for nothing, and `open_at_arrival` is null."
    )
    location: Location
    weather: Weather | None


def publish_context(schemas: dict[str, Any]) -> None:
    """Put the shape among the schemas of an OpenAPI document, in the place of any object."""
    told = Context.model_json_schema(ref_template=_REF)
    schemas |= told.pop("$defs") | {"Context": told}
    schemas["Answer"]["properties"]["context"] = {"$ref": _REF.format(model="Context")}
