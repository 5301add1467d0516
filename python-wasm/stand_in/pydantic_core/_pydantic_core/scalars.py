"""Validators of single values: numbers, text, bytes, UUIDs, literals, enumerations, classes."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

from .errors import Invalid, invalid
from .state import LAX, STRICT, Builder, Scope, State, Validate

_FALSE = {"0", "off", "f", "false", "n", "no"}
_TRUE = {"1", "on", "t", "true", "y", "yes"}
_INTEGER = re.compile(r"[+-]?\d+(_\d+)*(\.0*)?")

_BOUNDS = (
    ("multiple_of", "multiple_of", lambda value, limit: not value % limit),
    ("le", "less_than_equal", lambda value, limit: value <= limit),
    ("ge", "greater_than_equal", lambda value, limit: value >= limit),
    ("lt", "less_than", lambda value, limit: value < limit),
    ("gt", "greater_than", lambda value, limit: value > limit),
)


def bounded(schema: Mapping[str, Any], validate: Validate) -> Validate:
    """Check the bounds of a schema, where it has any, behind a validator."""
    bounds = [
        (name, kind, holds, schema[name]) for name, kind, holds in _BOUNDS if schema.get(name) is not None
    ]
    if not bounds:
        return validate

    def within_bounds(value: Any, state: State) -> Any:
        made = validate(value, state)
        for name, kind, holds, limit in bounds:
            try:
                fits = holds(made, limit)
            except TypeError:  # a time with a zone and one without can't be compared
                raise invalid(
                    "int_parsing" if isinstance(made, str) else kind, value, **{name: limit}
                ) from None
            if not fits and not _nearly_multiple(name, made, limit):
                raise invalid(kind, value, **{name: limit})
        return made

    return within_bounds


def _nearly_multiple(name: str, value: Any, limit: Any) -> bool:
    if name != "multiple_of" or not isinstance(value, float):
        return False
    if not math.isfinite(value):
        return True
    rest = value % limit
    return bool(min(rest, abs(limit - rest)) <= abs(value) / 1e9)


def text_of(value: Any) -> str | None:
    """Give text or bytes as text; `None` for anything else."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            return None
    return None


def _any(schema: Mapping[str, Any], scope: Scope) -> Validate:
    def validate(value: Any, state: State) -> Any:
        state.lower(LAX)
        return value

    return validate


def _none(schema: Mapping[str, Any], scope: Scope) -> Validate:
    def validate(value: Any, state: State) -> None:
        if value is not None:
            raise invalid("none_required", value)

    return validate


def _bool(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)

    def validate(value: Any, state: State) -> bool:
        if value is True or value is False:
            return bool(value)
        if is_strict(state):
            raise invalid("bool_type", value)
        state.lower(LAX)
        text = text_of(value)
        if text is not None:
            if text.lower() in _TRUE | _FALSE:
                return text.lower() in _TRUE
            raise invalid("bool_parsing", value)
        if isinstance(value, (int, float, Decimal)):
            if value in (0, 1):
                return bool(value)
            raise invalid("bool_parsing" if _is_whole(value) else "bool_type", value)
        raise invalid("bool_type", value)

    return validate


def _is_whole(value: Any) -> bool:
    return not isinstance(value, float) and value == int(value)


def _int(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)

    def validate(value: Any, state: State) -> int:
        if type(value) is int:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            state.lower(STRICT)
            return int(value)
        if is_strict(state):
            raise invalid("int_type", value)
        state.lower(LAX)
        if isinstance(value, Enum) and not isinstance(value, str):
            return value.value  # type: ignore[no-any-return]  # as it is, whatever it is
        return _lax_int(value)

    return bounded(schema, validate)


