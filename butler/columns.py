"""Every column name, once; and the schema of every dataset table.

A dataset is a folder of tables. `SCHEMAS` says, for each table, its columns with their
polars types, which of them must be there, and the key that makes a row itself.
"""

from dataclasses import dataclass

import polars as pl

UTC = pl.Datetime("us", "UTC")


class C:
    """Column names, in the field's words."""

    # who, where, when
    USER = "user_id"
    POI = "poi_id"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"

    # pois
    NAME = "name"
    NAMES = "names"  # JSON object: language -> name
    CATEGORY = "category"  # "group/kind", for example "nature/beach"
    PRICE_LEVEL = "price_level"  # 0 free .. 4 luxury
    INDOOR_SHARE = "indoor_share"  # 0 all outdoors .. 1 all indoors
    OPENING_HOURS = "opening_hours"  # OpenStreetMap syntax, local time
    DURATION = "typical_duration_min"
    ACCESSIBLE = "accessible"
    KID_FRIENDLY = "kid_friendly"
    CAPACITY = "capacity"  # people at a time
    TAGS = "tags"  # words separated by ";"
    CREATED_AT = "created_at"
    PROVIDER = "provider_id"  # who offers it; a place without one is its own
    WORDS = "words"  # more words to find it by: of a search, not of a dataset

    # events
    EVENT = "event_id"
    SESSION = "session_id"
    EVENT_TYPE = "event_type"
    OCCURRED_AT = "occurred_at"
    VALUE = "value"  # a rating 1 .. 5, or minutes for a visit
    REQUEST = "request_id"
    POSITION = "position"  # 1 is the top of the slate
    KNOWN_AT = "known_at"  # when the platform learned of it; occurred_at for imported history

    # requests
    REQUESTED_AT = "requested_at"
    VISIT_AT = "visit_at"  # when the visit is to be; requested_at if it is for now
    BUDGET = "budget"  # 1 .. 4, for this visit

    # weather, bitemporal
    VALID_AT = "valid_at"
    ISSUED_AT = "issued_at"
    TEMPERATURE = "temperature_c"
    PRECIPITATION = "precipitation_mm"
    WIND = "wind_ms"
    CLOUD = "cloud_pct"
    UV = "uv_index"
    CONDITION = "condition"

    # bookings
    BOOKING = "booking_id"
    STARTS_AT = "starts_at"
    PARTY_SIZE = "party_size"
    ADULTS = "adults"
    CHILDREN = "children"
    AMOUNT_MINOR = "amount_minor"
    CURRENCY = "currency"
    STATUS = "status"  # confirmed, cancelled, completed, no_show
    CANCELLED_AT = "cancelled_at"

    # travellers
    LANGUAGE = "language"
    HOME_COUNTRY = "home_country"  # ISO 3166-1 alpha-2
    PARTY = "party"  # solo, couple, family, friends
    BUDGET_LEVEL = "budget_level"  # 1 .. 4
    TRIPS = "trips"  # JSON list of {start, end, latitude, longitude, place}


IMPRESSION, VIEW, CLICK, SAVE, SHARE = "impression", "view", "click", "save", "share"
DISMISS, RATING, VISIT = "dismiss", "rating", "visit"
EVENT_TYPES = (IMPRESSION, VIEW, CLICK, SAVE, SHARE, DISMISS, RATING, VISIT)
INTERACTIONS = EVENT_TYPES[1:]
PARTIES = ("solo", "couple", "family", "friends")
CONDITIONS = ("clear", "clouds", "rain", "thunderstorm", "snow", "fog", "wind")


@dataclass(frozen=True)
class Schema:
    """One dataset table: column -> polars type, the required ones, and the row's key."""

    columns: dict[str, pl.DataType | type[pl.DataType]]
    required: tuple[str, ...]
    key: tuple[str, ...]
    partition_by: str | None = None  # history is kept in one file a month of this column


