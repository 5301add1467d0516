"""Validators of lists, sets, tuples, mappings and generators."""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .errors import Invalid, LineError, invalid
from .state import LAX, STRICT, Builder, Scope, State, Validate
from .tolerance import unknown
from .values import PydanticOmit

#: What is taken for one value, not for its parts.
_WHOLE = (str, bytes, bytearray, Mapping)


def _items(value: Any, wanted: type[Any], name: str, state: State, *, strict: bool) -> Any:
    """Give the items of an input, when it may stand for what is wanted."""
    if type(value) is wanted:
        return value
    if isinstance(value, wanted):
        state.lower(STRICT)
        return value
    if state.mode == "json" and isinstance(value, list):
        return value
    if strict or unknown(value) or isinstance(value, _WHOLE) or not isinstance(value, Iterable):
        raise invalid(f"{name}_type", value)
    state.lower(LAX)
    return value


def _validated(
    items: Iterable[Any], validate: Validate | None, state: State, longest: int | None = None
) -> Iterator[Any]:
    """Validate item by item; everything that is wrong is raised at the end, but that there are too many at once."""
    wrong: list[LineError] = []
    for index, item in enumerate(items):
        if longest is not None and index >= longest:
            raise invalid("too_long", items, field_type="List", max_length=longest, actual_length=index + 1)
        try:
            yield item if validate is None else validate(item, state)
        except Invalid as error:
            wrong += error.under(index)
        except PydanticOmit:
            continue
    if wrong:
        raise Invalid(wrong)


def _sized(schema: Mapping[str, Any], name: str, value: Any, made: Any) -> Any:
    """Check how many items there are."""
    shortest, longest = schema.get("min_length"), schema.get("max_length")
    if shortest is not None and len(made) < shortest:
        raise invalid("too_short", value, field_type=name, min_length=shortest, actual_length=len(made))
    if longest is not None and len(made) > longest:
        raise invalid("too_long", value, field_type=name, max_length=longest, actual_length=len(made))
    return made


def _sequence(wanted: Callable[[Iterable[Any]], Any], kind: str, title: str) -> Builder:
    """Make the builder of a kind of sequence or set."""

    def build(schema: Mapping[str, Any], scope: Scope) -> Validate:
        is_strict = scope.strictness(schema)
        validate_item = scope.build(schema["items_schema"]) if "items_schema" in schema else None

        def validate(value: Any, state: State) -> Any:
            assert isinstance(wanted, type)
            items = _items(value, wanted, kind, state, strict=is_strict(state))
            try:
                longest = schema.get("max_length") if kind == "list" else None
                made = wanted(_validated(items, validate_item, state, longest))
            except TypeError:
                raise invalid("set_item_not_hashable", value) from None
            return _sized(schema, title, value, made)

        return validate

    return build


def _deque(schema: Mapping[str, Any], scope: Scope) -> Validate:
    plain = _sequence(deque, "deque", "Deque")(schema, scope)

    def validate(value: Any, state: State) -> Any:
        return deque(plain(value, state), maxlen=getattr(value, "maxlen", None))

    return validate


def _tuple(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)
    validators = [scope.build(item) for item in schema["items_schema"]]
    variadic = schema.get("variadic_item_index")

    def places(count: int, value: Any) -> list[Validate]:
        """Give a validator for each item."""
        if variadic is None:
            if count > len(validators):
                limit = len(validators)
                raise invalid("too_long", value, field_type="Tuple", max_length=limit, actual_length=count)
            return validators
        more = max(count - len(validators) + 1, 0)
        return [*validators[:variadic], *[validators[variadic]] * more, *validators[variadic + 1 :]]

    def validate(value: Any, state: State) -> tuple[Any, ...]:
        items = list(_items(value, tuple, "tuple", state, strict=is_strict(state)))
        made, wrong = [], []
        for index, validate_item in enumerate(places(len(items), value)):
            if index >= len(items):
                wrong.append(LineError("missing", value, None, (index,)))
                continue
            try:
                made.append(validate_item(items[index], state))
            except Invalid as error:
                wrong += error.under(index)
        if wrong:
            raise Invalid(wrong)
        sized: tuple[Any, ...] = _sized(schema, "Tuple", value, tuple(made))
        return sized

    return validate


def _mapping(wanted: type, kind: str, title: str) -> Builder:
    """Make the builder of a kind of mapping."""

    def build(schema: Mapping[str, Any], scope: Scope) -> Validate:
        is_strict = scope.strictness(schema)
        validate_key = scope.build(schema.get("keys_schema", {"type": "any"}))
        validate_value = scope.build(schema.get("values_schema", {"type": "any"}))

        def validate(value: Any, state: State) -> Any:
            if not isinstance(value, wanted):
                if is_strict(state) or unknown(value) or not isinstance(value, Mapping):
                    raise invalid(f"{kind}_type", value)
                state.lower(LAX)
            pairs: list[tuple[Any, Any]] = []
            wrong: list[LineError] = []
            for key, item in value.items():
                where: tuple[int | str, ...] = (_place(key), "[key]")
                try:
                    made_key = validate_key(key, state)
                    where = where[:1]
                    pairs.append((made_key, validate_value(item, state)))
                except Invalid as error:
                    wrong += error.under(*where)
                except PydanticOmit:
                    continue
            if wrong:
                raise Invalid(wrong)
            return _sized(schema, title, value, wanted(dict(pairs)))

        return validate

    return build


def _place(key: Any) -> int | str:
    return key if isinstance(key, (int, str)) else str(key)


def _generator(schema: Mapping[str, Any], scope: Scope) -> Validate:
    validate_item = scope.build(schema["items_schema"]) if "items_schema" in schema else None

    def validate(value: Any, state: State) -> Iterator[Any]:
        if unknown(value) or not isinstance(value, Iterable) or isinstance(value, str):
            raise invalid("iterable_type", value)
        return _validated(value, validate_item, State(state.mode, context=state.context))

    return validate


BUILDERS: dict[str, Builder] = {
    "list": _sequence(list, "list", "List"),
    "set": _sequence(set, "set", "Set"),
    "frozenset": _sequence(frozenset, "frozen_set", "Frozenset"),
    "deque": _deque,
    "tuple": _tuple,
    "dict": _mapping(dict, "dict", "Dictionary"),
    "frozendict": _mapping(dict, "frozen_dict", "Dictionary"),
    "ordered-dict": _mapping(OrderedDict, "ordered_dict", "OrderedDict"),
    "counter": _mapping(Counter, "counter", "Counter"),
    "generator": _generator,
}