def _lax_int(value: Any) -> int:
    text = text_of(value)
    if text is not None:
        if not _INTEGER.fullmatch(text.strip()):
            raise invalid("int_parsing", value)
        return int(text.strip().partition(".")[0])
    if isinstance(value, (float, Decimal)):
        if not math.isfinite(value):
            raise invalid("finite_number", value)
        if value != int(value):
            raise invalid("int_from_float", value)
        return int(value)
    if isinstance(value, int):
        return int(value)
    raise invalid("int_type", value)


def _float(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)
    finite_only = not scope.option(schema, "allow_inf_nan", default=True)

    def convert(value: Any, state: State) -> float:
        if type(value) is float:
            return value
        if hasattr(type(value), "__float__") and not isinstance(value, bool):
            state.lower(STRICT)
            return _to_float(value)
        if is_strict(state):
            raise invalid("float_type", value)
        state.lower(LAX)
        text = text_of(value)
        try:
            return float(value if text is None else text)
        except ValueError:
            raise invalid("float_parsing", value) from None
        except (TypeError, OverflowError):
            raise invalid("float_type", value) from None

    def validate(value: Any, state: State) -> float:
        made = convert(value, state)
        if finite_only and not math.isfinite(made):
            raise invalid("finite_number", value)
        return made

    return bounded(schema, validate)


def _to_float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise invalid("float_type", value) from None


def _decimal(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)
    finite_only = not schema.get("allow_inf_nan", False)
    digits, places = schema.get("max_digits"), schema.get("decimal_places")

    def convert(value: Any, state: State) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if is_strict(state) and state.mode == "python":
            raise invalid("is_instance_of", value, **{"class": "Decimal"})
        state.lower(LAX)
        if not isinstance(value, (int, float, str, tuple)) or isinstance(value, bool):
            raise invalid("decimal_type", value)
        try:
            return Decimal(str(value).strip() if isinstance(value, float) else value)
        except (InvalidOperation, ValueError):
            raise invalid("decimal_parsing", value) from None

    def validate(value: Any, state: State) -> Decimal:
        made = convert(value, state)
        if finite_only and not made.is_finite():
            raise invalid("finite_number", value)
        if made.is_finite() and (digits is not None or places is not None):
            _check_digits(value, made, digits, places)
        return made

    return bounded(schema, validate)


def _check_digits(value: Any, made: Decimal, digits: int | None, places: int | None) -> None:
    exponent = int(made.normalize().as_tuple().exponent) if made else 0
    given = len(made.normalize().as_tuple().digits)
    behind = max(-exponent, 0)
    whole = max(given + exponent, 0) if exponent < 0 else given + exponent
    if digits is not None and max(whole + behind, behind) > digits:
        raise invalid("decimal_max_digits", value, max_digits=digits)
    if places is not None and behind > places:
        raise invalid("decimal_max_places", value, decimal_places=places)
    if digits is not None and places is not None and whole > digits - places:
        raise invalid("decimal_whole_digits", value, whole_digits=digits - places)


def _fraction(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)

    def validate(value: Any, state: State) -> Fraction:
        if isinstance(value, Fraction):
            return value
        if is_strict(state):
            raise invalid("is_instance_of", value, **{"class": "Fraction"})
        if not isinstance(value, (int, float, str, Decimal)) or (state.mode != "python" and value is True):
            raise invalid("fraction_type", value)
        state.lower(LAX)
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError, OverflowError):
            raise invalid("fraction_parsing", value) from None

    return bounded(schema, validate)


def _complex(schema: Mapping[str, Any], scope: Scope) -> Validate:
    def validate(value: Any, state: State) -> complex:
        if isinstance(value, complex):
            return value
        state.lower(LAX)
        is_text = state.mode != "python" and isinstance(value, str)
        try:
            if not (state.mode != "python" and isinstance(value, bool)):
                return complex(value)
        except (TypeError, ValueError):
            if is_text:
                raise invalid("complex_str_parsing", value) from None
        raise invalid("complex_type", value)

    return validate


