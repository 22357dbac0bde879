"""How Feast keeps an online row, in SQLite and in Redis: keys, names of fields, and one message a value.

The format is told at https://github.com/feast-dev/feast/blob/master/docs/specs/online_store_format.md.
"""

import struct
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from features.transforms import AT
from features.views import ONLINE_KEYS, PACKED, PROJECT, online_name

STRING = 2  # the number of Feast's type of every key

FoundRow = dict[str, Any] | None


def packed_values(view: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Feast's message of every packed field of the view."""
    return {name: _value(kind, fields.get(name)) for name, kind in PACKED[view].items()}


def _value(kind: str, content: Any) -> Any:
    value = message()()
    if content is None:
        return value  # an empty one: an older one must not stay
    if kind.endswith("_list_val"):
        held = getattr(value, kind)
        held.SetInParent()  # an empty list is a list
        held.val.extend(content)
    else:
        setattr(value, kind, content)
    return value


def unpack(at: datetime | None, values: Mapping[str, Any] | None) -> FoundRow:
    """Of Feast's messages, as `packed_values` makes them; None where all are empty."""
    out: dict[str, Any] = {}
    for name, value in (values or {}).items():
        kind = value.WhichOneof("val")
        if kind is not None:
            found = getattr(value, kind)
            out[name] = found.val if kind.endswith("_list_val") else found
    # SQLite has no values for an unknown key, Redis has empty ones
    return {AT: at, **out} if out else None


@cache
def message() -> Any:
    """Feast's `Value`, from its own file: whoever imports it by its name imports all of Feast."""
    name = "feast.protos.feast.types.Value_pb2"
    if name in sys.modules:
        return sys.modules[name].Value
    feast = find_spec("feast")
    assert feast is not None
    assert feast.origin is not None
    path = Path(feast.origin).parent / "protos" / "feast" / "types" / "Value_pb2.py"
    spec = spec_from_file_location("features.feast_value", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Value


def entity(view: str, key: str) -> bytes:
    """Feast's key, third version: one named key, and its value."""
    name, value = ONLINE_KEYS[view].encode(), key.encode()
    lengths = struct.pack("<3I", 1, STRING, len(name))
    return lengths + name + struct.pack("<2I", STRING, len(value)) + value


def table_of(view: str) -> str:
    return f'"{PROJECT}_{online_name(view)}"'


def hash_of(view: str, key: str) -> bytes:
    return entity(view, key) + PROJECT.encode()


@cache
def hash_field(view: str, name: str) -> bytes:
    import mmh3

    return struct.pack("<I", mmh3.hash(f"{online_name(view)}:{name}", signed=False))


def since_field(view: str) -> bytes:
    return f"_ts:{online_name(view)}".encode()


@cache
def hash_fields(view: str) -> tuple[bytes, ...]:
    """The fields of a Redis hash that are the view's; the last one is when they hold from."""
    return (*(hash_field(view, name) for name in PACKED[view]), since_field(view))


def of_hash(view: str, found: Sequence[bytes | None]) -> FoundRow:
    """Of the values of `hash_fields`."""
    packed = zip(PACKED[view], found, strict=False)
    return unpack(_stamp(found[-1]), {name: parsed(value) for name, value in packed})


def parsed(packed: bytes | None) -> Any:
    value = message()()
    if packed:
        value.ParseFromString(packed)
    return value


def text_of(value: Any) -> str | None:
    """What Feast writes beside a single value, to be searched for."""
    kind = value.WhichOneof("val")
    single = kind is not None and not kind.endswith("_list_val")
    return str(getattr(value, kind)) if single else None


# Feast's SQLite keeps whole seconds, and takes the hands of a clock in UTC for those of a local one.
def whole_seconds(at: datetime) -> int:
    return int(at.astimezone(UTC).replace(tzinfo=None).timestamp())


def moment_of(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds).replace(tzinfo=UTC)  # noqa: DTZ006


def _stamp(packed: bytes | None) -> datetime:
    from google.protobuf.timestamp_pb2 import Timestamp

    since = Timestamp()
    since.ParseFromString(packed or b"")
    return datetime.fromtimestamp(since.seconds + since.nanos / 1_000_000_000.0, tz=UTC)
