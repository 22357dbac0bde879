"""One good row of each stream as text, and what breaks each rule of its contract."""

from datetime import UTC, datetime

import polars as pl

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
KNOWN_POIS = pl.Series(["cala"])

GOOD: dict[str, dict[str, str | None]] = {
    "pois": {
        "poi_id": "cala",
        "name": "Cala",
        "names": '{"es": "Cala", "en": "Cove"}',
        "category": "nature/cove",
        "latitude": "38.7",
        "longitude": "0.2",
        "price_level": "0",
        "indoor_share": "0.0",
        "opening_hours": "Jun-Sep Mo-Su 10:00-20:00",
        "typical_duration_min": "120",
        "accessible": "true",
        "kid_friendly": "false",
        "capacity": "300",
        "tags": "sand;dogs",
        "created_at": "2020-01-01",
        "provider_id": "town-of-calp",
    },
    "events": {
        "event_id": "e1",
        "user_id": "u1",
        "session_id": "s1",
        "event_type": "rating",
        "poi_id": "cala",
        "occurred_at": "2025-05-30T10:00:00Z",
        "value": "4.5",
        "request_id": "r1",
        "position": "3",
        "log_seq": "12",
        "latitude": "38.7",
        "longitude": "0.2",
        "known_at": "2025-05-30T10:00:01Z",
    },
    "weather": {
        "latitude": "38.7",
        "longitude": "0.2",
        "valid_at": "2025-06-03T12:00:00Z",
        "issued_at": "2025-06-01T06:00:00Z",
        "temperature_c": "24.5",
        "precipitation_mm": "0",
        "wind_ms": "3",
        "cloud_pct": "20",
        "uv_index": "8",
        "condition": "clear",
    },
    "bookings": {
        "booking_id": "b1",
        "user_id": "u1",
        "poi_id": "cala",
        "created_at": "2025-05-01T10:00:00Z",
        "starts_at": "2025-07-01T10:00:00Z",
        "party_size": "4",
        "adults": "2",
        "children": "2",
        "amount_minor": "12000",
        "currency": "EUR",
        "status": "cancelled",
        "cancelled_at": "2025-05-02T10:00:00Z",
    },
    "travellers": {
        "user_id": "u1",
        "language": "ca-valencia",
        "home_country": "ES",
        "party": "family",
        "budget_level": "2",
        "trips": '[{"start": "2025-07-01T10:00:00Z", "end": "2025-07-08", "latitude": 38.7, '
        '"longitude": 0.2, "place": "Denia"}]',
    },
    "requests": {
        "request_id": "r1",
        "user_id": "u1",
        "requested_at": "2025-05-30T10:00:00Z",
        "visit_at": "2025-05-31T10:00:00Z",
        "latitude": "38.7",
        "longitude": "0.2",
        "party": "family",
        "budget": "2",
    },
}

Breach = tuple[str, str, str, dict[str, str | None]]  # stream, column, rule, what breaks it


def breaches(stream: str, rule: str, value: str | None, *columns: str) -> list[Breach]:
    """The same rule broken in several columns by the same value."""
    return [(stream, column, rule, {column: value}) for column in columns]


def off_the_map(stream: str) -> list[Breach]:
    return [
        (stream, "latitude", "latitude_range", {"latitude": "90.1"}),
        (stream, "longitude", "longitude_range", {"longitude": "-180.1"}),
    ]


LONG = "x" * 201

