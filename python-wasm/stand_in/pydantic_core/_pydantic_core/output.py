"""What values become in output when no schema says otherwise."""

import base64
import dataclasses
import json
import math
import re
from collections import deque
from collections.abc import Callable, Generator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from pathlib import PurePath
from typing import Any
from uuid import UUID

from .errors import PydanticSerializationError
from .tolerance import unknown
from .url import MultiHostUrl, Url
from .values import PydanticUndefined

_TEXTUAL = (
    *(Decimal, UUID, PurePath, Url, MultiHostUrl, complex),
    *(IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network),
)


class Options:
    """What the caller asks for, and where the serializer is."""

    def __init__(self, given: Mapping[str, Any], config: Mapping[str, Any]) -> None:
        """Take the caller's options; what they leave open the configuration says."""
        self.mode: str = given.get("mode") or "python"
        self.by_alias = given.get("by_alias")
        if self.by_alias is None:
            self.by_alias = config.get("serialize_by_alias", False)
        self.exclude_unset = given.get("exclude_unset", False)
        self.exclude_defaults = given.get("exclude_defaults", False)
        self.exclude_none = given.get("exclude_none", False)
        self.exclude_computed_fields = given.get("exclude_computed_fields", False)
        self.round_trip = given.get("round_trip", False)
        self.fallback: Callable[[Any], Any] | None = given.get("fallback")
        self.serialize_as_any = given.get("serialize_as_any", False)
        self.serialize_unknown = given.get("serialize_unknown", False)
        self.polymorphic_serialization = given.get("polymorphic_serialization")
        self.context = given.get("context")
        self.bytes_mode = given.get("bytes_mode") or config.get("ser_json_bytes", "utf8")
        self.durations = given.get("timedelta_mode") or config.get("ser_json_timedelta", "iso8601")
        self.temporal = given.get("temporal_mode") or config.get("ser_json_temporal")
        self.infinities = given.get("inf_nan_mode") or config.get("ser_json_inf_nan", "null")
        self.model: Any = None
        self.field_name: str | None = None

    @property
    def is_json(self) -> bool:
        """Whether JSON is wanted."""
        return self.mode == "json"


class Selection:
    """Which items of a value are wanted: `include` and `exclude` at one level."""

    __slots__ = ("exclude", "include")

    def __init__(self, include: Any = None, exclude: Any = None) -> None:
        """Take both."""
        self.include = include
        self.exclude = exclude

    def of(self, key: Any, count: int | None = None) -> "Selection | None":
        """Give the selection within an item; `None` when the item is not wanted."""
        exclude = _at(self.exclude, key, count)
        if exclude is True or exclude is ...:
            return None
        include = _at(self.include, key, count)
        if self.include is not None and include is None:
            return None
        within = None if include is True or include is ... else include
        return Selection(within, exclude or None)


ALL = Selection()


def _at(wanted: Any, key: Any, count: int | None) -> Any:
    """Look an item up in a set or a dictionary of wanted ones."""
    if wanted is None:
        return None
    keys = [key] if count is None else [key, key - count, "__all__"]
    if isinstance(wanted, Mapping):
        return next((wanted[key] for key in (*keys, "__all__") if key in wanted), None)
    return any(item in wanted for item in keys) or None