def _str(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)
    from_numbers = scope.option(schema, "coerce_numbers_to_str", default=False)

    def convert(value: Any, state: State) -> str:
        if type(value) is str:
            return value
        if isinstance(value, str):
            state.lower(STRICT)
            return str.__str__(value)
        if is_strict(state):
            raise invalid("string_type", value)
        state.lower(LAX)
        if isinstance(value, (bytes, bytearray)):
            text = text_of(value)
            if text is None:
                raise invalid("string_unicode", value)
            return text
        if isinstance(value, Enum):
            return str(value.value)
        if from_numbers and isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return str(value)
        raise invalid("string_type", value)

    return _shaped(schema, scope, convert)


def _shaped(schema: Mapping[str, Any], scope: Scope, convert: Validate) -> Validate:
    """Apply what a text schema asks for beyond being text."""
    strip = scope.option(schema, "strip_whitespace", config="str_strip_whitespace")
    lower = scope.option(schema, "to_lower", config="str_to_lower")
    upper = scope.option(schema, "to_upper", config="str_to_upper")
    shortest = scope.option(schema, "min_length", config="str_min_length")
    longest = scope.option(schema, "max_length", config="str_max_length")
    pattern = _pattern(schema.get("pattern"))

    def validate(value: Any, state: State) -> str:
        text: str = convert(value, state)
        if strip:
            text = text.strip()
        if longest is not None and len(text) > longest:
            raise invalid("string_too_long", value, max_length=longest)
        if shortest and len(text) < shortest:
            raise invalid("string_too_short", value, min_length=shortest)
        if pattern is not None and not pattern.search(text):
            raise invalid("string_pattern_mismatch", value, pattern=pattern.pattern)
        if schema.get("ascii_only") and not text.isascii():
            raise invalid("string_not_ascii", value)
        return text.lower() if lower else text.upper() if upper else text

    wanted = (strip, lower, upper, shortest, longest, pattern, schema.get("ascii_only"))
    return validate if any(item is not None and item is not False for item in wanted) else convert


def _pattern(pattern: Any) -> re.Pattern[str] | None:
    """Compile a pattern; one that only the other regex engine understands is not checked."""
    if pattern is None or isinstance(pattern, re.Pattern):
        return pattern
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _bytes(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)
    shortest, longest = schema.get("min_length"), schema.get("max_length")

    def convert(value: Any, state: State) -> bytes:
        if isinstance(value, bytes):
            return value
        if is_strict(state) and state.mode == "python":
            raise invalid("bytes_type", value)
        state.lower(LAX)
        if isinstance(value, (str, bytearray)):
            return value.encode() if isinstance(value, str) else bytes(value)
        raise invalid("bytes_type", value)

    def validate(value: Any, state: State) -> bytes:
        made = convert(value, state)
        if shortest is not None and len(made) < shortest:
            raise invalid("bytes_too_short", value, min_length=shortest)
        if longest is not None and len(made) > longest:
            raise invalid("bytes_too_long", value, max_length=longest)
        return made

    return validate


def _uuid(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)
    version = schema.get("version")

    def convert(value: Any, state: State) -> UUID:
        if isinstance(value, UUID):
            return value
        if is_strict(state) and state.mode == "python":
            raise invalid("is_instance_of", value, **{"class": "UUID"})
        state.lower(LAX)
        if not isinstance(value, (str, bytes, bytearray)):
            raise invalid("uuid_type", value)
        try:
            if isinstance(value, str):
                return UUID(value)
            return UUID(bytes=bytes(value)) if len(value) == 16 else UUID(bytes(value).decode())
        except ValueError as error:
            raise invalid("uuid_parsing", value, error=error) from None

    def validate(value: Any, state: State) -> UUID:
        made = convert(value, state)
        if version is not None and made.version != version:
            raise invalid("uuid_version", value, expected_version=version)
        return made

    return validate