BREACHES: list[Breach] = [
    *breaches("pois", "required", None, "poi_id", "name", "category", "latitude", "longitude"),
    *breaches("events", "required", None, "event_id", "user_id", "event_type", "poi_id"),
    *breaches("events", "required", None, "occurred_at"),
    *breaches("weather", "required", None, "latitude", "longitude", "valid_at", "issued_at"),
    *breaches("weather", "required", None, "temperature_c"),
    *breaches("bookings", "required", None, "booking_id", "user_id", "poi_id", "created_at"),
    *breaches("bookings", "required", None, "starts_at", "status"),
    *breaches("travellers", "required", None, "user_id"),
    *breaches("requests", "required", None, "request_id", "user_id", "requested_at"),
    *breaches("pois", "id_length", LONG, "poi_id", "provider_id"),
    *breaches("events", "id_length", LONG, "event_id", "user_id", "poi_id"),
    *breaches("bookings", "id_length", LONG, "booking_id", "user_id", "poi_id"),
    *breaches("travellers", "id_length", LONG, "user_id"),
    *breaches("requests", "id_length", LONG, "request_id", "user_id"),
    *off_the_map("pois"),
    *off_the_map("events"),
    *off_the_map("weather"),
    *off_the_map("requests"),
    ("pois", "name", "name_length", {"name": "x" * 501}),
    ("pois", "category", "category_pattern", {"category": "Beach"}),
    ("pois", "category", "category_pattern", {"category": "nature/beach/sand"}),
    ("pois", "price_level", "price_range", {"price_level": "5"}),
    ("pois", "indoor_share", "share_range", {"indoor_share": "1.01"}),
    ("pois", "typical_duration_min", "duration_range", {"typical_duration_min": "0"}),
    ("pois", "capacity", "capacity_range", {"capacity": "0"}),
    ("pois", "names", "names_readable", {"names": '["Cala"]'}),
    ("pois", "names", "names_readable", {"names": "Cala"}),
    ("pois", "opening_hours", "opening_hours_readable", {"opening_hours": "ten to six"}),
    ("pois", "created_at", "not_in_the_future", {"created_at": "2025-06-03"}),
    ("pois", "latitude", "type", {"latitude": "north"}),
    ("pois", "capacity", "type", {"capacity": "2.5"}),
    ("pois", "accessible", "type", {"accessible": "perhaps"}),
    ("events", "event_type", "known_event_type", {"event_type": "like"}),
    ("events", "occurred_at", "not_in_the_future",
     {"occurred_at": "2025-06-03", "known_at": "2025-06-03"}),
    ("events", "occurred_at", "not_in_the_future", {"occurred_at": "1901-01-01"}),
    ("events", "occurred_at", "type", {"occurred_at": "1748602800"}),
    ("events", "known_at", "known_after_it_occurred", {"known_at": "2025-05-29T09:00:00Z"}),
    ("events", "known_at", "not_in_the_future", {"known_at": "2025-06-02T13:00:00Z"}),
    ("events", "value", "value_range", {"value": "-1", "event_type": "visit"}),
    ("events", "value", "rating_has_value", {"value": None}),
    ("events", "value", "rating_range", {"value": "5.1"}),
    ("events", "position", "position_range", {"position": "0"}),
    ("events", "latitude", "location_whole", {"longitude": None}),
    ("events", "poi_id", "known_poi", {"poi_id": "elsewhere"}),
    ("weather", "issued_at", "not_in_the_future",
     {"issued_at": "2025-06-02T13:00:00Z", "valid_at": "2025-06-05"}),
    ("weather", "valid_at", "lead_range", {"valid_at": "2025-07-02"}),
    ("weather", "valid_at", "not_ancient", {"valid_at": "1901-01-01"}),
    ("weather", "temperature_c", "temperature_range", {"temperature_c": "76.1"}),
    ("weather", "precipitation_mm", "precipitation_range", {"precipitation_mm": "-0.1"}),
    ("weather", "wind_ms", "wind_range", {"wind_ms": "121"}),
    ("weather", "cloud_pct", "cloud_range", {"cloud_pct": "101"}),
    ("weather", "uv_index", "uv_range", {"uv_index": "-1"}),
    ("weather", "condition", "known_condition", {"condition": "sunny"}),
    ("bookings", "created_at", "not_in_the_future",
     {"created_at": "2025-06-03", "cancelled_at": "2025-06-04"}),
    ("bookings", "starts_at", "starts_after_created", {"starts_at": "2025-05-01T09:59:59Z"}),
    ("bookings", "starts_at", "lead_range", {"starts_at": "2031-01-01"}),
    ("bookings", "party_size", "party_range", {"party_size": "501"}),
    ("bookings", "adults", "adults_range", {"adults": "0"}),
    ("bookings", "children", "children_range", {"children": "-1"}),
    ("bookings", "party_size", "party_adds_up", {"party_size": "3"}),
    ("bookings", "amount_minor", "amount_range", {"amount_minor": "-1"}),
    ("bookings", "currency", "currency_pattern", {"currency": "euro"}),
    ("bookings", "currency", "amount_has_currency", {"currency": None}),
    ("bookings", "status", "known_status", {"status": "open", "cancelled_at": None}),
    ("bookings", "cancelled_at", "cancelled_at_fits_status", {"status": "confirmed"}),
    ("bookings", "cancelled_at", "cancelled_at_fits_status", {"cancelled_at": None}),
    ("bookings", "cancelled_at", "cancelled_after_created",
     {"cancelled_at": "2025-05-01T09:59:59Z"}),
    ("bookings", "cancelled_at", "not_in_the_future", {"cancelled_at": "2025-06-02T13:00:00Z"}),
    ("bookings", "poi_id", "known_poi", {"poi_id": "elsewhere"}),
    ("travellers", "language", "language_pattern", {"language": "Spanish"}),
    ("travellers", "home_country", "country_pattern", {"home_country": "ESP"}),
    ("travellers", "party", "known_party", {"party": "crowd"}),
    ("travellers", "budget_level", "budget_range", {"budget_level": "5"}),
    ("travellers", "trips", "trips_readable", {"trips": "{}"}),
    ("travellers", "trips", "trips_readable",
     {"trips": '[{"start": "2025-07-02", "end": "2025-07-01", "latitude": 1, "longitude": 2}]'}),
    ("requests", "requested_at", "not_in_the_future", {"requested_at": "2025-06-03"}),
    ("requests", "requested_at", "not_in_the_future",
     {"requested_at": "1901-01-01", "visit_at": "1901-01-02"}),
    ("requests", "visit_at", "lead_range", {"visit_at": "2026-07-05"}),
    ("requests", "visit_at", "lead_range", {"visit_at": "2024-04-24"}),
    ("requests", "latitude", "location_whole", {"longitude": None}),
    ("requests", "party", "known_party", {"party": "crowd"}),
    ("requests", "budget", "budget_range", {"budget": "0"}),
    ("requests", "budget", "budget_range", {"budget": "5"}),
    ("requests", "budget", "type", {"budget": "1.5"}),
]  # fmt: skip


def frame(stream: str, *changes: dict[str, str | None]) -> pl.DataFrame:
    """The good row of the stream, once for each of the changes made to it."""
    rows = [GOOD[stream] | change for change in changes]
    return pl.DataFrame(rows, schema=dict.fromkeys(GOOD[stream], pl.String))
