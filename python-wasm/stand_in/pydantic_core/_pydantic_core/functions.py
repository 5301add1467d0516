"""Validators around validators: functions of the model's author, defaults, choices by mode, references."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from .errors import Invalid, LineError, ValidationError, from_exception, invalid
from .state import LAX, Builder, Scope, State, Validate
from .tolerance import forgives
from .values import PydanticOmit, PydanticUndefined, PydanticUseDefault, Some


class Info:
    """What a validator function hears of the validation."""

    __slots__ = ("config", "context", "data", "field_name", "mode")

    def __init__(self, state: State, config: Mapping[str, Any], field_name: str | None) -> None:
        """Take it from the state."""
        self.context = state.context
        self.config = config
        self.mode = state.mode
        self.data = state.data
        self.field_name = field_name or state.field_name

    def __repr__(self) -> str:
        return (
            f"ValidationInfo(config={self.config!r}, context={self.context!r}, data={self.data!r}, "
            f"field_name={self.field_name!r})"
        )


class Around:
    """A validator that hands assignments on to the one inside."""

    def __init__(self, inner: Validate) -> None:
        """Take the validator inside."""
        self.inner = inner

    def __call__(self, value: Any, state: State) -> Any:
        """Validate a value."""
        return self.inner(value, state)

    def assign(self, target: Any, field: str, value: Any, state: State) -> Any:
        """Validate an assignment to a field."""
        return assigner(self.inner)(target, field, value, state)


def assigner(validate: Validate) -> Callable[[Any, str, Any, State], Any]:
    """Give what validates an assignment; only models and their like can."""
    found = getattr(validate, "assign", None)
    if found is None:
        raise TypeError("validate_assignment is not supported for this schema")
    return found  # type: ignore[no-any-return]


class Function(Around):
    """A function of the model's author, called before, after or around a validator, or instead of one."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope, inner: Validate) -> None:
        """Take the function and what it asks for."""
        super().__init__(inner)
        self._function = schema["function"]["function"]
        self._takes_info = schema["function"]["type"] == "with-info"
        self._field = schema["function"].get("field_name")
        self._scope = scope
        self._title = getattr(self._function, "__name__", "function")

    def _ask(self, value: Any, state: State, *more: Any) -> Any:
        """Call the function; what it raises becomes an error, unless its input is not known anyway."""
        arguments = [value, *more]
        if self._takes_info:
            arguments.append(Info(state, self._scope.config, self._field))
        try:
            return self._function(*arguments)
        except (Invalid, PydanticOmit, PydanticUseDefault):
            raise
        except (ValueError, AssertionError) as error:
            if not more and forgives(self._scope.owner, value):
                return value
            raise from_exception(error, value) from error
        except Exception:
            if not more and forgives(self._scope.owner, value):
                return value
            raise


class Before(Function):
    """Called with the input."""

    def __call__(self, value: Any, state: State) -> Any:
        return self.inner(self._ask(value, state), state)

    def assign(self, target: Any, field: str, value: Any, state: State) -> Any:
        """Call the function with the model as it is."""
        return assigner(self.inner)(self._ask(target, state), field, value, state)


class After(Function):
    """Called with what the validator gave."""

    def __call__(self, value: Any, state: State) -> Any:
        return self._ask(self.inner(value, state), state)

    def assign(self, target: Any, field: str, value: Any, state: State) -> Any:
        """Call the function with the model as it becomes."""
        return self._ask(assigner(self.inner)(target, field, value, state), state)


class Plain(Function):
    """Called instead of a validator."""

    def __call__(self, value: Any, state: State) -> Any:
        return self._ask(value, state)


class Wrap(Function):
    """Called with the input and a way to the validator."""

    def __call__(self, value: Any, state: State) -> Any:
        return self._ask(value, state, lambda given, *place: self._inside(given, state, *place))

    def _inside(self, value: Any, state: State, place: Any = None) -> Any:
        try:
            return self.inner(value, state)
        except Invalid as error:
            lines = error.under(place) if place is not None else error.errors
            raise ValidationError(self._title, lines) from None

    def assign(self, target: Any, field: str, value: Any, state: State) -> Any:
        """Call the function with a way to the assignment."""

        def inside(given: Any, *place: Any) -> Any:
            return assigner(self.inner)(given, field, value, state)

        return self._ask(target, state, inside)


def _function(cls: type[Function]) -> Builder:
    def build(schema: Mapping[str, Any], scope: Scope) -> Validate:
        inner = scope.build(schema["schema"]) if "schema" in schema else scope.build({"type": "any"})
        return cls(schema, scope, inner)

    return build


