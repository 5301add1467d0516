"""Validators of dates, times and durations, and the text they are read from."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from .errors import Invalid, invalid
from .scalars import bounded, text_of
from .state import LAX, Builder, Scope, State, Validate
from .values import TzInfo

#: Numbers beyond this are milliseconds since 1970, not seconds.
_MILLISECONDS = 2e10

_ZONE = r"(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?"
_TIME = rf"(?P<hour>\d{{2}}):?(?P<minute>\d{{2}})(?::?(?P<second>\d{{2}})(?:[.,](?P<fraction>\d{{1,9}}))?)?\s?{_ZONE}"
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DATETIME = re.compile(rf"(?P<date>\d{{4}}-\d{{2}}-\d{{2}})[Tt _]{_TIME}")
_ONLY_TIME = re.compile(_TIME)
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
_ISO_DURATION = re.compile(
    r"(?P<sign>[+-])?P(?:(?P<years>\d+(?:\.\d+)?)Y)?(?:(?P<months>\d+(?:\.\d+)?)M)?(?:(?P<weeks>\d+(?:\.\d+)?)W)?"
    r"(?:(?P<days>\d+(?:\.\d+)?)D)?(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"(?P<sign>[+-])?(?:(?P<days>\d+)\s*d(?:ays?)?,?)?\s*"
    r"(?:(?P<hours>\d+):(?P<minutes>\d{2})(?::(?P<seconds>\d{2}(?:\.\d+)?))?)?",
    re.IGNORECASE,
)
_DAY = 86_400
_DAYS = {"years": 365, "months": 30, "weeks": 7, "days": 1}


def _zone(text: str | None) -> TzInfo | None:
    if text is None:
        return None
    if text in "Zz":
        return TzInfo(0)
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    return TzInfo((hours * 3600 + minutes * 60) * (1 if text[0] == "+" else -1))


def _clock(found: re.Match[str]) -> time:
    micro = int((found["fraction"] or "0")[:6].ljust(6, "0"))
    return time(
        int(found["hour"]), int(found["minute"]), int(found["second"] or 0), micro, _zone(found["zone"])
    )


def _from_timestamp(number: float) -> datetime:
    seconds = number / 1000 if abs(number) > _MILLISECONDS else number
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)


def parse_datetime(text: str) -> datetime:
    """Read a date with a time, or the seconds since 1970."""
    text = text.strip()
    if found := _DATETIME.fullmatch(text):
        return datetime.combine(date.fromisoformat(found["date"]), _clock(found))
    if _NUMBER.fullmatch(text):
        return _from_timestamp(float(text)).replace(tzinfo=TzInfo(0))
    if _DATE.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), time())
    raise ValueError("invalid datetime")


def parse_timedelta(text: str) -> timedelta:
    """Read a duration, in ISO's form or as `1 days, 02:03:04`."""
    text = text.strip()
    found = _ISO_DURATION.fullmatch(text)
    if not found and any(letter.isdigit() for letter in text):
        found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError("invalid duration")
    parts = {name: float(value) for name, value in found.groupdict().items() if name != "sign" and value}
    days = sum(parts.pop(name, 0) * count for name, count in _DAYS.items())
    made = timedelta(days=days, **parts)
    return -made if found["sign"] == "-" else made


def _datetime(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)

    def convert(value: Any, state: State) -> datetime:
        if isinstance(value, datetime):
            return value
        text = text_of(value)
        if is_strict(state) and (state.mode == "python" or text is None):
            raise invalid("datetime_type", value)
        state.lower(LAX)
        if isinstance(value, date):
            return datetime.combine(value, time())
        try:
            if text is not None:
                return parse_datetime(text)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
                return _from_timestamp(value).replace(tzinfo=TzInfo(0))
        except (ValueError, OverflowError) as error:
            kind = "datetime_parsing" if text is None else "datetime_from_date_parsing"
            raise invalid(kind, value, error=error) from None
        raise invalid("datetime_type", value)

    return bounded(schema, _in_time(schema, "datetime", _zoned(schema, convert)))