def listed(values: list[Any]) -> str:
    """List values as a message does: `'a', 'b' or 'c'`."""
    words = [repr(value.value if isinstance(value, Enum) else value) for value in values]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _literal(schema: Mapping[str, Any], scope: Scope) -> Validate:
    expected = schema["expected"]

    def validate(value: Any, state: State) -> Any:
        for item in expected:
            if value is item or (type(value) is type(item) and value == item):
                return item
        for (
            item
        ) in expected:  # an enumeration's member in place of its value, or a number in place of another
            like = (int, float) if type(item) is int else type(item)
            if isinstance(value, like) and type(item) is not bool and value == item:
                state.lower(LAX)
                return item
        raise invalid("literal_error", value, expected=listed(expected))

    return validate


def _enum(schema: Mapping[str, Any], scope: Scope) -> Validate:
    cls, members, missing = schema["cls"], schema["members"], schema.get("missing")
    is_strict = scope.strictness(schema)
    convert = {"int": _int, "str": _str, "float": _float}.get(schema.get("sub_type", ""), _any)({}, scope)

    def find(value: Any) -> Any:
        same = [member for member in members if member.value == value]
        exact = [member for member in same if type(member.value) is type(value)]
        return next(iter(exact or same), None)

    def validate(value: Any, state: State) -> Any:
        if isinstance(value, cls):
            return value
        if is_strict(state) and state.mode == "python":
            raise invalid("is_instance_of", value, **{"class": cls.__name__})
        state.lower(LAX)
        found = find(value.value if isinstance(value, Enum) else value)
        if found is None and schema.get("sub_type"):
            try:
                found = find(convert(value, State()))
            except Invalid:
                found = None
        if found is None and missing is not None:
            try:
                found = missing(value)
            except ValueError:
                found = None
        if found is None:
            raise invalid("enum", value, expected=listed(members))
        return found

    return validate


def _is_instance(schema: Mapping[str, Any], scope: Scope) -> Validate:
    cls = schema["cls"]

    def validate(value: Any, state: State) -> Any:
        if not isinstance(value, cls):
            if state.mode != "python":
                raise invalid("needs_python_object", value, method_name="isinstance")
            name = schema.get("cls_repr") or getattr(cls, "__name__", repr(cls))
            raise invalid("is_instance_of", value, **{"class": name})
        return value

    return validate


def _is_subclass(schema: Mapping[str, Any], scope: Scope) -> Validate:
    cls = schema["cls"]

    def validate(value: Any, state: State) -> Any:
        if state.mode != "python":
            raise invalid("needs_python_object", value, method_name="issubclass")
        if not (isinstance(value, type) and issubclass(value, cls)):
            raise invalid("is_subclass_of", value, **{"class": schema.get("cls_repr") or cls.__name__})
        return value

    return validate


def _callable(schema: Mapping[str, Any], scope: Scope) -> Validate:
    def validate(value: Any, state: State) -> Any:
        state.lower(STRICT)
        if not callable(value):
            raise invalid("callable_type", value)
        return value

    return validate


def _only(kind: str, is_it: Any) -> Builder:
    """Make the builder of a schema that takes one single value."""

    def build(schema: Mapping[str, Any], scope: Scope) -> Validate:
        def validate(value: Any, state: State) -> Any:
            if not is_it(value):
                raise invalid(kind, value)
            return value

        return validate

    return build


BUILDERS: dict[str, Builder] = {
    "any": _any,
    "none": _none,
    "bool": _bool,
    "int": _int,
    "float": _float,
    "decimal": _decimal,
    "fraction": _fraction,
    "complex": _complex,
    "str": _str,
    "bytes": _bytes,
    "uuid": _uuid,
    "literal": _literal,
    "enum": _enum,
    "is-instance": _is_instance,
    "is-subclass": _is_subclass,
    "callable": _callable,
    "ellipsis": _only("ellipsis_error", lambda value: value is ...),
    "missing-sentinel": _only("missing_sentinel_error", lambda value: repr(value).endswith("MISSING")),
}
