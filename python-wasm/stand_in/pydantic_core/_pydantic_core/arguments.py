"""Validators of a function's arguments, and of calls."""

from collections.abc import Mapping
from typing import Any

from .errors import Invalid, LineError, invalid
from .functions import Default
from .state import Builder, Scope, State, Validate
from .tolerance import forgives
from .values import ArgsKwargs, Some

_POSITIONAL, _KEYWORD = "positional_only", "keyword_only"


class Parameter:
    """One parameter."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the schema."""
        self.name: str = schema["name"]
        self.mode = schema.get("mode", "positional_or_keyword")
        self.validate = scope.build(schema["schema"])
        alias = schema.get("alias")
        self.keyword: str = alias if isinstance(alias, str) else self.name

    def default(self, state: State) -> Some | None:
        """Give the default, where there is one."""
        return self.validate.default(state) if isinstance(self.validate, Default) else None

    def missing(self) -> str:
        """Name the error of an argument that is not given."""
        kinds = {_POSITIONAL: "missing_positional_only_argument", _KEYWORD: "missing_keyword_only_argument"}
        return kinds.get(self.mode, "missing_argument")


class Arguments:
    """All parameters of a function."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the schema, of the older or the newer form."""
        given = schema["arguments_schema"]
        stars = {item["mode"]: item["schema"] for item in given if item.get("mode", "").startswith("var_")}
        rest = schema.get("var_args_schema", stars.get("var_args"))
        named = schema.get("var_kwargs_schema", stars.get("var_kwargs_uniform"))
        unpacked = stars.get("var_kwargs_unpacked_typed_dict")
        if schema.get("var_kwargs_mode") == "unpacked-typed-dict":
            named, unpacked = None, named
        self._parameters = [
            Parameter(item, scope) for item in given if not item.get("mode", "").startswith("var_")
        ]
        self._rest = scope.build(rest) if rest else None
        self._named = scope.build(named) if named else None
        self._unpacked = scope.build(unpacked) if unpacked else None

    def __call__(self, value: Any, state: State) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Validate arguments."""
        args, kwargs = _given(value)
        made, left = _Made(state), dict(kwargs)
        for index, parameter in enumerate(self._parameters):
            name = parameter.keyword if parameter.keyword in left else parameter.name
            if parameter.mode != _KEYWORD and index < len(args):
                made.add(parameter, args[index], index)
            elif parameter.mode != _POSITIONAL and name in left:
                made.add(parameter, left.pop(name), name)
            elif (found := parameter.default(state)) is not None:
                made.put(parameter, found.value)
            else:
                place = index if parameter.mode == _POSITIONAL else parameter.name
                made.wrong.append(LineError(parameter.missing(), value, None, (place,)))
        self._more_positional(args, made)
        self._more_named(left, made)
        if made.wrong:
            raise Invalid(made.wrong)
        return tuple(made.args), made.kwargs

    def _more_positional(self, args: tuple[Any, ...], made: "_Made") -> None:
        """Deal with what no parameter asked for."""
        positional = sum(parameter.mode != _KEYWORD for parameter in self._parameters)
        for index, item in enumerate(args[positional:], positional):
            if self._rest is None:
                made.wrong.append(LineError("unexpected_positional_argument", item, None, (index,)))
            else:
                made.args += made.checked(self._rest, item, index)

    def _more_named(self, left: dict[str, Any], made: "_Made") -> None:
        """Deal with what no parameter asked for by name."""
        if self._unpacked is not None:
            for item in made.checked(self._unpacked, left, "kwargs"):
                made.kwargs.update(item)
            return
        for name, item in left.items():
            if self._named is None:
                made.wrong.append(LineError("unexpected_keyword_argument", item, None, (name,)))
            else:
                made.kwargs.update((name, value) for value in made.checked(self._named, item, name))


class _Made:
    """Arguments as they come out, and what is wrong with them."""

    def __init__(self, state: State) -> None:
        self.args: list[Any] = []
        self.kwargs: dict[str, Any] = {}
        self.wrong: list[LineError] = []
        self._state = state

    def checked(self, validate: Validate, item: Any, place: int | str) -> list[Any]:
        """Give a valid item, as a list of one; of another note what is wrong."""
        try:
            return [validate(item, self._state)]
        except Invalid as error:
            self.wrong += error.under(place)
            return []

    def add(self, parameter: Parameter, item: Any, place: int | str) -> None:
        """Validate an argument and put it in its place."""
        for made in self.checked(parameter.validate, item, place):
            self.put(parameter, made)

    def put(self, parameter: Parameter, value: Any) -> None:
        """Put an argument in its place."""
        if parameter.mode == _KEYWORD or self.kwargs:
            self.kwargs[parameter.name] = value
        else:
            self.args.append(value)


def _given(value: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    match value:
        case ArgsKwargs():
            return value.args, value.kwargs or {}
        case Mapping():
            return (), dict(value)
        case tuple() | list():
            return tuple(value), {}
    raise invalid("arguments_type", value)


def _call(schema: Mapping[str, Any], scope: Scope) -> Validate:
    arguments = scope.build(schema["arguments_schema"])
    returned = scope.build(schema["return_schema"]) if "return_schema" in schema else None
    function = schema["function"]

    def validate(value: Any, state: State) -> Any:
        try:
            args, kwargs = arguments(value, state)
        except Invalid:
            if not isinstance(value, ArgsKwargs) or not forgives(None, (value.args, value.kwargs)):
                raise
            args, kwargs = value.args, value.kwargs or {}
        made = function(*args, **kwargs)
        return made if returned is None else returned(made, state)

    return validate


BUILDERS: dict[str, Builder] = {"arguments": Arguments, "arguments-v3": Arguments, "call": _call}