def _date(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)

    def convert(value: Any, state: State) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        text = text_of(value)
        if is_strict(state) and (state.mode == "python" or text is None):
            raise invalid("date_type", value)
        state.lower(LAX)
        if text is not None and _DATE.fullmatch(text.strip()):
            try:
                return date.fromisoformat(text.strip())
            except ValueError as error:
                raise invalid("date_from_datetime_parsing", value, error=error) from None
        try:
            exact: datetime = as_datetime(value, State())
        except Invalid as error:
            kind = error.errors[0].kind
            if kind == "datetime_type":
                raise invalid("date_type", value) from None
            raise invalid("date_from_datetime_parsing", value, error="not a date") from None
        if exact.timetz().replace(tzinfo=None) != time():
            raise invalid("date_from_datetime_inexact", value)
        return exact.date()

    as_datetime = _datetime({}, Scope({}, {}))
    return bounded(schema, _in_time(schema, "date", convert))


def _time(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)

    def convert(value: Any, state: State) -> time:
        if isinstance(value, time):
            return value
        text = text_of(value)
        if is_strict(state) and (state.mode == "python" or text is None):
            raise invalid("time_type", value)
        state.lower(LAX)
        try:
            if text is not None:
                found = _ONLY_TIME.fullmatch(text.strip())
                if found:
                    return _clock(found)
                raise invalid("time_parsing", value, error="invalid time")
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                if not 0 <= value < _DAY:
                    raise invalid("time_parsing", value, error="numeric times may not exceed 86,399 seconds")
                return _from_timestamp(value).timetz().replace(tzinfo=TzInfo(0))
        except (ValueError, OverflowError) as error:
            raise invalid("time_parsing", value, error=error) from None
        raise invalid("time_type", value)

    return bounded(schema, _zoned(schema, convert))


def _timedelta(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)

    def convert(value: Any, state: State) -> timedelta:
        if isinstance(value, timedelta):
            return value
        text = text_of(value)
        if is_strict(state) and (state.mode == "python" or text is None):
            raise invalid("time_delta_type", value)
        state.lower(LAX)
        try:
            if text is not None:
                return parse_timedelta(text)
            if isinstance(value, (int, float)):
                return timedelta(seconds=value)
        except (ValueError, OverflowError) as error:
            raise invalid("time_delta_parsing", value, error=error) from None
        raise invalid("time_delta_type", value)

    return bounded(schema, convert)


def _zoned(schema: Mapping[str, Any], convert: Validate) -> Validate:
    """Check what a schema says of time zones."""
    wanted = schema.get("tz_constraint")
    if wanted is None:
        return convert

    def validate(value: Any, state: State) -> Any:
        made = convert(value, state)
        if wanted == "naive" and made.tzinfo is not None:
            raise invalid("timezone_naive", value)
        if wanted != "naive" and made.tzinfo is None:
            raise invalid("timezone_aware", value)
        if isinstance(wanted, int) and made.utcoffset() != timedelta(seconds=wanted):
            actual = int((made.utcoffset() or timedelta()).total_seconds())
            raise invalid("timezone_offset", value, tz_expected=wanted, tz_actual=actual)
        return made

    return validate


def _in_time(schema: Mapping[str, Any], name: str, convert: Validate) -> Validate:
    """Check that a date lies in the past, or in the future."""
    wanted = schema.get("now_op")
    if wanted is None:
        return convert

    def validate(value: Any, state: State) -> Any:
        made = convert(value, state)
        now: Any = datetime.now(getattr(made, "tzinfo", None))
        now = now if name == "datetime" else now.date()
        if not (made < now if wanted == "past" else made > now):
            raise invalid(f"{name}_{wanted}", value)
        return made

    return validate


BUILDERS: dict[str, Builder] = {
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "timedelta": _timedelta,
}