def duration(value: timedelta) -> str:
    """Write a duration in ISO's form."""
    sign = "-" if value < timedelta() else ""
    value = abs(value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    text = f"P{value.days}D" if value.days else "P"
    parts = f"{hours}H" if hours else ""
    parts += f"{minutes}M" if minutes else ""
    if seconds or value.microseconds:
        fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
        parts += f"{seconds}{fraction}S"
    text += f"T{parts}" if parts else ""
    return sign + (text if text != "P" else "PT0S")


def _stamped(value: Any, options: Options) -> Any:
    """Write a date, a time or a duration."""
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        if options.temporal in ("seconds", "milliseconds"):
            return seconds * (1000 if options.temporal == "milliseconds" else 1)
        return duration(value) if options.durations == "iso8601" else seconds
    text: str = value.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def bytes_text(value: bytes, options: Options) -> str:
    """Write bytes."""
    if options.bytes_mode == "base64":
        return base64.urlsafe_b64encode(value).decode()
    if options.bytes_mode == "hex":
        return value.hex()
    try:
        return bytes(value).decode()
    except UnicodeDecodeError as error:
        raise PydanticSerializationError(f"invalid utf-8 sequence: {error}") from None


def json_key(key: Any, options: Options) -> str:
    """Write a key of a JSON object."""
    if key is None or isinstance(key, bool):
        return {None: "None", True: "true", False: "false"}[key]
    made = infer(key, options, ALL)
    return made if isinstance(made, str) else str(made)


def infer(value: Any, options: Options, selection: Selection) -> Any:  # noqa: PLR0911  # one case a line
    """Serialize a value by its own type."""
    if value is None or (isinstance(value, (bool, str, int)) and not isinstance(value, Enum)):
        return _plain(value) if options.is_json else value
    serializer = getattr(type(value), "__pydantic_serializer__", None)
    if serializer is not None and not isinstance(value, type):
        return serializer.serialize(value, options, selection)
    if isinstance(value, Mapping) and isinstance(value, dict):
        return _mapping(value, options, selection)
    if isinstance(value, (list, tuple, set, frozenset, deque)):
        return _items(value, options, selection)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return _mapping(named, options, selection)
    if options.is_json:
        return _json(value, options, selection)
    if options.fallback is not None and isinstance(value, Generator):
        return value
    return value


def _plain(value: Any) -> Any:
    """Give a value of a subclass as the language's own."""
    if value is None or isinstance(value, bool):
        return value
    return str.__str__(value) if isinstance(value, str) else int(value)


def _mapping(value: Mapping[Any, Any], options: Options, selection: Selection) -> dict[Any, Any]:
    made = {}
    for key, item in value.items():
        within = selection.of(key)
        if within is None or (options.exclude_none and item is None):
            continue
        made[json_key(key, options) if options.is_json else key] = infer(item, options, within)
    return made


def _items(value: Any, options: Options, selection: Selection) -> Any:
    made = []
    for index, item in enumerate(value):
        within = selection.of(index, len(value))
        if within is not None:
            made.append(infer(item, options, within))
    return made if options.is_json or isinstance(value, list) else _kind(value)(made)


def _kind(value: Any) -> Any:
    return next(kind for kind in (tuple, set, frozenset, deque) if isinstance(value, kind))


def _json(value: Any, options: Options, selection: Selection) -> Any:  # noqa: PLR0911  # one case a line
    """Give what JSON has for a value that it does not know."""
    match value:
        case Enum():
            return infer(value.value, options, selection)
        case float():
            return number(value, options)
        case bytes() | bytearray():
            return bytes_text(bytes(value), options)
        case date() | datetime() | time() | timedelta():
            return _stamped(value, options)
        case re.Pattern():
            return value.pattern
    if isinstance(value, _TEXTUAL) or unknown(value):
        return str(value)
    if isinstance(value, Generator):
        return _items(list(value), options, selection)
    return _unknown(value, options, selection)


def _unknown(value: Any, options: Options, selection: Selection) -> Any:
    """Deal with a value that JSON has nothing for."""
    if options.fallback is not None:
        return infer(options.fallback(value), options, selection)
    if options.serialize_unknown:
        return str(value)
    if isinstance(value, type) or value is PydanticUndefined or not isinstance(value, Mapping):
        raise PydanticSerializationError(f"Unable to serialize unknown type: {type(value)}")
    return _mapping(value, options, selection)


def number(value: float, options: Options) -> Any:
    """Write a number that JSON may not have."""
    if math.isfinite(value) or options.infinities == "constants":
        return float(value)
    if options.infinities == "null":
        return None
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def to_jsonable_python(value: Any, *, include: Any = None, exclude: Any = None, **given: Any) -> Any:
    """Give a value as JSON has it."""
    defaults = {"by_alias": True, "inf_nan_mode": "constants"}
    options = Options({**defaults, **given, "mode": "json"}, {})
    return infer(value, options, Selection(include, exclude))


def to_json(value: Any, *, indent: int | None = None, ensure_ascii: bool = False, **given: Any) -> bytes:
    """Give a value as JSON text."""
    return text(to_jsonable_python(value, **given), indent, ensure_ascii=ensure_ascii)


def text(value: Any, indent: int | None, *, ensure_ascii: bool) -> bytes:
    """Write JSON."""
    separators = (",", ":") if indent is None else None
    return json.dumps(value, indent=indent, separators=separators, ensure_ascii=ensure_ascii).encode()


def from_json(data: str | bytes | bytearray, **given: Any) -> Any:
    """Read JSON."""
    return json.loads(data)