SCHEMAS: dict[str, Schema] = {
    "pois": Schema(
        columns={
            C.POI: pl.String,
            C.NAME: pl.String,
            C.NAMES: pl.String,
            C.CATEGORY: pl.String,
            C.LATITUDE: pl.Float64,
            C.LONGITUDE: pl.Float64,
            C.PRICE_LEVEL: pl.Int32,
            C.INDOOR_SHARE: pl.Float64,
            C.OPENING_HOURS: pl.String,
            C.DURATION: pl.Int32,
            C.ACCESSIBLE: pl.Boolean,
            C.KID_FRIENDLY: pl.Boolean,
            C.CAPACITY: pl.Int32,
            C.TAGS: pl.String,
            C.CREATED_AT: UTC,
            C.PROVIDER: pl.String,
        },
        required=(C.POI, C.NAME, C.CATEGORY, C.LATITUDE, C.LONGITUDE),
        key=(C.POI,),
    ),
    "events": Schema(
        columns={
            C.EVENT: pl.String,
            C.USER: pl.String,
            C.SESSION: pl.String,
            C.EVENT_TYPE: pl.String,
            C.POI: pl.String,
            C.OCCURRED_AT: UTC,
            C.VALUE: pl.Float64,
            C.REQUEST: pl.String,
            C.POSITION: pl.Int32,
            C.LATITUDE: pl.Float64,
            C.LONGITUDE: pl.Float64,
            C.KNOWN_AT: UTC,
        },
        required=(C.EVENT, C.USER, C.EVENT_TYPE, C.POI, C.OCCURRED_AT),
        key=(C.EVENT,),
        partition_by=C.OCCURRED_AT,
    ),
    "weather": Schema(
        columns={
            C.LATITUDE: pl.Float64,
            C.LONGITUDE: pl.Float64,
            C.VALID_AT: UTC,
            C.ISSUED_AT: UTC,
            C.TEMPERATURE: pl.Float64,
            C.PRECIPITATION: pl.Float64,
            C.WIND: pl.Float64,
            C.CLOUD: pl.Float64,
            C.UV: pl.Float64,
            C.CONDITION: pl.String,
        },
        required=(C.LATITUDE, C.LONGITUDE, C.VALID_AT, C.ISSUED_AT, C.TEMPERATURE),
        key=(C.LATITUDE, C.LONGITUDE, C.VALID_AT, C.ISSUED_AT),
        partition_by=C.VALID_AT,
    ),
    "bookings": Schema(
        columns={
            C.BOOKING: pl.String,
            C.USER: pl.String,
            C.POI: pl.String,
            C.CREATED_AT: UTC,
            C.STARTS_AT: UTC,
            C.PARTY_SIZE: pl.Int32,
            C.ADULTS: pl.Int32,
            C.CHILDREN: pl.Int32,
            C.AMOUNT_MINOR: pl.Int64,
            C.CURRENCY: pl.String,
            C.STATUS: pl.String,
            C.CANCELLED_AT: UTC,
        },
        required=(C.BOOKING, C.USER, C.POI, C.CREATED_AT, C.STARTS_AT, C.STATUS),
        key=(C.BOOKING,),
    ),
    "travellers": Schema(
        columns={
            C.USER: pl.String,
            C.LANGUAGE: pl.String,
            C.HOME_COUNTRY: pl.String,
            C.PARTY: pl.String,
            C.BUDGET_LEVEL: pl.Int32,
            C.TRIPS: pl.String,
        },
        required=(C.USER,),
        key=(C.USER,),
    ),
    "requests": Schema(
        columns={
            C.REQUEST: pl.String,
            C.USER: pl.String,
            C.REQUESTED_AT: UTC,
            C.VISIT_AT: UTC,
            C.LATITUDE: pl.Float64,
            C.LONGITUDE: pl.Float64,
            C.PARTY: pl.String,
            C.BUDGET: pl.Int32,
        },
        required=(C.REQUEST, C.USER, C.REQUESTED_AT),
        key=(C.REQUEST,),
        partition_by=C.REQUESTED_AT,
    ),
}
REQUIRED_TABLES = ("pois", "events")
