"""The tables of the log, and the rows of its values."""

import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
import zstandard

from butler.columns import C
from butler.domain import Acted, Impression, Interaction, LoggedInteraction

metadata = sa.MetaData()
_sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

interactions = sa.Table(
    "interactions",
    metadata,
    sa.Column("seq", _sequence, primary_key=True),
    sa.Column(C.KNOWN_AT, sa.BigInteger, nullable=False),
    sa.Column(C.EVENT, sa.Text, nullable=False, unique=True),
    sa.Column(C.USER, sa.Text, nullable=False),
    sa.Column(C.EVENT_TYPE, sa.Text, nullable=False),
    sa.Column(C.POI, sa.Text, nullable=False),
    sa.Column(C.OCCURRED_AT, sa.BigInteger, nullable=False),
    sa.Column(C.SESSION, sa.Text),
    sa.Column(C.VALUE, sa.Double),
    sa.Column(C.REQUEST, sa.Text),
    sa.Column(C.POSITION, sa.Integer),
    sa.Column(C.LATITUDE, sa.Double),
    sa.Column(C.LONGITUDE, sa.Double),
    sa.Index("interactions_by_user", C.USER, "seq"),
    sa.Index("interactions_by_arrival", C.KNOWN_AT),
    sqlite_autoincrement=True,
)
impressions = sa.Table(
    "impressions",
    metadata,
    sa.Column("seq", _sequence, primary_key=True),
    sa.Column(C.REQUEST, sa.Text, nullable=False, unique=True),
    sa.Column(C.USER, sa.Text, nullable=False, index=True),
    sa.Column("requested_at", sa.BigInteger, nullable=False),
    sa.Column("model_name", sa.Text, nullable=False),
    sa.Column("model_version", sa.Text, nullable=False),
    sa.Column("context", sa.JSON, nullable=False),
    sa.Column("candidates", sa.JSON, nullable=False),
    sa.Column("features", sa.LargeBinary, nullable=False),  # Zstandard of the float32 matrix
    sa.Column("scores", sa.LargeBinary, nullable=False),  # little-endian float64
    sa.Column("slate", sa.JSON, nullable=False),
    sa.Column("propensities", sa.LargeBinary, nullable=False),  # little-endian float64
    sa.Column("degraded", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)
service_keys = sa.Table(
    "service_keys",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
)
watermarks = sa.Table(
    "watermarks",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
schema_version = sa.Table(
    "schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True)
)

MICROS_A_MINUTE = 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INTERACTION_FIELDS = tuple(Interaction.__dataclass_fields__)


def micros(time: datetime) -> int:
    """Whole microseconds since 1970, UTC: exact both ways."""
    if time.tzinfo is None:
        raise ValueError(f"{time!r} has no time zone: the log keeps UTC only")
    return (time - _EPOCH) // _MICROSECOND


def moment(since_1970: int) -> datetime:
    return _EPOCH + since_1970 * _MICROSECOND


def acted(row: sa.RowMapping) -> Acted:
    return Acted(
        row[C.POI],
        row[C.EVENT_TYPE],
        moment(row["minute"] * MICROS_A_MINUTE),
        row["count"],
        moment(row["newest"]),
    )


def _pack(numbers: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(numbers)}d", *numbers)


def _unpack(packed: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(packed) // 8}d", packed)


def _decompressed(packed: bytes) -> bytes:
    """Rows of versions before 0.3 are zlib."""
    known = packed.startswith(zstandard.FRAME_HEADER)
    return zstandard.decompress(packed) if known else zlib.decompress(packed)


def interaction_row(interaction: Interaction, known_at: datetime) -> dict[str, Any]:
    row = {field: getattr(interaction, field) for field in _INTERACTION_FIELDS}
    times = {C.OCCURRED_AT: micros(interaction.occurred_at), C.KNOWN_AT: micros(known_at)}
    return row | times


def logged(row: sa.RowMapping) -> LoggedInteraction:
    values = {field: row[field] for field in _INTERACTION_FIELDS}
    values[C.OCCURRED_AT] = moment(row[C.OCCURRED_AT])
    return LoggedInteraction(row["seq"], moment(row[C.KNOWN_AT]), Interaction(**values))


def impression_row(impression: Impression) -> dict[str, Any]:
    return {
        C.REQUEST: impression.request_id,
        C.USER: impression.user_id,
        "requested_at": micros(impression.requested_at),
        "model_name": impression.model_name,
        "model_version": impression.model_version,
        "context": impression.context,
        "candidates": list(impression.candidates),
        "features": zstandard.compress(impression.features, level=1),
        "scores": _pack(impression.scores),
        "slate": list(impression.slate),
        "propensities": _pack(impression.propensities),
        "degraded": list(impression.degraded),
    }


def impression(row: sa.RowMapping) -> Impression:
    return Impression(
        request_id=row[C.REQUEST],
        user_id=row[C.USER],
        requested_at=moment(row["requested_at"]),
        model_name=row["model_name"],
        model_version=row["model_version"],
        context=row["context"],
        candidates=tuple(row["candidates"]),
        features=_decompressed(row["features"]),
        scores=_unpack(row["scores"]),
        slate=tuple(row["slate"]),
        propensities=_unpack(row["propensities"]),
        degraded=tuple(row["degraded"]),
        seq=row["seq"],
    )