class Default(Around):
    """A default beside a validator."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the default."""
        super().__init__(scope.build(schema["schema"]))
        self._value = schema.get("default", PydanticUndefined)
        self._factory = schema.get("default_factory")
        self._factory_takes_data = schema.get("default_factory_takes_data", False)
        self._on_error = schema.get("on_error", "raise")
        self._checked = scope.option(schema, "validate_default", default=False)
        self._copied = getattr(type(self._value), "__hash__", None) is None

    def __call__(self, value: Any, state: State) -> Any:
        if value is PydanticUndefined:
            found = self.default(state)
            return found.value if found else value
        try:
            return self.inner(value, state)
        except PydanticUseDefault:
            found = self.default(state)
            if found is None:
                raise
            return found.value
        except Invalid:
            if self._on_error == "omit":
                raise PydanticOmit from None
            found = self.default(state) if self._on_error == "default" else None
            if found is None:
                raise
            return found.value

    def default(self, state: State) -> Some | None:
        """Give the default, where there is one."""
        if self._factory is not None:
            value = self._factory(state.data or {}) if self._factory_takes_data else self._factory()
        elif self._value is PydanticUndefined:
            inner = getattr(self.inner, "default", None)
            return inner(state) if inner else None
        else:
            value = copy.deepcopy(self._value) if self._copied else self._value
        return Some(self.inner(value, state) if self._checked else value)


class Nullable(Around):
    """`None`, or what the validator takes."""

    def __call__(self, value: Any, state: State) -> Any:
        return None if value is None else self.inner(value, state)


class Chain(Around):
    """One validator after the other."""

    def __init__(self, steps: list[Validate]) -> None:
        """Take the steps."""
        super().__init__(steps[-1])
        self._steps = steps

    def __call__(self, value: Any, state: State) -> Any:
        for step in self._steps:
            value = step(value, state)
        return value


class ByMode(Around):
    """One validator or the other, by the state."""

    def __init__(self, choose: Callable[[State], bool], first: Validate, second: Validate) -> None:
        """Take both."""
        super().__init__(first)
        self._choose = choose
        self._second = second

    def __call__(self, value: Any, state: State) -> Any:
        if self._choose(state):
            return self.inner(value, state)
        return self._second(value, state)


class Reference(Around):
    """A definition by name, found when it is first needed: it may contain itself."""

    def __init__(self, name: str, scope: Scope) -> None:
        """Take the name."""
        super().__init__(self._find)
        self._name = name
        self._definitions = scope.definitions

    def _find(self, value: Any, state: State) -> Any:
        self.inner = self._definitions[self._name]
        return self.inner(value, state)

    def assign(self, target: Any, field: str, value: Any, state: State) -> Any:
        """Validate an assignment to a field."""
        return assigner(self._definitions[self._name])(target, field, value, state)


def _definitions(schema: Mapping[str, Any], scope: Scope) -> Validate:
    for definition in schema["definitions"]:
        scope.build(definition)
    return scope.build(schema["schema"])


def _lax_or_strict(schema: Mapping[str, Any], scope: Scope) -> Validate:
    is_strict = scope.strictness(schema)
    lax, strict = scope.build(schema["lax_schema"]), scope.build(schema["strict_schema"])

    def validate(value: Any, state: State) -> Any:
        if is_strict(state):
            return strict(value, state)
        before, state.strict = state.strict, True
        try:
            made = strict(value, state)
        except Invalid:
            state.strict = before
            made = lax(value, state)
            state.lower(LAX)
        finally:
            state.strict = before
        return made

    return validate


def _json_or_python(schema: Mapping[str, Any], scope: Scope) -> Validate:
    return ByMode(
        lambda state: state.mode == "python",
        scope.build(schema["python_schema"]),
        scope.build(schema["json_schema"]),
    )


def _custom_error(schema: Mapping[str, Any], scope: Scope) -> Validate:
    inner = scope.build(schema["schema"])
    kind, template = schema["custom_error_type"], schema.get("custom_error_message")

    def validate(value: Any, state: State) -> Any:
        try:
            return inner(value, state)
        except Invalid:
            context = schema.get("custom_error_context")
            raise Invalid([LineError(kind, value, context, template=template)]) from None

    return validate


def _json(schema: Mapping[str, Any], scope: Scope) -> Validate:
    inner = scope.build(schema["schema"]) if "schema" in schema else None

    def validate(value: Any, state: State) -> Any:
        if not isinstance(value, (str, bytes, bytearray)):
            raise invalid("json_type", value)
        try:
            read = json.loads(value)
        except ValueError as error:
            raise invalid("json_invalid", value, error=error) from None
        return (
            read if inner is None else inner(read, State("json", context=state.context, strict=state.strict))
        )

    return validate


BUILDERS: dict[str, Builder] = {
    "function-before": _function(Before),
    "function-after": _function(After),
    "function-plain": _function(Plain),
    "function-wrap": _function(Wrap),
    "default": Default,
    "nullable": lambda schema, scope: Nullable(scope.build(schema["schema"])),
    "chain": lambda schema, scope: Chain([scope.build(step) for step in schema["steps"]]),
    "definitions": _definitions,
    "definition-ref": lambda schema, scope: Reference(schema["schema_ref"], scope),
    "lax-or-strict": _lax_or_strict,
    "json-or-python": _json_or_python,
    "custom-error": _custom_error,
    "json": _json,
}
