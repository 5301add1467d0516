"""Validators that choose: unions, by what fits best or by a tag."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from .errors import Invalid, LineError, invalid
from .fields import reads_attributes
from .state import EXACT, Builder, Scope, State, Validate
from .tolerance import unknown
from .values import PydanticUndefined

#: How many fields a choice has set, if it has fields, and how exactly it fits.
Rank = tuple[int | None, int]


def _is_better(rank: Rank, best: Rank) -> bool:
    """Tell whether a choice fits better: by its fields where both have some, else by how exactly."""
    if rank[0] is not None and best[0] is not None and rank[0] != best[0]:
        return rank[0] > best[0]
    return rank[1] > best[1]


def _union(schema: Mapping[str, Any], scope: Scope) -> Validate:
    choices = []
    for choice in schema["choices"]:
        given, label = choice if isinstance(choice, tuple) else (choice, None)
        choices.append((scope.build(given), str(label or _label(given))))
    smart = schema.get("mode", "smart") == "smart"

    def validate(value: Any, state: State) -> Any:
        if unknown(value):
            return value
        best: tuple[Rank, Any] | None = None
        wrong: list[LineError] = []
        outside, fields, choosing = state.exactness, state.fields_set, state.choosing
        state.choosing = True  # what is missing tells one choice from another
        for choose, label in choices:
            state.exactness, state.fields_set = EXACT, None
            try:
                made = choose(value, state)
            except Invalid as error:
                wrong += error.under(label)
                continue
            rank = (state.fields_set, state.exactness)
            if not smart or rank == (None, EXACT):
                best = rank, made
                break
            if best is None or _is_better(rank, best[0]):
                best = rank, made
        state.exactness, state.fields_set, state.choosing = outside, fields, choosing
        if best is None:
            raise _custom(schema, value) or Invalid(wrong)
        state.lower(best[0][1])
        if best[0][0] is not None:
            state.add_fields(best[0][0])
        return best[1]

    return validate


def _label(schema: Mapping[str, Any]) -> str:
    """Name a choice in the place of an error."""
    kind = schema["type"]
    if kind in ("nullable", "list", "set", "frozenset", "function-before", "function-after", "function-wrap"):
        inner = schema.get("schema") or schema.get("items_schema") or {"type": "any"}
        return f"{kind}[{_label(inner)}]"
    if kind == "dict":
        inside = [_label(schema.get(name, {"type": "any"})) for name in ("keys_schema", "values_schema")]
        return f"dict[{','.join(inside)}]"
    if kind in ("model", "dataclass", "typed-dict", "enum"):
        return str(getattr(schema.get("cls"), "__name__", kind))
    if kind == "default":
        return _label(schema["schema"])
    if kind == "literal":
        return f"literal[{','.join(map(repr, schema['expected']))}]"
    return str(kind)


def _custom(schema: Mapping[str, Any], value: Any) -> Invalid | None:
    """Make the error that the schema asks for, if it does."""
    if "custom_error_type" not in schema:
        return None
    context, template = schema.get("custom_error_context"), schema.get("custom_error_message")
    return Invalid([LineError(schema["custom_error_type"], value, context, template=template)])


def _tagged_union(schema: Mapping[str, Any], scope: Scope) -> Validate:
    choices = {tag: scope.build(choice) for tag, choice in schema["choices"].items()}
    discriminator = schema["discriminator"]
    shown = f"{discriminator.__name__}()" if callable(discriminator) else f"'{discriminator}'"

    def validate(value: Any, state: State) -> Any:
        if unknown(value):
            return value
        tag = discriminator(value) if callable(discriminator) else _tag(value, discriminator)
        if not callable(discriminator) and not (isinstance(value, Mapping) or reads_attributes(value)):
            raise invalid("model_attributes_type", value)
        if tag is None or tag is PydanticUndefined:
            raise _custom(schema, value) or invalid("union_tag_not_found", value, discriminator=shown)
        choose = choices.get(tag, choices.get(tag.value) if isinstance(tag, Enum) else None)
        if choose is None:
            tags = ", ".join(repr(item) for item in choices)
            error = invalid("union_tag_invalid", value, discriminator=shown, tag=str(tag), expected_tags=tags)
            raise _custom(schema, value) or error
        try:
            return choose(value, state)
        except Invalid as error:
            raise Invalid(error.under(str(tag))) from None

    return validate


def _tag(value: Any, discriminator: Any) -> Any:
    """Find the tag in a mapping or an object, by name or by path."""
    paths: list[Any] = [[discriminator]] if isinstance(discriminator, str) else discriminator
    for path in paths if isinstance(paths[0], list) else [paths]:
        found = value
        for step in path:
            try:
                found = found[step] if isinstance(found, (Mapping, list)) else getattr(found, str(step))
            except (LookupError, AttributeError, TypeError):
                break
        else:
            return found
    return PydanticUndefined


BUILDERS: dict[str, Builder] = {"union": _union, "tagged-union": _tagged_union}
